import { describe, expect, it } from 'vitest';
import type { Estate } from '../../rehearsal/estate/index.ts';
import { runKilled } from '../support/killed.ts';
import { heardEstate } from '../support/rollback-scenario.ts';
import { ARC, LINUX_VM, VM } from '../support/small-estate.ts';

const app = new URL('../support/killable-rollback.ts', import.meta.url).pathname;

/** The switch of the wave itself, then each change of a rollback: done by Azure, and not heard by the app. */
const POINTS = [
  'dataSource.write',
  'dataSource.write',
  'secret.read',
  'extension.write',
  'association.delete',
  'extension.delete',
] as const;

describe('an app that is killed while it rolls a wave back', () => {
  it('ends as if nothing had happened, in whichever stage it is killed', async () => {
    const file = heardEstate();
    const undisturbed = await runKilled({ app, file, points: [] });
    const killed = await runKilled({ app, file, points: POINTS });

    expect(undisturbed.done).toBe('Rolled back by operator: killed.');
    expect(killed.done).toBe(undisturbed.done);
    expect(killed.kills).toBe(POINTS.length);
    for (const machine of [VM, LINUX_VM, ARC]) {
      expect(finalState(killed.estate, machine)).toEqual(finalState(undisturbed.estate, machine));
      expect(finalState(killed.estate, machine)).toMatchObject({
        extensions: [{ agent: 'legacy' }],
        associations: [],
      });
      const deleted = killed.estate.requestLog.entries({ kind: 'association.delete', machineId: machine });
      expect(deleted.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  }, 120_000);
});

function finalState(estate: Estate, machineId: string) {
  const found = estate.snapshot(machineId);
  return { extensions: found?.extensions, associations: found?.associations };
}
