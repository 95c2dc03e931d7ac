import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextSeals, type Seal, sealedEntry, verifyTrail } from '../../../shared/model/audit-seal.ts';
import { contentHash } from '../../../shared/model/ids.ts';

interface Entry {
  readonly row: string;
  readonly value: { readonly by: string; readonly message: string };
}

const END = '2026-12-01T00:00:00.000Z';
const rowAt = (second: number, tail: string) =>
  `${new Date(Date.UTC(2026, 10, 21) + second * 1000).toISOString()}|${tail}`;
const entry = fc
  .record({
    second: fc.integer({ min: 0, max: 500 }),
    tail: fc.string({ minLength: 1, maxLength: 6 }),
    message: fc.string(),
  })
  .map(({ second, tail, message }): Entry => ({ row: rowAt(second, tail), value: { by: 'olive', message } }));
const trail = fc.uniqueArray(entry, { selector: ({ row }) => row, minLength: 1, maxLength: 40 });

const sorted = (entries: readonly Entry[]) => [...entries].sort((a, b) => (a.row < b.row ? -1 : 1));
const digests = (entries: readonly Entry[]) =>
  sorted(entries).map(({ row, value }) => sealedEntry(row, value));

/** Seals a trail that grows: by each horizon, and entries that come in groups in any order. */
function sealed(groups: readonly (readonly Entry[])[]): { entries: Entry[]; seals: Seal[] } {
  const entries: Entry[] = [];
  const seals: Seal[] = [];
  groups.forEach((group, i) => {
    entries.push(...group);
    const horizon = i + 1 === groups.length ? END : rowAt(((i + 1) * 500) / groups.length, '');
    seals.push(...nextSeals(digests(entries), seals, { at: END, horizon }));
  });
  return { entries, seals };
}
const groups = fc
  .tuple(trail, fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 40, maxLength: 40 }))
  .map(([entries, places]) => [0, 1, 2, 3].map((n) => entries.filter((_, i) => places[i] === n)));
const check = (entries: readonly Entry[], seals: readonly Seal[]) => verifyTrail(digests(entries), seals);

describe('a sealed trail', () => {
  it('shows nothing while it is as it was, whenever its entries came', () => {
    fc.assert(
      fc.property(groups, (parts) => {
        const { entries, seals } = sealed(parts);
        const { faults, unsealed, entries: count } = check(entries, seals);
        expect({ faults, unsealed, count }).toEqual({ faults: [], unsealed: 0, count: entries.length });
        expect(nextSeals(digests(entries), seals, { at: END, horizon: END })).toEqual([]);
      }),
    );
  });

  it('shows an entry that is taken out, changed, put in, or put elsewhere', () => {
    fc.assert(
      fc.property(groups, fc.nat(), entry, (parts, place, forged) => {
        const { entries, seals } = sealed(parts);
        const victim = entries[place % entries.length] as Entry;
        const rest = entries.filter((one) => one !== victim);
        const codes = (changed: readonly Entry[]) => check(changed, seals).faults.map(({ code }) => code);
        expect(codes(rest)).toEqual(['entryMissing']);
        const changed = { ...victim, value: { ...victim.value, by: 'mallory' } };
        expect(codes([...rest, changed]).sort()).toEqual(['entryMissing', 'entryUnknown']);
        const moved = { ...victim, row: `${victim.row}~` };
        expect(codes([...rest, moved]).sort()).toEqual(['entryMissing', 'entryUnknown']);
        fc.pre(entries.every(({ row }) => row !== forged.row));
        // After the last seal nothing is said of it yet.
        const isSealed = forged.row <= (seals.at(-1)?.through ?? '');
        expect(codes([...entries, forged])).toEqual(isSealed ? ['entryUnknown'] : []);
      }),
    );
  });

  it('shows two entries that change places', () => {
    fc.assert(
      fc.property(groups, fc.nat(), fc.nat(), (parts, i, j) => {
        const { entries, seals } = sealed(parts);
        const a = entries[i % entries.length] as Entry;
        const b = entries[j % entries.length] as Entry;
        fc.pre(a !== b && a.value.message !== b.value.message);
        const rest = entries.filter((one) => one !== a && one !== b);
        const swapped = [...rest, { ...a, value: b.value }, { ...b, value: a.value }];
        expect(check(swapped, seals).faults.length).toBeGreaterThan(0);
      }),
    );
  });

  it('shows a seal that is taken out or changed, also one that was made to fit', () => {
    fc.assert(
      fc.property(groups, fc.nat(), (parts, place) => {
        const { entries, seals } = sealed(parts);
        const at = place % seals.length;
        const last = at === seals.length - 1;
        const without = check(entries, seals.toSpliced(at, 1)).faults;
        // The last one can be cut off with its entries: that is what its hash is kept elsewhere for.
        if (!last) expect(without.map(({ code }) => code)).toContain('sealMissing');
        const seal = seals[at] as Seal;
        const forged = { ...seal, entries: '', hash: seal.hash };
        expect(check(entries, seals.with(at, forged)).faults.map(({ code }) => code)).toContain(
          'sealChanged',
        );
        const { hash: _, ...content } = forged;
        const refitted = { ...forged, hash: contentHash(content, 64) };
        const after = check(entries, seals.with(at, refitted));
        if (last) expect(after.head?.hash).not.toBe(seal.hash);
        else expect(after.faults).toContainEqual({ code: 'sealChanged', at: String(at + 2) });
      }),
    );
  });

  it('says of entries that came late that they did, and of none else', () => {
    const early = { row: rowAt(1, 'a'), value: { by: 'olive', message: 'early' } };
    const late = { row: rowAt(0, 'b'), value: { by: 'olive', message: 'late' } };
    const { entries, seals } = sealed([[early], [], [late], []]);
    expect(seals.map((seal) => [seal.number, seal.late])).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(check(entries, seals)).toMatchObject({ faults: [], late: 1, unsealed: 0 });
    expect(check(entries, seals.slice(0, 1)).faults).toEqual([{ code: 'entryUnknown', at: late.row }]);
  });

  it('leaves what has not settled to a later seal', () => {
    const old = { row: rowAt(1, 'a'), value: { by: 'olive', message: 'old' } };
    const young = { row: rowAt(99, 'b'), value: { by: 'olive', message: 'young' } };
    const seals = nextSeals(digests([old, young]), [], { at: END, horizon: rowAt(50, '') });
    expect(check([old, young], seals)).toMatchObject({ faults: [], unsealed: 1, seals: 1 });
  });

  it('holds many entries in seals of a bounded size, each time in one chain', () => {
    const many = Array.from({ length: 1201 }, (_, i) => ({
      row: rowAt(i, 'x'),
      value: { by: 'o', message: `${i}` },
    }));
    const seals = nextSeals(digests(many), [], { at: END, horizon: END });
    expect(seals.map(({ entries }) => entries.length / 32)).toEqual([500, 500, 201]);
    // A process that died after the first leaves the rest to the next, and none of them is late.
    const later = nextSeals(digests(many), seals.slice(0, 1), { at: END, horizon: END });
    expect(later.map(({ late }) => late)).toEqual([false, false]);
    expect(check(many, [...seals.slice(0, 1), ...later]).faults).toEqual([]);
  });
});
