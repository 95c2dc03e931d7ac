/**
 * Releases of the Connected Machine agent by month. Source: MicrosoftDocs/azure-management-docs,
 * articles/azure-arc/servers/agent-release-notes.md as of 2026-07 and agent-release-notes-archive.md.
 * 1.50 to 1.53 (between February and July 2025) could not be read and are left out: nothing is extrapolated.
 */
const RELEASES: readonly (readonly [version: string, month: string])[] = [
  ['1.40', '2024-04'],
  ['1.41', '2024-05'],
  ['1.42', '2024-05'],
  ['1.43', '2024-06'],
  ['1.44', '2024-07'],
  ['1.45', '2024-08'],
  ['1.46', '2024-09'],
  ['1.47', '2024-10'],
  ['1.48', '2025-01'],
  ['1.49', '2025-02'],
  ['1.54', '2025-07'],
  ['1.55', '2025-08'],
  ['1.56', '2025-09'],
  ['1.57', '2025-10'],
  ['1.58', '2025-11'],
  ['1.59', '2025-12'],
  ['1.60', '2026-01'],
  ['1.61', '2026-02'],
  ['1.62', '2026-03'],
  ['1.63', '2026-04'],
  ['1.64', '2026-05'],
  ['1.65', '2026-06'],
  ['1.66', '2026-07'],
];

/** "Extension package maximum download size increased to fix access to the latest versions of the Azure Monitor Agent". */
const FIRST_FOR_AMA = '1.40';

export type ArcAgentAge =
  | { readonly age: 'current' }
  /** `released`: a month, or "before" the month of the next release known. */
  | { readonly age: 'outdated'; readonly released: string }
  | { readonly age: 'unknown' };

/** Whether Microsoft still supports a version: those released within the last year are. A newer one than the table is. */
export function arcAgentAge(version: string | null, now: number): ArcAgentAge {
  const minor = minorOf(version);
  if (minor === undefined) return { age: 'unknown' };
  const next = RELEASES.find(([known]) => order(known) >= minor);
  if (next === undefined) return { age: 'current' };
  const [known, month] = next;
  const exact = order(known) === minor;
  if (now >= endOfSupport(month)) return { age: 'outdated', released: exact ? month : `before ${month}` };
  if (exact) return { age: 'current' };
  const previous = RELEASES.findLast(([earlier]) => order(earlier) < minor);
  return { age: previous !== undefined && now < endOfSupport(previous[1]) ? 'current' : 'unknown' };
}

/**
 * Whether a version is documented as too old to fetch Azure Monitor Agent: the release notes of 1.40 raise the
 * limit its packages ran into. 1.44, 1.49, 1.59 and 1.65 raised limits again, without saying for which version.
 */
export function tooOldForAma(version: string | null): boolean {
  const minor = minorOf(version);
  return minor !== undefined && minor < order(FIRST_FOR_AMA);
}

/** A year after the end of the month: the day of a release is not known, so the month is given in full. */
function endOfSupport(month: string): number {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return Date.UTC(year + 1, number, 1);
}

function minorOf(version: string | null): number | undefined {
  return /^\d+\.\d+(\.\d+)*$/.test(version ?? '') ? order(version ?? '') : undefined;
}

/** Major and minor version as one number: builds of a release are of one month. */
function order(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 10_000 + minor;
}
