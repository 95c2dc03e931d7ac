/**
 * Operating systems Azure Monitor Agent is known not to support, by the name Azure reports.
 * Source: facts file 3.5 (table of March 2025) and the end-of-support lists of the vendors.
 * What matches nothing here is left to the agent's own installer: "unknown" is never guessed into a verdict.
 */
const UNSUPPORTED: readonly RegExp[] = [
  /windows\s*(server)?\s*(2000|2003|2008)/i,
  /windowsserver[\s-]*(2008)/i,
  /2008-?r2/i,
  /windows (xp|vista|7|8|8\.1)\b/i,
  /\bcentos\s*(linux\s*)?(release\s*)?[56]\b/i,
  /\bcentos\b.*\b[56]\.\d+/i,
  /\bred hat\b.*\b[56]\.\d+/i,
  /\brhel\s*-?[56]\b/i,
  /\boracle\b.*\b(linux|server)\b.*\b[56]\.\d+/i,
  /\bubuntu\b.*\b(12|14)\.04/i,
  /\bdebian\b.*\b[78]\b/i,
  /\bsuse\b.*\b11\b/i,
  /\bsles\b.*\b11\b/i,
];

/** The unsupported system's name, or undefined when support is given or unknown. */
export function unsupportedOs(osName: string | null, osVersion: string | null): string | undefined {
  const name = [osName, osVersion].filter(Boolean).join(' ');
  return UNSUPPORTED.some((pattern) => pattern.test(name)) ? name : undefined;
}
