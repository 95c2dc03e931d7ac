import type { Machine } from '../model/machine.ts';
import { distributionOf, versionOf } from './os-linux.ts';
import { windowsOf } from './os-windows.ts';

/**
 * The system of a machine as far as a pilot should try it: distribution and major version, or the release of
 * Windows, and the architecture where it is not the usual one. null where the names do not tell.
 */
export function osReleaseOf({
  os,
  osName,
  osVersion,
  architecture,
}: Pick<Machine, 'os' | 'osName' | 'osVersion' | 'architecture'>): string | null {
  const release = os === 'windows' ? windowsRelease(osName, osVersion) : linuxRelease(osName, osVersion);
  if (release === null) return null;
  return architecture === 'arm64' ? `${release} arm64` : release;
}

function windowsRelease(osName: string | null, osVersion: string | null): string | null {
  const { family, release } = windowsOf(osName ?? '', osVersion);
  if (release === null) return null;
  return family === 'server' ? `Windows Server ${release}` : `Windows ${release}`;
}

function linuxRelease(osName: string | null, osVersion: string | null): string | null {
  const distribution = distributionOf(osName ?? '');
  if (distribution === undefined) return null;
  const { major } = versionOf(distribution, osName ?? '', osVersion);
  return major === null ? distribution.name : `${distribution.name} ${major}`;
}
