import type { InventoryKind } from '../model/machine.ts';
import { distributionOf, versionOf } from './os-linux.ts';
import { AS_OF, FIRST_WINDOWS_10_BUILD, WINDOWS_CLIENT, WINDOWS_SERVER } from './os-matrix.ts';
import { buildOf, byVersion, windowsOf } from './os-windows.ts';

export { isWindowsClient } from './os-windows.ts';

export type OsSupport =
  | { readonly verdict: 'supported' }
  | { readonly verdict: 'unsupported'; readonly why: string }
  /** Nothing sure can be said: never a guess, the agent's installer decides. */
  | { readonly verdict: 'unknown'; readonly why: string };

export interface OsOfMachine {
  readonly kind: InventoryKind;
  readonly os: 'windows' | 'linux' | 'unknown';
  /** Instance view, image reference ("publisher offer sku") or Arc osSku. */
  readonly osName: string | null;
  readonly osVersion: string | null;
  readonly architecture: 'x64' | 'arm64' | 'unknown';
}

const SUPPORTED: OsSupport = { verdict: 'supported' };
const unsupported = (why: string): OsSupport => ({ verdict: 'unsupported', why });
const unknown = (why: string): OsSupport => ({ verdict: 'unknown', why });

/** Whether Azure Monitor Agent supports the system of a machine, by the tables of `os-matrix.ts`. */
export function osSupport(machine: OsOfMachine): OsSupport {
  const name = machine.osName?.trim() ?? '';
  const windows =
    machine.os === 'windows' ||
    (machine.os === 'unknown' && (/windows/i.test(name) || windowsOf(name, null).family !== 'unknown'));
  return windows ? windowsSupport(machine, name) : linuxSupport(machine, name);
}

function windowsSupport({ kind, osVersion, architecture }: OsOfMachine, name: string): OsSupport {
  const { family, release } = windowsOf(name, osVersion);
  if (family === 'unknown') return byBuildAlone(osVersion);
  if (family !== 'local' && release === null)
    return unknown(`which release "${name || 'Windows'}" is cannot be told`);
  const title =
    family === 'local' ? 'Azure Local' : `Windows ${family === 'server' ? 'Server ' : ''}${release}`;
  const table = family === 'server' ? WINDOWS_SERVER : WINDOWS_CLIENT;
  if (release !== null && table[release] === 'unsupported')
    return unsupported(`${title} is not supported by Azure Monitor Agent`);
  // Microsoft's table knows Arm64 for the client and Pro editions of Windows 11 alone.
  if (architecture === 'arm64' && !(release === '11' && !/\bent(erprise)?\b|avd/i.test(name)))
    return unknown(`${title} on Arm64 is not in the table of ${AS_OF}`);
  if (family === 'client' && kind === 'unmanaged')
    return unknown(`${title} outside of Azure and Arc takes the client installer, not the extension`);
  const build = buildOf(osVersion);
  if (release === '10' && build !== null && build < FIRST_WINDOWS_10_BUILD)
    return unknown('Windows 10 is in the table from 1803 on');
  return SUPPORTED;
}

/** Server and client share builds: without a name, only what holds for both is said. */
function byBuildAlone(osVersion: string | null): OsSupport {
  const server = byVersion(osVersion, 'server');
  const client = byVersion(osVersion, 'client');
  const build = buildOf(osVersion);
  const verdicts = new Set([
    ...(server === null ? [] : [WINDOWS_SERVER[server]]),
    // A client before 1803 is not in the table.
    ...(client === null
      ? []
      : [build !== null && build < FIRST_WINDOWS_10_BUILD ? null : WINDOWS_CLIENT[client]]),
  ]);
  const [verdict] = verdicts;
  if (server === null || verdicts.size !== 1 || verdict === null)
    return unknown('which Windows it is cannot be told from its name and version');
  return verdict === 'supported'
    ? SUPPORTED
    : unsupported(`Windows ${osVersion} is not supported by Azure Monitor Agent`);
}

function linuxSupport({ osVersion, architecture }: OsOfMachine, name: string): OsSupport {
  const distribution = distributionOf(name);
  if (distribution === undefined)
    return unknown(name === '' ? 'no name is known' : `"${name}" is not in the table`);
  if (distribution.dropped !== undefined) return unsupported(distribution.dropped);
  const { major, minor } = versionOf(distribution, name, osVersion);
  if (major === null) return unknown(`which version of ${distribution.name} it is cannot be told`);
  const title = `${distribution.name} ${distribution.compact === 'ubuntu' ? major.toFixed(2) : major}`;
  if (!distribution.x64.includes(major))
    return major > Math.max(...distribution.x64)
      ? unknown(`${title} is newer than the table of ${AS_OF}`)
      : unsupported(`${title} is not supported by Azure Monitor Agent`);
  if (architecture === 'arm64' && !distribution.arm64.includes(major))
    return unsupported(`Azure Monitor Agent supports ${title} on x64 only`);
  const rule = distribution.minor?.find(
    (r) => r.major === major && (r.architecture === undefined || r.architecture === architecture),
  );
  if (rule === undefined || (minor !== null && minor >= rule.from)) return SUPPORTED;
  if (minor === null) return rule.below === 'unsupported' ? unknown(`${title}: ${rule.why}`) : SUPPORTED;
  return { verdict: rule.below, why: `${title}: ${rule.why}` };
}
