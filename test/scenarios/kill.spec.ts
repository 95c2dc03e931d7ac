import { describe, expect, it } from 'vitest';
import type { Estate, OperationKind } from '../../rehearsal/estate/index.ts';
import { runKilled } from '../support/killed.ts';
import { ARC, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

const app = new URL('../support/killable-app.ts', import.meta.url).pathname;
const MACHINES = [VM, LINUX_VM, ARC];
const KILLS = 20;

describe('a process that is killed', () => {
  it('resumes after each of twenty kills and ends as if nothing had happened, with no change made twice', async () => {
    const undisturbed = await runKilled({ app, file: smallEstate(), points: [] });
    const total = undisturbed.estate.requestLog.total();
    // Spread over the whole migration. Each strikes when Azure has done the work and nobody has heard of it.
    const points = Array.from({ length: KILLS }, (_, i) => Math.ceil(((i + 1) * total) / (KILLS + 1)));

    const killed = await runKilled({ app, file: smallEstate(), points });

    expect(killed.kills).toBe(KILLS);
    expect(killed.done).toBe(true);
    for (const machine of MACHINES) {
      expect(finalState(killed.estate, machine)).toEqual(finalState(undisturbed.estate, machine));
      for (const kind of ['extension.write', 'association.write', 'extension.delete'] as const) {
        expect(accepted(killed.estate, kind, machine), `${kind} of ${machine}`).toBe(1);
      }
    }
    expect(accepted(killed.estate, 'dataSource.write')).toBe(1);
  });
});

function accepted(estate: Estate, kind: OperationKind, machineId?: string): number {
  return estate.requestLog
    .entries({ kind, ...(machineId === undefined ? {} : { machineId }) })
    .filter(({ status }) => status >= 200 && status < 300).length;
}

function finalState(estate: Estate, machineId: string) {
  const found = estate.snapshot(machineId);
  return { extensions: found?.extensions, associations: found?.associations };
}
