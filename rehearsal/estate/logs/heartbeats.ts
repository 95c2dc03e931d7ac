import { NEVER } from '../intervals.ts';
import { dig, text } from '../json.ts';
import { hash } from '../random.ts';
import type { State } from '../state/state.ts';
import type { LonelyHeartbeat, Machine, Workspace } from '../state/types.ts';
import { heartbeatIdentity, heartbeatsSeen } from '../telemetry/heartbeats.ts';
import { compare, datetime, iso, type LogTable, string } from './table.ts';

export interface HeartbeatWindow {
  readonly since: number;
  readonly until: number;
  readonly parts: number;
  readonly part: number;
}

const TEXTS = [
  'ResourceId',
  'Computer',
  'Category',
  'AgentId',
  'VmId',
  'OSType',
  'Solutions',
  'OSName',
  'OSVersion',
] as const;

/** The texts in their order, then `lastSeen`. */
type Row = readonly [string, string, string, string, string, string, string, string, string, string];

/** Who was heard in a workspace: machines, and computers Azure has no (longer a) resource of. */
export function heartbeatRows(
  state: State,
  workspace: Workspace,
  window: HeartbeatWindow,
  now: number,
): LogTable {
  const rows: Row[] = [];
  const packs = intelligencePacks(state, workspace);
  for (const machine of workspace.reporters) machineRows(state, machine, workspace, window, now, packs, rows);
  for (const lonely of workspace.lonely) {
    if (!inPart(lonely.computer, window)) continue;
    const lastSeen = lastOf(state, lonely, window, now);
    if (lastSeen !== undefined) rows.push(lonelyRow(lonely, lastSeen));
  }
  rows.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]) || compare(a[2], b[2]));
  return { columns: [...TEXTS.map(string), datetime('lastSeen')], rows };
}

function machineRows(
  state: State,
  machine: Machine,
  workspace: Workspace,
  window: HeartbeatWindow,
  now: number,
  packs: string,
  rows: Row[],
): void {
  // A part is by name, and only a declared note gives a machine a second one.
  if (!state.heartbeatNotes.has(machine.key) && !inPart(machine.computer, window)) return;
  for (const seen of heartbeatsSeen(state, machine, workspace, window.since, window.until, now)) {
    if (!inPart(seen.computer, window)) continue;
    const own = heartbeatIdentity(state, machine, seen.agent);
    rows.push([
      own.resourceId,
      seen.computer.toLowerCase(),
      seen.category,
      own.agentId,
      own.vmId,
      machine.os === 'windows' ? 'Windows' : 'Linux',
      own.solutions ?? (seen.agent === 'legacy' ? packs : ''),
      ...systemOf(machine),
      iso(seen.lastSeen),
    ]);
  }
}

/** What an agent says of its system: the name as Azure shows it, version as `strcat` joins it. */
function systemOf({ resource }: Machine): [string, string] {
  const properties = resource['properties'];
  const view = dig(properties, 'extended', 'instanceView');
  const name = text(dig(view, 'osName')) ?? text(dig(properties, 'osSku')) ?? '';
  const version = text(dig(view, 'osVersion')) ?? text(dig(properties, 'osVersion')) ?? '';
  const [major = '', minor = ''] = version.split('.');
  return [name, `${major}.${minor}`];
}

/** `hash(tolower(Computer), parts) == part`; any hash makes a partition. */
function inPart(computer: string, { parts, part }: HeartbeatWindow): boolean {
  return parts <= 1 ? part === 0 : hash(computer.toLowerCase()) % parts === part;
}

/** Legacy agents run the packs of the workspace's solutions and name them: `"security", "updates"`. */
function intelligencePacks(state: State, workspace: Workspace): string {
  const names: string[] = [];
  for (const { type, resource } of state.others.values()) {
    if (type !== 'microsoft.operationsmanagement/solutions') continue;
    if (text(dig(resource, 'properties', 'workspaceResourceId'))?.toLowerCase() !== workspace.key) continue;
    const product =
      text(dig(resource, 'plan', 'product'))
        ?.split('/')
        .at(-1) ?? '';
    if (product !== '') names.push(`"${product.charAt(0).toLowerCase()}${product.slice(1)}"`);
  }
  return names.sort(compare).join(', ');
}

/** The last full minute in which it was heard in the window. */
function lastOf(
  state: State,
  lonely: LonelyHeartbeat,
  { since, until }: HeartbeatWindow,
  now: number,
): number | undefined {
  const ends = lonely.agent === 'legacy' ? state.legacyEnds : NEVER;
  let last = Number.NEGATIVE_INFINITY;
  for (const part of lonely.heard) {
    const at = Math.min(part.until, ends, until + 1, now - 60_000) - 1;
    if (at >= part.from) last = Math.max(last, at);
  }
  return last < since ? undefined : Math.floor(last / 60_000) * 60_000;
}

function lonelyRow(lonely: LonelyHeartbeat, lastSeen: number): Row {
  return [
    lonely.resourceId.toLowerCase(),
    lonely.computer.toLowerCase(),
    lonely.category,
    lonely.agentId.toLowerCase(),
    lonely.vmId.toLowerCase(),
    lonely.os === 'windows' ? 'Windows' : 'Linux',
    lonely.solutions,
    '',
    '.',
    iso(lastSeen),
  ];
}
