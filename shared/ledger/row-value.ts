import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { refusal } from './refusals.ts';

/** A property holds 64 KiB, and strings are UTF-16 ("Understanding the Table service data model", Property types). */
export const MAX_TEXT_UNITS = 32 * 1024;
export const MAX_PART_BYTES = 64 * 1024;

/** An entity holds 1 MiB with its keys and names (Property limitations, there). */
export const MAX_PARTS = 15;
const MAX_PACKED_BYTES = MAX_PARTS * MAX_PART_BYTES;

/** UTF-8 takes at most three bytes a unit, and deflate adds less than a thousandth. */
const SURELY_FITS_UNITS = Math.floor((MAX_PACKED_BYTES * 0.999) / 3);

/** A value that is too large for one property, in parts that each fit into one. */
export function packedParts(partition: string, row: string, json: string): Uint8Array[] {
  const packed = deflateRawSync(json, { level: constants.Z_BEST_SPEED });
  if (packed.byteLength > MAX_PACKED_BYTES) {
    throw refusal(
      'rowTooLarge',
      `Row ${row} of ${partition} is too large for the ledger: ${packed.byteLength} bytes packed, and a row holds ${MAX_PACKED_BYTES}`,
    );
  }
  const parts: Uint8Array[] = [];
  for (let at = 0; at < packed.byteLength; at += MAX_PART_BYTES)
    parts.push(packed.subarray(at, at + MAX_PART_BYTES));
  return parts;
}

export function unpacked(parts: readonly Uint8Array[]): string {
  return inflateRawSync(Buffer.concat(parts)).toString();
}

/** Refuses what Table Storage could not hold, so that a rehearsal fails where production would. */
export function assertFits(partition: string, row: string, json: string): void {
  if (json.length > SURELY_FITS_UNITS) packedParts(partition, row, json);
}
