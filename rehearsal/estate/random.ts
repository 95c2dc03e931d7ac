/** FNV-1a over the text, finished with a mix so that similar ids spread evenly. */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number in [0, 1) that depends on nothing but its arguments: variation without stored state. */
export function share(seed: number, ...parts: readonly (string | number)[]): number {
  return hash(`${seed}|${parts.join('|')}`) / 2 ** 32;
}

/** A value between `min` and `max`, chosen by `share`. */
export function between(range: { readonly min: number; readonly max: number }, at: number): number {
  return range.min + (range.max - range.min) * at;
}

/** A GUID-shaped name made from its arguments, so that runs with one seed give equal identifiers. */
export function guid(seed: number, ...parts: readonly (string | number)[]): string {
  const hex = [0, 1, 2, 3].map((n) =>
    hash(`${seed}|${n}|${parts.join('|')}`)
      .toString(16)
      .padStart(8, '0'),
  );
  const all = hex.join('');
  return `${all.slice(0, 8)}-${all.slice(8, 12)}-4${all.slice(13, 16)}-a${all.slice(17, 20)}-${all.slice(20, 32)}`;
}
