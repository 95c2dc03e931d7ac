import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AFTER_ALL, hasRoom, keyOf, MAX_KEY_LENGTH, storedKey } from '../../../shared/ledger/keys.ts';

const units = [
  'a',
  'Z',
  '0',
  '-',
  '|',
  '/',
  '\\',
  '#',
  '?',
  '%',
  "'",
  '~',
  '\0',
  '\x1f',
  '\x9f',
  '\uffff',
  '\u{10ffff}',
];
const key = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...units), maxLength: 8 }),
);
const byBytes = (a: string, b: string) => Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
const byUnits = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

describe('storedKey', () => {
  it('comes back as it was, with nothing in it that a key must not have', () => {
    fc.assert(
      fc.property(key, (text) => {
        const stored = storedKey(text);
        expect(keyOf(stored)).toBe(text);
        expect(stored).toMatch(/^[!-~]*$/);
        expect(stored).not.toMatch(/[/\\#?%'"+&,()]/);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps the order of bytes', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(byUnits(storedKey(a), storedKey(b))).toBe(byBytes(a, b));
      }),
      { numRuns: 5000 },
    );
  });

  it('keeps prefixes, and all with a prefix come before its end', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(storedKey(a + b).startsWith(storedKey(a))).toBe(true);
        expect(storedKey(b).startsWith(storedKey(a))).toBe(b.startsWith(a));
        expect(storedKey(a + b) < storedKey(a) + AFTER_ALL).toBe(true);
        if (byBytes(a, b) < 0 && !b.startsWith(a)) expect(storedKey(a) + AFTER_ALL < storedKey(b)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('leaves the usual ids as they are', () => {
    for (const id of ['inventory|2026-11-22t04-00', 'machine|0af3', 'plan_1:2', 'wave|0003|000017'])
      expect(storedKey(id)).toBe(id);
  });
});

describe('hasRoom', () => {
  it('counts what a key becomes', () => {
    expect(hasRoom('x'.repeat(MAX_KEY_LENGTH))).toBe(true);
    expect(hasRoom('x'.repeat(MAX_KEY_LENGTH + 1))).toBe(false);
    expect(hasRoom('/'.repeat(MAX_KEY_LENGTH / 3))).toBe(true);
    expect(hasRoom('/'.repeat(MAX_KEY_LENGTH / 2))).toBe(false);
  });
});
