import type { NetworkContext, NetworkMachine } from './context.ts';
import { endpointsOf, type RequiredEndpoint } from './endpoints.ts';
import { type GatewayCommands, gatewayCommands } from './gateway.ts';
import { type NetworkNeeds, needsOf, UNKNOWN, type UnknownReason } from './needs.ts';
import { createNotes, type NetworkNote } from './notes.ts';
import { type PrivateLinkNeed, privateLinkNeeds } from './private-link.ts';

/** One line for a firewall team: the machines of these regions and this profile need this host. */
export interface NetworkRow extends RequiredEndpoint {
  readonly regions: readonly string[];
  /** The proxy profile; null where the agent keeps its default. */
  readonly profile: string | null;
  readonly machines: number;
}

/** Machines without a list, by reason. */
export interface UnknownMachines {
  readonly reason: UnknownReason;
  readonly detail: string | null;
  readonly text: string;
  readonly machines: number;
  /** The first of them by id. */
  readonly examples: readonly string[];
}

export interface Preflight {
  /** Machines that the rows stand for. */
  readonly machines: number;
  readonly rows: readonly NetworkRow[];
  readonly gatewayCommands: readonly GatewayCommands[];
  readonly privateLink: readonly PrivateLinkNeed[];
  readonly notes: readonly NetworkNote[];
  readonly unknown: readonly UnknownMachines[];
}

/** Machines that need the same, and how many. */
export interface NeedsGroup {
  readonly needs: NetworkNeeds;
  machines: number;
  /** Those of them already associated with the endpoint they need behind private link. */
  associated: number;
}

const EXAMPLES = 20;

/** What must be opened for a fleet. One pass; what is kept grows with distinct needs, not with machines. */
export async function preflight(
  machines: AsyncIterable<NetworkMachine> | Iterable<NetworkMachine>,
  context: NetworkContext,
): Promise<Preflight> {
  const groups = new Map<string, NeedsGroup>();
  const unknown = new Map<string, UnknownMachines>();
  const notes = createNotes(context.cloud);
  for await (const machine of machines) {
    const result = needsOf(machine, context);
    if (!result.ok) {
      countUnknown(unknown, result.unknown.reason, result.unknown.detail, machine.id);
      continue;
    }
    const { needs, unseenRules } = result;
    const key = JSON.stringify(needs);
    const group = groups.get(key) ?? { needs, machines: 0, associated: 0 };
    group.machines += 1;
    if (isAssociated(machine, needs)) group.associated += 1;
    groups.set(key, group);
    notes.add(machine, needs, unseenRules);
  }
  const all = [...groups.values()];
  const rows = rowsOf(all, context);
  return {
    machines: all.reduce((sum, group) => sum + group.machines, 0),
    rows,
    gatewayCommands: gatewayCommands(rows, all),
    privateLink: privateLinkNeeds(all, context),
    notes: notes.of(rows),
    unknown: [...unknown.values()].sort((a, b) => order(sortKey(a), sortKey(b))),
  };
}

function isAssociated({ associations }: NetworkMachine, { path }: NetworkNeeds): boolean {
  const wanted = path.kind === 'privateLink' ? path.endpointId : null;
  return wanted !== null && associations.some(({ endpointId }) => endpointId === wanted);
}

function countUnknown(
  unknown: Map<string, UnknownMachines>,
  reason: UnknownReason,
  detail: string | null,
  machineId: string,
): void {
  const key = `${reason} ${detail}`;
  const known = unknown.get(key);
  unknown.set(key, {
    reason,
    detail,
    text: UNKNOWN[reason],
    machines: (known?.machines ?? 0) + 1,
    examples: firstOf(known?.examples ?? [], machineId),
  });
}

/** The smallest ids seen, so that the answer does not depend on the order of the machines. */
function firstOf(examples: readonly string[], id: string): readonly string[] {
  if (examples.length === EXAMPLES && id >= (examples.at(-1) ?? '')) return examples;
  return [...examples, id].sort(order).slice(0, EXAMPLES);
}

function rowsOf(groups: readonly NeedsGroup[], context: NetworkContext): readonly NetworkRow[] {
  const rows = new Map<string, { row: NetworkRow; regions: Set<string>; machines: number }>();
  for (const { needs, machines } of groups) {
    const { profile } = needs.path;
    for (const endpoint of endpointsOf(needs, context)) {
      const row = { ...endpoint, regions: [], profile, machines };
      const key = sortKey(row);
      const known = rows.get(key) ?? { row, regions: new Set<string>(), machines: 0 };
      known.regions.add(needs.region);
      known.machines += machines;
      rows.set(key, known);
    }
  }
  return [...rows]
    .sort(([a], [b]) => order(a, b))
    .map(([, { row, regions, machines }]) => ({ ...row, regions: [...regions].sort(order), machines }));
}

const FROM = { machines: 0, proxy: 1, gateway: 2 } as const;

/** Identity and place of a row, or of machines without one. */
function sortKey(of: NetworkRow | UnknownMachines): string {
  if ('reason' in of) return JSON.stringify([of.reason, of.detail ?? '']);
  return JSON.stringify([FROM[of.from], of.profile ?? '', of.source ?? '', of.host, of.port, of.via]);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
