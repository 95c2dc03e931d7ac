import type { WaveMachine } from '../../ledger/waves.ts';
import type { PlannedMachine } from '../../model/plan.ts';
import { isBuiltIn, LEGACY_TABLES } from '../../model/streams.ts';
import type { StageContext } from '../../waves/stage.ts';

/** A table to look at, and for which machines. */
export interface TableJob {
  readonly table: string;
  /** The table that legacy agents fill, where the rules fill another one in its place. */
  readonly legacyTable?: string;
  readonly machineIds: ReadonlySet<string>;
  /** False: no rule of these machines fills it, but the legacy agent may. */
  readonly covered: boolean;
}

type Part = Omit<TableJob, 'machineIds'>;
type Place = StageContext['workspaces'] extends ReadonlyMap<string, infer V> ? V : never;

/**
 * The tables of a workspace that matter for these machines: those their rules fill, and those that legacy agents
 * of their system fill while no rule does. What goes there ends with the legacy agent. In order of name.
 */
export function tableJobs(
  { workspaces }: Pick<StageContext, 'workspaces'>,
  workspaceId: string,
  machines: readonly WaveMachine[],
): readonly TableJob[] {
  const place = workspaces.get(workspaceId);
  const jobs = new Map<string, Part & { readonly machineIds: Set<string> }>();
  for (const { planned } of machines) {
    for (const part of partsOf(planned, workspaceId, place)) {
      const key = JSON.stringify([part.table, part.legacyTable, part.covered]);
      const job = jobs.get(key) ?? { ...part, machineIds: new Set() };
      jobs.set(key, job);
      job.machineIds.add(planned.id);
    }
  }
  return [...jobs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, job]) => job);
}

function partsOf(planned: PlannedMachine, workspaceId: string, place: Place | undefined): Part[] {
  const tables = planned.rules
    .filter((rule) => rule.workspaceId === workspaceId)
    .flatMap((rule) => rule.tables);
  const filled = new Map(tables.map((table) => [table.toLowerCase(), table]));
  const inUse = new Set(place?.tables?.map((table) => table.toLowerCase()));
  const leaves = planned.legacyWorkspaces.includes(workspaceId);
  const logs = leaves ? (place?.customLogs ?? []).filter(({ os }) => os.includes(planned.os)) : [];

  const ofLogs = logs.flatMap(({ table, replacedBy }): Part[] => {
    const instead = filled.get(replacedBy.toLowerCase());
    if (instead !== undefined && replacedBy.toLowerCase() !== table.toLowerCase())
      return [{ table: instead, legacyTable: table, covered: true }];
    if (filled.has(table.toLowerCase())) return [{ table, covered: true }];
    return inUse.has(table.toLowerCase()) ? [{ table, covered: false }] : [];
  });
  const judged = new Set(ofLogs.map(({ table }) => table.toLowerCase()));
  const ofRules = [...filled.values()]
    .filter((table) => !judged.has(table.toLowerCase()))
    .map((table): Part => ({ table, covered: true }));
  const lost = leaves
    ? LEGACY_TABLES[planned.os].filter(
        (table) => inUse.has(table.toLowerCase()) && !filled.has(table.toLowerCase()),
      )
    : [];
  return [...ofLogs, ...ofRules, ...lost.map((table): Part => ({ table, covered: false }))];
}

/** Tables that machines fill by what they are there for: which of them have an IIS, or a certain file, no rule says. */
export function dependsOnRole(table: string): boolean {
  return !isBuiltIn(table) || ROLES.has(table);
}

const ROLES: ReadonlySet<string> = new Set(['W3CIISLog', 'CommonSecurityLog', 'ConfigurationChange']);
