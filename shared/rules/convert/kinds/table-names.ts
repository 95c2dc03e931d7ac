import { shortHash } from '../../../model/ids.ts';

/** Custom tables end in `_CL`. */
const SUFFIX = '_CL';
/** Keeps the table of the new agent apart from the one the legacy agent writes to. */
const NEW_SUFFIX = '_AMA_CL';
/** The shortest limit seen for a name in a workspace is that of columns, 45; some pages say 63 for tables. */
const LONGEST = 45;
const HASH = 6;

/** `App` and `App_CL` are the same table. */
export function legacyTable(customLogName: string): string {
  return `${withoutSuffix(customLogName)}${SUFFIX}`;
}

/** The same name always gives the same table; names that only differ in what a table cannot hold give different ones. */
export function newTable(customLogName: string): string {
  const base = withoutSuffix(customLogName);
  const plain = base.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?![A-Za-z])/, 'T');
  const room = LONGEST - NEW_SUFFIX.length;
  if (plain === base && plain.length <= room) return `${plain}${NEW_SUFFIX}`;
  return `${plain.slice(0, room - HASH - 1)}_${shortHash(base, HASH)}${NEW_SUFFIX}`;
}

function withoutSuffix(name: string): string {
  return name.replace(/_CL$/i, '');
}
