import { AFTER_ALL, keyOf, storedKey } from '../ledger/keys.ts';
import { MAX_TEXT_UNITS, packedParts, unpacked } from '../ledger/row-value.ts';
import type { ListOptions, StoredRow } from '../ledger/store.ts';

/**
 * A row as an entity: its JSON in one property, where a person can read it, or packed in several. `w` names the
 * write that made it, by which a writer whose answer was lost knows its own.
 */
export interface RowEntity {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly w: string;
  readonly v?: string;
  readonly [part: `p${number}`]: Uint8Array;
}

/** What a read gives: an entity with its etag. */
export interface ReadEntity extends RowEntity {
  readonly etag: string;
}

export function entityOf(partition: string, row: string, value: unknown, writeId: string): RowEntity {
  const json = JSON.stringify(value);
  const keys = { partitionKey: storedKey(partition), rowKey: storedKey(row), w: writeId };
  if (json.length <= MAX_TEXT_UNITS) return { ...keys, v: json };
  const parts = packedParts(partition, row, json);
  return { ...keys, ...Object.fromEntries(parts.map((part, i) => [`p${i}`, part])) };
}

export function rowOf(entity: ReadEntity): StoredRow {
  return { row: keyOf(entity.rowKey), etag: entity.etag, value: JSON.parse(jsonOf(entity)) as unknown };
}

function jsonOf(entity: ReadEntity): string {
  if (entity.v !== undefined) return entity.v;
  const parts: Uint8Array[] = [];
  for (let part = entity.p0; part !== undefined; part = entity[`p${parts.length}`]) parts.push(part);
  return unpacked(parts);
}

/** The rows that a list asks for. Stored keys hold no quotes, so nothing has to be escaped. */
export function filterOf(partition: string, { prefix = '', after }: ListOptions): string {
  const start = storedKey(prefix);
  const from = after === undefined ? '' : storedKey(after);
  const lower = from >= start && after !== undefined ? `RowKey gt '${from}'` : `RowKey ge '${start}'`;
  const upper = start === '' ? [] : [`RowKey lt '${start}${AFTER_ALL}'`];
  return [`PartitionKey eq '${storedKey(partition)}'`, lower, ...upper].join(' and ');
}

/** Bytes of an entity in the body of a transaction, with the addresses and headers around it. */
export function wireBytes(entity: RowEntity): number {
  let bytes = 1500 + 4 * (entity.partitionKey.length + entity.rowKey.length);
  for (const value of Object.values(entity)) {
    // A property of bytes travels as base64.
    bytes +=
      typeof value === 'string'
        ? Buffer.byteLength(JSON.stringify(value))
        : Math.ceil(value.byteLength / 3) * 4 + 40;
  }
  return bytes;
}
