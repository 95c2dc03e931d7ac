import type { LeverOptions, Usage } from './model.ts';

const GIGABYTE = 1e9;

/**
 * The tables whose rows a table of the rules stands for: itself, and for a new custom table the one that the
 * legacy agent fills, unless the name had to be shortened or cleaned.
 */
export function sourcesOf(table: string): readonly string[] {
  const legacy = /^(\w+)_AMA_CL$/i.exec(table)?.[1];
  return legacy === undefined ? [table] : [table, `${legacy}_CL`];
}

/** Billed bytes of a table in the window; null where nothing is known of it. */
export function volumeOf({ tables }: Pick<Usage, 'tables'>, table: string): number | null {
  const found = sourcesOf(table).flatMap((source) =>
    tables.found.filter((one) => one.table === source.toLowerCase()),
  );
  return found.length === 0 ? null : found.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Bytes of the window as gigabytes a day, to a tenth of a megabyte. */
export function gbPerDay(bytes: number, { window }: Pick<Usage, 'window'>): number {
  return Math.round((bytes / window.days / GIGABYTE) * 1e4) / 1e4;
}

/** A part of a whole, 0 to 1, to four digits. */
export function shareOf(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.round(Math.min(1, part / whole) * 1e4) / 1e4;
}

/** Money a day for gigabytes at the price that the request gave; without one nothing is said of money. */
export function moneyFor(gb: number, price: LeverOptions['pricePerGb']): { readonly moneyPerDay?: number } {
  return price === undefined ? {} : { moneyPerDay: Math.round(gb * price * 100) / 100 };
}
