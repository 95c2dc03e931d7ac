import { DISTRIBUTIONS, type Distribution } from './os-matrix.ts';

/** Major version (Ubuntu: 22.04) and minor version or service pack, as far as the names tell. */
export interface LinuxVersion {
  readonly major: number | null;
  readonly minor: number | null;
}

/** The distribution a name stands for; undefined when none that the matrix knows. */
export function distributionOf(osName: string): Distribution | undefined {
  return DISTRIBUTIONS.find(({ pattern }) => osName.search(pattern) >= 0);
}

/** The version in a name ("9.2 (Plow)", "86-gen2", "15-sp5"), else in the version field, else in the kernel's name. */
export function versionOf(
  distribution: Distribution,
  osName: string,
  osVersion: string | null,
): LinuxVersion {
  const named = fromName(distribution, osName);
  const reported = fromVersion(distribution, osVersion);
  // The version field is the more exact of the two where they speak of the same version.
  if (reported !== undefined && (named === undefined || named.major === reported.major))
    return { major: reported.major, minor: reported.minor ?? named?.minor ?? null };
  if (named !== undefined) return named;
  // Kernels of these distributions say for which major version they were built: "5.14.0-362.el9.x86_64".
  const el = distribution.compact === 'el' ? osVersion?.match(/el(\d+)(?!\d)/) : null;
  return { major: el?.[1] === undefined ? null : Number(el[1]), minor: null };
}

function fromName(distribution: Distribution, osName: string): LinuxVersion | undefined {
  // Digits that are no versions: "x86_64", "gen2".
  const text = osName.replace(/x86[_-]64|amd64|aarch64|arm64|gen-?\d/gi, ' ');
  // A publisher may carry the name as well, with other digits or none: the first version that makes sense counts.
  for (const match of text.matchAll(distribution.pattern)) {
    const rest = text.slice(match.index + match[0].length);
    const number = rest.match(/\d+(?:[._]\d+)?/)?.[0];
    const version = number === undefined ? undefined : parse(distribution, number.replace('_', '.'));
    if (version === undefined) continue;
    const servicePack = rest.match(/\bsp[\s-]?(\d)\b|\dsp(\d)\b/i);
    const pack = servicePack?.[1] ?? servicePack?.[2];
    return pack === undefined ? version : { major: version.major, minor: Number(pack) };
  }
  return undefined;
}

function fromVersion(distribution: Distribution, osVersion: string | null): LinuxVersion | undefined {
  if (osVersion === null || !/^\d+(\.\d+)*$/.test(osVersion)) return undefined;
  // Three small numbers are a kernel's version, not the distribution's.
  if (/^[2-6]\.\d+\.\d{1,3}(\.|$)/.test(osVersion)) return undefined;
  return parse(distribution, osVersion);
}

function parse({ compact }: Distribution, text: string): LinuxVersion | undefined {
  const [first = '', second] = text.split('.');
  if (compact === 'ubuntu') {
    const joined =
      first.length === 4 && second === undefined ? `${first.slice(0, 2)}.${first.slice(2)}` : text;
    const release = joined.match(/^\d\d\.\d\d/)?.[0];
    return release === undefined ? undefined : { major: Number(release), minor: null };
  }
  const split = compact === 'el' && Number(first) >= 50 ? first.match(/^(10|[5-9])(\d{1,2})$/) : null;
  if (split) return { major: Number(split[1]), minor: Number(split[2]) };
  // Amazon Linux counts in years; anything longer is some other number.
  if (first.length > 4 || (first.length > 2 && !first.startsWith('20'))) return undefined;
  return { major: Number(first), minor: second === undefined ? null : Number(second) };
}
