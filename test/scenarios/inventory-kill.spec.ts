import { beforeAll, describe, expect, it } from 'vitest';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { undated } from '../support/inventories.ts';
import { type KilledRun, runKilled } from '../support/killed.ts';
import { mixedEstate, vm } from '../support/mixed-estate.ts';
import { GROUP, legacyExtension } from '../support/small-estate.ts';

const app = new URL('../support/killable-inventory.ts', import.meta.url).pathname;
/** More than one page of machines, and of their extensions. */
const MANY = 1100;

function largeEstate(): EstateFile {
  const mixed = mixedEstate({ behaviour: { limits: { factor: 0.5 } } });
  const ids = Array.from(
    { length: MANY },
    (_, i) => `${GROUP}/providers/Microsoft.Compute/virtualMachines/many-${i}`,
  );
  const many = ids.flatMap((id) => [vm(id), legacyExtension(id, 'MMA', 'MicrosoftMonitoringAgent')]);
  return { ...mixed, resources: [...mixed.resources, ...many] };
}

describe('an app that is killed while it takes an inventory', () => {
  const kindOf = ({ estate }: KilledRun, kind: string) =>
    estate.requestLog.entries().flatMap((entry, i) => (entry.kind === kind ? [i + 1] : []));

  const file = largeEstate();
  let undisturbed: KilledRun;
  let expected: unknown;
  beforeAll(async () => {
    undisturbed = await runKilled({ app, file, points: [] });
    expected = undated(undisturbed.done);
  }, 60_000);

  it('ends with the inventory it would have taken, wherever it was killed', async () => {
    expect(expected).toMatchObject({ status: 'completed', counts: { machines: MANY + 7 } });

    const total = undisturbed.estate.requestLog.total();
    const [graph, logs] = [kindOf(undisturbed, 'graph.query'), kindOf(undisturbed, 'logs.query')];
    const firstOf = (numbers: readonly number[]) => numbers[0] ?? 0;
    const single = await Promise.all(
      [
        { what: 'the first page', points: [1] },
        { what: 'between two pages', points: [3] },
        { what: 'the last page', points: [graph.at(-1) ?? 0] },
        { what: 'the first workspace', points: [firstOf(logs)] },
        { what: 'the lists of a subscription', points: [(logs.at(-1) ?? 0) + 1] },
        { what: 'the last read', points: [total] },
        { what: 'while joining, early', points: [total], delayMs: 30 },
        { what: 'while joining, late', points: [total], delayMs: 150 },
      ].map(async ({ what, ...when }) => ({ what, run: await runKilled({ app, file, ...when }) })),
    );

    for (const { what, run } of single) {
      expect(run.kills, what).toBe(1);
      expect(undated(run.done), what).toEqual(expected);
    }
  }, 120_000);

  it('ends the same after many kills', async () => {
    const total = undisturbed.estate.requestLog.total();

    const points = Array.from({ length: 10 }, (_, i) => Math.ceil(((i + 1) * total) / 11));
    const killed = await runKilled({ app, file, points });

    expect(killed.kills).toBe(points.length);
    expect(undated(killed.done)).toEqual(expected);
  }, 120_000);
});
