import { agentOfHeartbeat, isAmaExtension, isLegacyExtension } from '../model/agents.ts';
import type { Extension, Heartbeats, Machine, Report } from '../model/machine.ts';
import type { HeartbeatRow } from './queries/heartbeats.ts';

export interface WorkspaceHeartbeat extends HeartbeatRow {
  readonly workspaceId: string;
}

/** An agent heard within this time of the instant asked about counts as writing then. */
export const FRESH_DAYS = 14;
const FRESH_MS = FRESH_DAYS * 86_400_000;

/** Agents are heard every minute; one heard this lately is running, extension or not. */
const ALIVE_MS = 30 * 60_000;

const NO_HEARTBEATS: Heartbeats = { ama: null, legacy: null, scom: null };

/** Who of a machine's agents was heard where and when; the last instant of each pair. */
export function reportsOf(rows: readonly WorkspaceHeartbeat[]): Report[] {
  const latest = new Map<string, Report>();
  for (const { workspaceId, Category, lastSeen } of rows) {
    const agent = agentOfHeartbeat(Category ?? '');
    if (agent === 'other') continue;
    const key = `${workspaceId}|${agent}`;
    const known = latest.get(key);
    if (known === undefined || lastSeen > known.lastSeen) latest.set(key, { workspaceId, agent, lastSeen });
  }
  return [...latest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, report]) => report);
}

export function heartbeatsOf(reports: readonly Report[]): Heartbeats {
  const latest = { ...NO_HEARTBEATS };
  for (const { agent, lastSeen } of reports) {
    const known = latest[agent];
    if (known === null || lastSeen > known) latest[agent] = lastSeen;
  }
  return latest;
}

/**
 * Whether a legacy agent is on the machine: by its extension, or only by its voice. An old voice counts only
 * where nothing has taken its place, for a migrated machine keeps the heartbeats of its past.
 */
export function legacyPresence(
  machine: Pick<Machine, 'extensions' | 'heartbeats'>,
  now: number,
): 'extension' | 'heartbeat' | 'none' {
  if (machine.extensions.some(isLegacyExtension)) return 'extension';
  const { legacy, scom } = machine.heartbeats;
  const last = latestOf(legacy, scom);
  if (last === null) return 'none';
  if (now - Date.parse(last) <= ALIVE_MS) return 'heartbeat';
  return machine.extensions.some(isAmaExtension) ? 'none' : 'heartbeat';
}

/** Whether a legacy agent was heard just now. */
export function isAlive({ heartbeats }: Pick<Machine, 'heartbeats'>, now: number): boolean {
  const last = latestOf(heartbeats.legacy, heartbeats.scom);
  return last !== null && now - Date.parse(last) <= ALIVE_MS;
}

/** Workspaces a legacy agent writes to: those in its settings that can be seen, and those it was last heard in. */
export function legacyTargets(
  extensions: readonly Extension[],
  reports: readonly Report[],
  byCustomer: ReadonlyMap<string, string>,
): Pick<Machine, 'legacyWorkspaces' | 'unseenWorkspaces'> {
  const customers = new Set(extensions.filter(isLegacyExtension).flatMap(customerIdOf));
  const configured = [...customers].flatMap((customer) => byCustomer.get(customer) ?? []);
  const legacy = reports.filter(({ agent }) => agent !== 'ama');
  const last = legacy.reduce<string | null>((latest, { lastSeen }) => latestOf(latest, lastSeen), null);
  // A workspace left long before the last heartbeat was taken away from the agent.
  const heard = legacy
    .filter(({ lastSeen }) => last !== null && isFresh(lastSeen, Date.parse(last)))
    .map(({ workspaceId }) => workspaceId);
  return {
    legacyWorkspaces: [...new Set([...configured, ...heard])],
    unseenWorkspaces: [...customers].filter((customer) => !byCustomer.has(customer)),
  };
}

/** The workspace a legacy extension is set to, by its customer id in lower case. */
export function customerIdOf({ settings }: Pick<Extension, 'settings'>): string[] {
  const customerId = (settings as { workspaceId?: unknown } | null)?.workspaceId;
  return typeof customerId === 'string' && customerId !== '' ? [customerId.toLowerCase()] : [];
}

/** Whether an agent last heard then counts as writing at that instant. */
export function isFresh(lastSeen: string, at: number): boolean {
  return at - Date.parse(lastSeen) <= FRESH_MS;
}

function latestOf(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
