import type { TypedData } from '../core-module.ts';

/** The JSON in which the Durable extension stores what a function returned. */
export function typedDataText(data: TypedData | null | undefined): string {
  if (data === null || data === undefined) return 'null';
  if (data.string !== undefined) return JSON.stringify(data.string);
  if (data.json !== undefined) return data.json;
  if (data.bytes !== undefined) return JSON.stringify(Buffer.from(data.bytes).toString('base64'));
  return JSON.stringify(data.int ?? data.double ?? null);
}
