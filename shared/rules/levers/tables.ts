import { tableOfStream } from '../../model/streams.ts';
import type { Collected } from '../convert/model.ts';

/** The table a stream of a rule lands in. Streams of Azure tables bear the name of their table. */
export function tableOf(stream: string): string {
  return tableOfStream(stream) ?? stream.replace(/^(Microsoft|Custom)-/, '');
}

/** The table that a collected thing fills; undefined for an extension, which fills several. */
export function tableFilled(collected: Collected): string | undefined {
  if (collected.what === 'extension') return undefined;
  return collected.what === 'logFile' ? collected.table : tableOf(collected.stream);
}

/** Names of tables are compared without case, as people write them. */
export function isTable(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}
