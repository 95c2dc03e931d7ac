import { describe, expect, it } from 'vitest';
import { runKilled } from '../support/killed.ts';
import { ARC, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

const app = new URL('../support/killable-plan-run.ts', import.meta.url).pathname;
const MACHINES = [VM, LINUX_VM, ARC];
const KILLS = 8;

describe('a run of a plan in a process that is killed', () => {
  it('takes every wave once and in order, as if nothing had happened', async () => {
    const undisturbed = await runKilled({ app, file: smallEstate(), points: [] });
    const total = undisturbed.estate.requestLog.total();
    // Spread over the whole plan, also over its waits: some strike a while after the answer.
    const points = Array.from({ length: KILLS }, (_, i) => Math.ceil(((i + 1) * total) / (KILLS + 1)));

    for (const delayMs of [undefined, 40]) {
      const options = delayMs === undefined ? {} : { delayMs };
      const killed = await runKilled({ app, file: smallEstate(), points, ...options });

      expect(killed.kills).toBe(KILLS);
      expect(killed.done).toEqual({ state: 'completed', promoted: [1, 2], wave: 2 });
      expect(killed.done).toEqual(undisturbed.done);
      for (const machine of MACHINES) {
        for (const kind of ['extension.write', 'association.write', 'extension.delete'] as const) {
          const accepted = killed.estate.requestLog
            .entries({ kind, machineId: machine })
            .filter(({ status }) => status >= 200 && status < 300);
          expect(accepted, `${kind} of ${machine}`).toHaveLength(1);
        }
      }
    }
  });
});
