import type { PlanRun } from '../model/plan-run.ts';
import { allRows, type Store, updateRow } from './store.ts';

const PARTITION = 'runs';

export function createPlanRuns(store: Store) {
  async function list(prefix = ''): Promise<PlanRun[]> {
    const runs: PlanRun[] = [];
    for await (const { value } of allRows(store, PARTITION, prefix)) runs.push(value as PlanRun);
    return runs;
  }

  return {
    async get(id: string): Promise<PlanRun | undefined> {
      return (await store.get(PARTITION, id))?.value as PlanRun | undefined;
    },

    /** False when there is a run of this id. */
    async create(run: PlanRun): Promise<boolean> {
      return (await store.write(PARTITION, [{ kind: 'insert', row: run.id, value: run }])).ok;
    },

    /** Changes a run; computed again when another writer was faster, undefined leaves it as it is. */
    update(id: string, change: (run: PlanRun) => PlanRun | undefined): Promise<PlanRun | undefined> {
      return updateRow(store, PARTITION, id, change);
    },

    /** All runs of a plan, the oldest first. */
    ofPlan: (planId: string) => list(`${planId}-run-`),

    /** The run of a plan that has not ended. */
    async active(planId: string): Promise<PlanRun | undefined> {
      return (await list(`${planId}-run-`)).find(({ finishedAt }) => finishedAt === null);
    },

    all: () => list(),

    /** All runs that have not ended. */
    async unfinished(): Promise<PlanRun[]> {
      return (await list()).filter(({ finishedAt }) => finishedAt === null);
    },
  };
}
