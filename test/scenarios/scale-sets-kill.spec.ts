import { describe, expect, it } from 'vitest';
import { runKilled } from '../support/killed.ts';
import { instanceId, SET, scaleSetEstate } from '../support/scale-set-estate.ts';

const app = new URL('../support/killable-scale-set.ts', import.meta.url).pathname;
const CHANGES = ['extension.write', 'extension.delete', 'scaleSet.upgrade'];

describe('an app that is killed while it migrates a scale set', () => {
  it('ends as if nothing had happened, wherever between model and instances it is killed', async () => {
    const estate = () => scaleSetEstate({ mode: 'Manual', instances: 4 });
    const undisturbed = await runKilled({ app, file: estate(), points: [] });
    const requests = undisturbed.estate.requestLog.entries();
    // After each change, as soon as Azure has accepted it and before that is heard, and one request later.
    const points = requests
      .flatMap(({ kind }, i) => (CHANGES.includes(kind) ? [i + 1, i + 3] : []))
      .map((point, i) => point + i);

    const killed = await runKilled({ app, file: estate(), points });

    expect(undisturbed.done).toBe(true);
    expect(killed.done).toBe(true);
    expect(killed.kills).toBe(points.length);
    expect(points.length).toBeGreaterThan(10);
    for (const id of [SET, ...[0, 1, 2, 3].map(instanceId)]) {
      const types = killed.estate.snapshot(id)?.extensions.map(({ type }) => type);
      expect(types).toEqual(['AzureMonitorWindowsAgent']);
    }
    const changes = (run: typeof killed) =>
      CHANGES.map(
        (kind) =>
          run.estate.requestLog.entries().filter((one) => one.kind === kind && one.status < 300).length,
      );
    expect(changes(undisturbed)).toEqual([1, 1, 4]);
    // A change whose answer was not heard is looked for, not made again.
    expect(changes(killed)).toEqual([1, 1, 4]);
  });
});
