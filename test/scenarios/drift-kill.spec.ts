import { describe, expect, it } from 'vitest';
import { runKilled } from '../support/killed.ts';
import { smallEstate, VM } from '../support/small-estate.ts';

const app = new URL('../support/killable-drift.ts', import.meta.url).pathname;
const KILLS = 6;

/** A script of its owner brings the agent back, once. */
const file = () =>
  smallEstate({
    behaviour: { reinstall: [{ match: { machines: [VM] }, afterSeconds: 12 * 3600, times: 1 }] },
  });

describe('a drift check in a process that is killed', () => {
  it('finds the same, starts one wave for a remedy, and leaves the fleet clean', async () => {
    const undisturbed = await runKilled({ app, file: file(), points: [] });
    const all = undisturbed.estate.requestLog.entries();
    const total = all.length;
    // From the first inventory of a check on: what is before is the migration, which has kill tests of its own.
    const graph = all.flatMap(({ kind }, i) => (kind === 'graph.query' ? [i] : []));
    const begin = graph.find((i) => all.slice(0, i).some(({ kind }) => kind === 'extension.delete')) ?? 0;
    expect(begin).toBeGreaterThan(0);
    const points = Array.from(
      { length: KILLS },
      (_, i) => begin + Math.ceil(((i + 1) * (total - begin)) / (KILLS + 1)),
    );
    expect(undisturbed.done).toEqual({
      findings: [`legacyBack ${VM.toLowerCase()}`],
      remedies: [{ kind: 'removeLegacy', status: 'started', machines: 1 }],
      after: {},
      waves: 2,
    });

    for (const delayMs of [undefined, 40]) {
      const killed = await runKilled({
        ...{ app, file: file(), points },
        ...(delayMs === undefined ? {} : { delayMs }),
      });

      expect(killed.kills).toBe(KILLS);
      expect(killed.done).toEqual(undisturbed.done);
      const removed = killed.estate.requestLog
        .entries({ kind: 'extension.delete', machineId: VM })
        .filter(({ status }) => status >= 200 && status < 300);
      expect(removed).toHaveLength(2);
    }
  });
});
