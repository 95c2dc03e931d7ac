import type { OsType } from '../model/agents.ts';
import type { MachineKind } from '../model/ids.ts';
import type { Settings } from './ama-settings.ts';

interface VersionGuard {
  readonly os: OsType;
  readonly kind?: MachineKind;
  /** First version concerned, and the first that is not: both as numbers of a version. */
  readonly from: string;
  readonly before: string;
  /** Which settings the fault bites with; absent: all. */
  readonly when?: 'noProxySettings' | 'modeNone';
  readonly why: string;
}

/**
 * Versions of Azure Monitor Agent that cannot do what a plan asks of them. An agent of such a version is
 * put again, which brings the current one. Source: facts file 3.3 and 3.5.
 */
const GUARDS: readonly VersionGuard[] = [
  { os: 'windows', from: '1.25.0', before: '1.25.1', why: 'was recalled' },
  {
    os: 'windows',
    from: '1.26.0',
    before: '1.27.0',
    when: 'noProxySettings',
    why: 'ignores the system proxy',
  },
  {
    os: 'windows',
    kind: 'arcServer',
    from: '0',
    before: '1.30.0',
    when: 'modeNone',
    why: 'does not bypass the Arc proxy',
  },
  {
    os: 'linux',
    kind: 'arcServer',
    from: '1.29.4',
    before: '1.29.6',
    why: 'does not install on Arc servers',
  },
  {
    os: 'linux',
    from: '0',
    before: '1.24.2',
    when: 'noProxySettings',
    why: 'does not read the proxy of the environment',
  },
  {
    os: 'linux',
    from: '1.40.0',
    before: '1.42.0',
    why: 'loses its syslog configuration when rules are associated again',
  },
];

/** Why an installed version must not stay under the wanted settings; undefined when it may, or is unknown. */
export function versionObstacle(
  installed: string | null,
  machine: { readonly os: OsType; readonly kind: MachineKind },
  wanted: Settings | undefined,
): string | undefined {
  return firstFault(installed, machine, (when) => {
    if (when === undefined) return true;
    return when === 'modeNone' ? wanted?.proxy?.mode === 'none' : wanted?.proxy === undefined;
  });
}

/** Why an installed version is faulty whatever its settings are; undefined when it is not, or is unknown. */
export function knownFault(
  installed: string | null,
  machine: { readonly os: OsType; readonly kind: MachineKind },
): string | undefined {
  return firstFault(installed, machine, (when) => when === undefined);
}

function firstFault(
  installed: string | null,
  machine: { readonly os: OsType; readonly kind: MachineKind },
  bites: (when: VersionGuard['when']) => boolean,
): string | undefined {
  // "1.2" is what was asked for, not what runs: nothing can be said of it.
  if (installed === null || installed.split('.').length < 3) return undefined;
  const guard = GUARDS.find(
    ({ os, kind, from, before, when }) =>
      os === machine.os &&
      (kind === undefined || kind === machine.kind) &&
      compareVersions(installed, from) >= 0 &&
      compareVersions(installed, before) < 0 &&
      bites(when),
  );
  return guard === undefined ? undefined : `version ${installed} ${guard.why}`;
}

/** Compares dotted numbers part by part: negative, zero or positive. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
