import type { WaveMachine } from '../../ledger/waves.ts';
import type { PlannedMachine } from '../../model/plan.ts';
import { LEGACY_TABLES, TABLES, type Table } from '../../model/streams.ts';
import type { StageContext } from '../../waves/stage.ts';

/** A table to look at, and for which machines. */
export interface TableJob {
  readonly table: Table;
  readonly machineIds: ReadonlySet<string>;
  /** False: no rule of these machines fills it, but the legacy agent may. */
  readonly covered: boolean;
}

/**
 * The tables of a workspace that matter for these machines: those their rules fill, and those that legacy agents
 * of their system fill while no rule does. What goes there ends with the legacy agent.
 */
export function tableJobs(
  { workspaces }: Pick<StageContext, 'workspaces'>,
  workspaceId: string,
  machines: readonly WaveMachine[],
): readonly TableJob[] {
  const inUse = workspaces.get(workspaceId)?.tables ?? [];
  const jobs = (covered: boolean, tables: (planned: PlannedMachine) => readonly string[]) =>
    TABLES.flatMap((table): TableJob[] => {
      const own = machines.filter(({ planned }) => tables(planned).includes(table));
      return own.length === 0
        ? []
        : [{ table, covered, machineIds: new Set(own.map(({ planned }) => planned.id)) }];
    });
  const filled = ({ rules }: PlannedMachine) =>
    rules.filter((rule) => rule.workspaceId === workspaceId).flatMap(({ tables }) => tables);
  return [
    ...jobs(true, filled),
    ...jobs(false, (planned) => {
      if (!planned.legacyWorkspaces.includes(workspaceId)) return [];
      const own = filled(planned);
      return LEGACY_TABLES[planned.os].filter((table) => inUse.includes(table) && !own.includes(table));
    }),
  ];
}
