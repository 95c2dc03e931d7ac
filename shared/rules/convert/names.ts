/**
 * Characters that look like nothing or like a blank: control characters such as tabs, no-break spaces, zero-width
 * space, word joiner and byte order mark. Joiners of non-Latin scripts (U+200C, U+200D) are letters' business and stay.
 */
const ODD = '\\p{Cc}\\u00a0\\u2007\\u202f\\u200b\\u2060\\ufeff';
const ODD_RUN = new RegExp(`[ ${ODD}]*[${ODD}][ ${ODD}]*`, 'gu');
const ODD_ONE = new RegExp(`[${ODD}]`, 'gu');
/** Enough to recognise a value by. */
const MOST_SHOWN = 120;

/** Blanks at the ends and odd characters go, a run of them inside becomes one blank. All else stays as it is. */
export function normaliseName(name: string): string {
  return name.replace(ODD_RUN, ' ').replace(/^ +| +$/g, '');
}

/** A value for the eye of a reader: odd characters as escapes, long ones cut. */
export function visible(value: unknown): string {
  const text = (JSON.stringify(value) ?? String(value)).replace(
    ODD_ONE,
    (odd) => `\\u${odd.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
