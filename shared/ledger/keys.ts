/**
 * Keys as Table Storage holds them. It takes no `/`, `\`, `#`, `?` and no control characters ("Understanding the
 * Table service data model", Characters disallowed in key fields), and what has a meaning in addresses (`%`,
 * quotes, commas, brackets) leads astray who takes them apart. An escape is the character next to what it stands for, and two digits of it: so stored keys have the
 * order and the prefixes of the keys, which is the order of code points, as in the embedded store.
 */
const ESCAPED = /[^\-0->A-Z\]-}]/gu;
const ESCAPE = /[!$.@[]([0-9a-f]{2})|~([0-9a-f]{6})/g;

/** The last of each run of escaped characters, and the character that begins its escapes. */
const LEADS: readonly [last: number, lead: string][] = [
  [0x22, '!'],
  [0x2c, '$'],
  [0x2f, '.'],
  [0x40, '@'],
  [0x5c, '['],
];

/** Comes after every stored key that begins with what stands before it. */
export const AFTER_ALL = '~~';

/** A key may be 1 KiB ("Scalability and performance targets for Table storage"), counted as UTF-16. */
export const MAX_KEY_LENGTH = 512;

/** The most that one unit of a key can become. */
const LONGEST_ESCAPE = 7;

export function storedKey(key: string): string {
  return key.replace(ESCAPED, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const lead = LEADS.find(([last]) => code <= last)?.[1];
    return lead === undefined
      ? `~${code.toString(16).padStart(6, '0')}`
      : `${lead}${code.toString(16).padStart(2, '0')}`;
  });
}

export function keyOf(stored: string): string {
  return stored.replace(ESCAPE, (_, short?: string, long?: string) =>
    String.fromCodePoint(Number.parseInt(short ?? long ?? '', 16)),
  );
}

/** Whether a key has room in Table Storage. */
export function hasRoom(key: string): boolean {
  if (key.length * LONGEST_ESCAPE <= MAX_KEY_LENGTH) return true;
  return storedKey(key).length <= MAX_KEY_LENGTH;
}
