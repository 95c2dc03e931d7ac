import type { Loss, Wanted, WorkspaceSettings } from '../model.ts';
import { type Asked, byKey, hasSolution, loss, wanted } from '../wanted.ts';
import { FACILITIES, LEVELS } from './syslog-names.ts';

const STREAM = 'Microsoft-CommonSecurityLog';
/** Messages without a priority, which many appliances send. */
const NO_PRIORITY = 'nopri';

/**
 * CEF on forwarders, as the connector "CEF via AMA" collects it: the facilities that carry it, and `nopri` at
 * Emergency. Source: facts file 3.12. All levels of a facility, because the legacy agent took CEF past the
 * severities of the workspace.
 */
export function collectCef(
  facilities: readonly string[],
  settings: WorkspaceSettings,
  moved: readonly Asked<{ readonly facility: string }>[],
): { readonly wanted: readonly Wanted[]; readonly losses: readonly Loss[] } {
  const asked = [...new Set(facilities.map((one) => one.trim().toLowerCase()))].map((facility) => ({
    origin: { sourceId: settings.workspace.id, kind: 'CommonSecurityLog', item: facility },
    value: { facility },
  }));
  const unknown = asked.filter(({ value }) => !FACILITIES.has(value.facility));
  const known = asked.filter(({ value }) => FACILITIES.has(value.facility));
  const losses = unknown.map(({ origin, value }) => loss(origin, 'unknownFacility', value.facility));
  if (known.length === 0) return { wanted: [], losses };
  if (!hasSolution(settings, 'SecurityInsights', 'Security')) {
    const missing = known.map(({ origin }) =>
      loss(origin, 'solutionMissing', 'SecurityInsights or Security'),
    );
    return { wanted: [], losses: [...losses, ...missing] };
  }
  const withoutPriority = known.map(({ origin }) => ({ origin, value: { facility: NO_PRIORITY } }));
  const collected = byKey([...known, ...withoutPriority, ...moved], ({ facility }) => facility);
  return {
    wanted: collected.map((group) => wanted(syslog(group[0].value.facility), group)),
    losses,
  };
}

/** Whether CEF takes a message of syslog: it goes to one of the two tables. */
export function isTakenByCef(facilities: readonly string[], facility: string, level: string): boolean {
  if (facility === NO_PRIORITY) return facilities.length > 0 && level === 'Emergency';
  return facilities.some((one) => one.trim().toLowerCase() === facility);
}

function syslog(facility: string) {
  const levels = facility === NO_PRIORITY ? ['Emergency'] : LEVELS;
  return { what: 'syslog', os: 'linux', stream: STREAM, facility, levels } as const;
}
