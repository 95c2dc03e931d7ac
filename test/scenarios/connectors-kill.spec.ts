import { describe, expect, it } from 'vitest';
import { connectorEstate } from '../support/connectors.ts';
import { runKilled } from '../support/killed.ts';

const app = new URL('../support/killable-connectors.ts', import.meta.url).pathname;

/** The requests of the switch: two looks, two writes, one look to confirm, and the view. */
const LAST_REQUESTS = 14;

describe('a switch of legacy collection', () => {
  it('killed at any of its requests is finished by the same call, each setting written once and stored as it was', async () => {
    const undisturbed = await runKilled({ app, file: connectorEstate(), points: [] });
    const total = undisturbed.estate.requestLog.total();
    const points = Array.from({ length: LAST_REQUESTS }, (_, i) => total - LAST_REQUESTS + i);

    const killed = await runKilled({ app, file: connectorEstate(), points });

    expect(killed.kills).toBe(LAST_REQUESTS);
    expect(undisturbed.done).toEqual({
      confirmed: true,
      values: [
        ['None', 'All', true],
        ['None', 'Minimal', true],
      ],
    });
    expect(killed.done).toEqual(undisturbed.done);
    const writes = killed.estate.requestLog.entries({ kind: 'dataSource.write' });
    expect(writes.filter(({ status }) => status < 300)).toHaveLength(2);
  }, 120_000);
});
