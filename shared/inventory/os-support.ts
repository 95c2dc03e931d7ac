/**
 * Operating systems Azure Monitor Agent is known not to support, by the name Azure reports.
 * Source: facts file 3.5 (table of March 2025) and the end-of-support lists of the vendors.
 * What matches nothing here is left to the agent's own installer: "unknown" is never guessed into a verdict.
 */
const UNSUPPORTED: readonly RegExp[] = [
  /windows\s*(server)?\s*(2000|2003|2008)/i,
  /windows (xp|vista|7|8|8\.1)\b(?!\.)/i,
  major('centos', [5, 6]),
  major('red hat', [5, 6]),
  major('rhel', [5, 6]),
  major('oracle', [5, 6]),
  /\bubuntu\b\D*(10|12|14)\.04/i,
  major('debian', [6, 7, 8]),
  major('suse', [10, 11]),
  major('sles', [10, 11]),
];

/** The first number after a distribution's name is its major version. */
function major(name: string, versions: readonly number[]): RegExp {
  return new RegExp(`\\b${name}\\D*(?:${versions.join('|')})(?!\\d)`, 'i');
}

/** The unsupported system's name, or undefined when support is given or unknown. */
export function unsupportedOs(osName: string | null, osVersion: string | null): string | undefined {
  // Arc reports the kernel as version on Linux ("5.14.0-362.el9"); that is not the distribution's.
  const version = /^\d+(\.\d+)*$/.test(osVersion ?? '') ? osVersion : null;
  const name = [osName, version].filter(Boolean).join(' ');
  return UNSUPPORTED.some((pattern) => pattern.test(name)) ? name : undefined;
}
