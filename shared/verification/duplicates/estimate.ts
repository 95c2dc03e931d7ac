import type { Amounts } from './model.ts';
import type { TableDuplicatesRow } from './queries/table-duplicates.ts';

const GIGABYTE = 1e9;
const DAYS_OF_A_MONTH = 30;
const HOURS_OF_A_DAY = 24;

/** Bytes paid twice in the window, and bytes a day that removal saves. */
export interface Paid {
  readonly twice: number;
  readonly saves: number;
}

type Bytes = Pick<TableDuplicatesRow, 'billedBytes' | 'comparedBytes' | 'baselineBytes' | 'newBytes'>;

/** Billed bytes with nothing to compare them with. */
export function halvedBytes({ billedBytes, comparedBytes, newBytes }: Bytes): number {
  return Math.max(0, billedBytes - comparedBytes - newBytes);
}

/**
 * Bytes that were paid twice. Where one agent was alone a week before, it is what came on top of its volume, but
 * never more than that volume: what the second agent writes beyond it is not there twice. What comes from machines
 * that wrote nothing to the table then is new. Of the rest nothing is known, and half is taken.
 */
export function twiceBytes(bytes: Bytes): number {
  const onTop = bytes.comparedBytes - bytes.baselineBytes;
  return Math.max(0, Math.min(onTop, bytes.baselineBytes)) + halvedBytes(bytes) / 2;
}

/**
 * What is paid for machines of one standing. Removal saves something only for those whose legacy agent the app would
 * remove; where both agents were heard in a part of the day, the rest of the day is taken to be like it.
 */
export function paidFor(row: TableDuplicatesRow): Paid {
  const twice = twiceBytes(row);
  if (row.Standing !== 'removable' || row.hours <= 0) return { twice, saves: 0 };
  return { twice, saves: (twice * row.machines * HOURS_OF_A_DAY) / row.hours };
}

export function sumPaid(all: readonly Paid[]): Paid {
  return all.reduce((sum, { twice, saves }) => ({ twice: sum.twice + twice, saves: sum.saves + saves }), {
    twice: 0,
    saves: 0,
  });
}

/** Bytes as amounts, rounded to a tenth of a megabyte and to cents; money only where a price is given. */
export function amountsOf({ twice, saves }: Paid, pricePerGb: number | undefined): Amounts {
  const month = saves * DAYS_OF_A_MONTH;
  const money = (bytes: number, price: number) => Math.round((bytes / GIGABYTE) * price * 100) / 100;
  return {
    twiceGbPerDay: gigabytes(twice),
    removalSavesGbPerDay: gigabytes(saves),
    removalSavesGbPerMonth: gigabytes(month),
    ...(pricePerGb !== undefined && {
      money: {
        twicePerDay: money(twice, pricePerGb),
        removalSavesPerDay: money(saves, pricePerGb),
        removalSavesPerMonth: money(month, pricePerGb),
      },
    }),
  };
}

/** Gigabytes to four digits. */
export function gigabytes(bytes: number): number {
  return Math.round((bytes / GIGABYTE) * 1e4) / 1e4;
}
