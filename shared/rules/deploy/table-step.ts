import type { CustomTable } from '../convert/log-files.ts';
import type { FoundTable } from './gateway.ts';
import type { Change, Conflict, TableStep } from './step.ts';

const WHY: Readonly<Record<'classicTable' | 'failedTable' | 'otherColumns', string>> = {
  classicTable:
    'The table is a classic one: no rule can send to it. A deployment never migrates it; POST /tables/migrate does.',
  failedTable: 'The last change of the table failed. Delete it, or repeat the change, first.',
  otherColumns: 'The table is there with other columns than the rules send.',
};

const PLAN_STAYS =
  'The table is there already and keeps its plan: change it with az monitor log-analytics workspace table update --plan Basic.';

/** What a deployment would do about one table. Tables have no tags, so one that is there is never written. */
export function tableStep(
  workspaceResourceId: string,
  wanted: CustomTable,
  found: FoundTable | undefined,
): TableStep {
  const step = (
    action: TableStep['action'],
    changes: readonly Change[],
    conflict?: Conflict & keyof typeof WHY,
  ): TableStep => ({
    ...{ kind: 'table', id: `${workspaceResourceId}/tables/${wanted.name}`, action, changes },
    ...{ workspaceResourceId, wanted, inProgress: found?.state === 'inProgress' },
    ...(conflict === undefined ? {} : { conflict, why: WHY[conflict] }),
  });
  if (found === undefined) return step('create', []);
  const changes = columnChanges(found, wanted);
  if (found.classic) return step('conflict', changes, 'classicTable');
  if (found.state === 'failed') return step('conflict', changes, 'failedTable');
  if (changes.length > 0) return step('conflict', changes, 'otherColumns');
  const otherPlan = wanted.plan !== undefined && found.plan?.toLowerCase() !== wanted.plan.toLowerCase();
  return otherPlan ? { ...step('unchanged', []), why: PLAN_STAYS } : step('unchanged', []);
}

/** Columns that are missing or of another type; more than the rules send do no harm. */
export function columnChanges(found: FoundTable, wanted: CustomTable): readonly Change[] {
  const types = new Map(found.columns.map(({ name, type }) => [name.toLowerCase(), type.toLowerCase()]));
  return wanted.columns.flatMap(({ name, type }): Change[] => {
    const before = types.get(name.toLowerCase()) ?? null;
    return before === type.toLowerCase() ? [] : [{ path: `columns[${name}]`, before, after: type }];
  });
}
