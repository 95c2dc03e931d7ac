import { FIRST_WINDOWS_11_BUILD, WINDOWS_CLIENT, WINDOWS_SERVER, WINDOWS_VERSIONS } from './os-matrix.ts';

/** "Windows Server 2012 R2 …", "WindowsServer 2012-R2-Datacenter", "sql2019-ws2019", "Windows Server® 2008". */
const SERVER = /windows[\s-]*(?:storage[\s-]*)?server|\bws20\d\d|windows 20\d\d/i;
const SERVER_RELEASE =
  /(?:windows[\s-]*(?:storage[\s-]*)?server|\bws|windows )\D*?(\d{4})(?:[\s_-]*(r2))?(?!\d)/i;
/** "Windows 10 Enterprise multi-session", "MicrosoftWindowsDesktop windows-11 win11-23h2-ent". */
const CLIENT_RELEASE = /\bwin(?:dows)?[\s-]*(xp|vista|7|8\.1|8|10|11)(?!\d)/i;
/** Azure Local, once Azure Stack HCI. */
const LOCAL = /azure (?:stack hci|local)/i;

export interface WindowsName {
  readonly family: 'server' | 'client' | 'local' | 'unknown';
  /** A key of the matrix of the family. */
  readonly release: string | null;
}

/** Whether a name stands for a Windows client; the version alone does not tell. */
export function isWindowsClient(osName: string | null): boolean {
  return osName !== null && familyOf(osName) === 'client';
}

/** What a name says, completed by the version ("10.0.17763.5122") where it names no release. */
export function windowsOf(osName: string, osVersion: string | null): WindowsName {
  const family = familyOf(osName);
  if (family === 'server')
    return { family, release: serverRelease(osName) ?? byVersion(osVersion, 'server') };
  if (family === 'client')
    return { family, release: clientRelease(osName) ?? byVersion(osVersion, 'client') };
  return { family, release: null };
}

/** The third number of a Windows version. */
export function buildOf(osVersion: string | null): number | null {
  const build = osVersion?.match(/^10\.0\.(\d+)/)?.[1];
  return build === undefined ? null : Number(build);
}

function familyOf(osName: string): WindowsName['family'] {
  if (LOCAL.test(osName)) return 'local';
  if (SERVER.test(osName)) return 'server';
  return CLIENT_RELEASE.test(osName) || /MicrosoftWindowsDesktop/i.test(osName) ? 'client' : 'unknown';
}

function serverRelease(osName: string): string | null {
  const [, year, r2] = osName.match(SERVER_RELEASE) ?? [];
  const release = r2 === undefined ? year : `${year} R2`;
  return release !== undefined && release in WINDOWS_SERVER ? release : null;
}

function clientRelease(osName: string): string | null {
  const named = osName.match(CLIENT_RELEASE)?.[1]?.toLowerCase();
  return Object.keys(WINDOWS_CLIENT).find((release) => release.toLowerCase() === named) ?? null;
}

/** The release of a family that reports this version. */
export function byVersion(osVersion: string | null, family: 'server' | 'client'): string | null {
  const known = WINDOWS_VERSIONS.find(({ version }) => osVersion !== null && version.test(osVersion));
  if (known !== undefined) return known[family] ?? null;
  const build = buildOf(osVersion);
  if (family === 'server' || build === null) return null;
  return build >= FIRST_WINDOWS_11_BUILD ? '11' : '10';
}
