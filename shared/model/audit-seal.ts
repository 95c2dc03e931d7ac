import { contentHash } from './ids.ts';

/**
 * Seals over an audit trail (ADR 0026). Many activities write a trail at once, so its entries cannot be a chain; the
 * seals that are set over stretches of it afterwards are one.
 */
export interface Seal {
  /** From 1, without gaps. */
  readonly number: number;
  readonly at: string;
  /** Hash of the seal before; empty for the first. */
  readonly previous: string;
  /** Row keys up to this one were looked at. */
  readonly through: string;
  /** Its entries came after the stretch they belong to was sealed. */
  readonly late: boolean;
  /** Digests of its entries in the order of their rows, one after the other. */
  readonly entries: string;
  readonly hash: string;
}

/** An entry as far as seals care: where it stands, and a digest of that and of its content. */
export interface SealedEntry {
  readonly row: string;
  readonly digest: string;
}

const DIGEST_LENGTH = 32;
/** Entries of one seal: what a property of Azure Table Storage holds, with room to spare. */
const MOST_ENTRIES = 500;

export function sealedEntry(row: string, value: unknown): SealedEntry {
  return { row, digest: contentHash([row, value], DIGEST_LENGTH) };
}

/**
 * The seals to add: over entries up to `horizon` that no seal has yet. `seals` are those that may have any of
 * `entries`, up to the last. Pure; nothing new, no seal.
 */
export function nextSeals(
  entries: readonly SealedEntry[],
  seals: readonly Seal[],
  { at, horizon }: { readonly at: string; readonly horizon: string },
): Seal[] {
  const known = new Set(seals.flatMap(digestsOf));
  const fresh = entries
    .filter(({ row, digest }) => row <= horizon && !known.has(digest))
    .sort((a, b) => (a.row < b.row ? -1 : 1));
  const sealedThrough = seals.at(-1)?.through ?? '';
  const added: Seal[] = [];
  const add = (part: readonly SealedEntry[], late: boolean, through: string) => {
    const last = added.at(-1) ?? seals.at(-1);
    const content = {
      ...{ number: (last?.number ?? 0) + 1, at, previous: last?.hash ?? '', through, late },
      entries: part.map(({ digest }) => digest).join(''),
    };
    added.push({ ...content, hash: contentHash(content, 64) });
  };
  const late = fresh.filter(({ row }) => row <= sealedThrough);
  for (const part of parts(late)) add(part, true, sealedThrough);
  const inTime = parts(fresh.filter(({ row }) => row > sealedThrough));
  // Only the last part looked as far as the horizon: a process may die between two.
  inTime.forEach((part, i) => {
    add(part, false, i + 1 < inTime.length ? (part.at(-1)?.row ?? horizon) : horizon);
  });
  return added;
}

function parts(entries: readonly SealedEntry[]): (readonly SealedEntry[])[] {
  const count = Math.ceil(entries.length / MOST_ENTRIES);
  return Array.from({ length: count }, (_, i) => entries.slice(i * MOST_ENTRIES, (i + 1) * MOST_ENTRIES));
}

export const TRAIL_FAULTS = {
  sealMissing: 'A seal is missing.',
  sealChanged: 'A seal was changed, or does not follow the one before.',
  entryMissing: 'An entry that was sealed is gone or was changed.',
  entryUnknown: 'An entry stands in a stretch that is sealed, and no seal has it.',
  trailMissing: 'A trail whose seal is in the general trail is gone, or has another seal.',
} as const;

export interface TrailFault {
  readonly code: keyof typeof TRAIL_FAULTS;
  /** Number of the seal, or row of the entry. */
  readonly at: string;
}

export interface TrailCheck {
  readonly entries: number;
  readonly seals: number;
  /** Entries after the last seal: nothing is said of them yet. */
  readonly unsealed: number;
  /** Entries that were sealed late. */
  readonly late: number;
  /** The last seal; kept elsewhere, it proves that nothing up to it was cut off. */
  readonly head: Pick<Seal, 'number' | 'hash' | 'at'> | null;
  readonly faults: readonly TrailFault[];
}

/** Holds a trail against its seals. Written twice, entries are one row and show nothing. Pure. */
export function verifyTrail(entries: Iterable<SealedEntry>, seals: readonly Seal[]): TrailCheck {
  const faults: TrailFault[] = [];
  const sealed = new Map<string, number>();
  let late = 0;
  let before: Seal | undefined;
  for (const seal of [...seals].sort((a, b) => a.number - b.number)) {
    const expected = (before?.number ?? 0) + 1;
    if (seal.number !== expected) faults.push({ code: 'sealMissing', at: String(expected) });
    const { hash, ...content } = seal;
    const follows = seal.number !== expected || seal.previous === (before?.hash ?? '');
    if (contentHash(content, 64) !== hash || !follows)
      faults.push({ code: 'sealChanged', at: String(seal.number) });
    const digests = digestsOf(seal);
    for (const digest of digests) sealed.set(digest, seal.number);
    if (seal.late) late += digests.length;
    before = seal;
  }
  const through = before?.through ?? '';
  let count = 0;
  let unsealed = 0;
  for (const { row, digest } of entries) {
    count += 1;
    if (sealed.delete(digest)) continue;
    if (row <= through) faults.push({ code: 'entryUnknown', at: row });
    else unsealed += 1;
  }
  for (const number of sealed.values()) faults.push({ code: 'entryMissing', at: `seal ${number}` });
  const head = before === undefined ? null : { number: before.number, hash: before.hash, at: before.at };
  return { entries: count, seals: seals.length, unsealed, late, head, faults };
}

function digestsOf({ entries }: Pick<Seal, 'entries'>): string[] {
  return entries.match(new RegExp(`.{${DIGEST_LENGTH}}`, 'g')) ?? [];
}
