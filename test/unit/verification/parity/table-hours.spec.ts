import { describe, expect, it } from 'vitest';
import { fail } from '../../../../shared/model/trouble.ts';
import { readTableHours } from '../../../../shared/verification/parity/table-hours.ts';
import { must, NOW } from '../../../support/builders.ts';
import { type Asked, fakeLogs } from '../fake-logs.ts';

const HOUR = 3_600_000;
const MACHINES = ['a', 'b', 'c', 'd', 'e'];
const asked = {
  ...{ machineIds: MACHINES, important: ['4625'], ignored: [], inUse: true },
  hours: { since: NOW - 2 * HOUR, until: NOW },
};

/** Each machine writes as many rows as its place; the key of `d` and `e` is told of their half alone. */
function answer({ parameters }: Asked) {
  const ids = parameters['machines'] as readonly string[];
  const rows = (id: string) => MACHINES.indexOf(id) + 1;
  const sum = (some: readonly string[]) => some.reduce((total, id) => total + rows(id), 0);
  const late = ids.filter((id) => id > 'c');
  return [
    ...ids.map((ResourceId) => ({ ResourceId, KeyName: '', counts: [rows(ResourceId), 0] })),
    ...ids.map((ResourceId) => ({ ResourceId, KeyName: '4625', counts: [1, 1] })),
    { ResourceId: '', KeyName: '4624', counts: [sum(ids), 0] },
    ...(late.length === 0 ? [] : [{ ResourceId: '', KeyName: '4634', counts: [sum(late), 1] }]),
    { ResourceId: '', KeyName: '', counts: [], delaySeconds: 10 * ids.length },
  ];
}

async function read(most: number) {
  const { logs, asked: calls } = fakeLogs({
    'table-series-SecurityEvent': (call) =>
      (call.parameters['machines'] as readonly string[]).length > most
        ? fail('resultTooLarge', 'too much')
        : answer(call),
  });
  const result = await readTableHours(logs, 'c1', { table: 'SecurityEvent' }, asked);
  return {
    result,
    sizes: calls.map(({ parameters }) => (parameters['machines'] as readonly string[]).length),
  };
}

describe('an answer that is larger than the service gives', () => {
  it('is asked for in halves, and means the same', async () => {
    const whole = await read(5);
    const parts = await read(2);

    expect(whole.sizes).toEqual([5]);
    expect(parts.sizes).toEqual([5, 3, 2, 1, 2]);
    const [one, other] = [whole.result, parts.result].map((found) =>
      must(found.ok ? found.value : undefined),
    );
    expect(other?.machines).toEqual(one?.machines);
    expect(other?.importantKeys).toEqual(one?.importantKeys);
    expect(other?.keys).toEqual(one?.keys);
    expect(one?.keys.get('4624')).toEqual([15, 0]);
    expect([one?.delaySeconds, other?.delaySeconds]).toEqual([50, 20]);
  });

  it('of a single machine is trouble', async () => {
    const { result, sizes } = await read(0);

    expect(result).toMatchObject({ ok: false, trouble: { code: 'resultTooLarge' } });
    // No half is asked for in vain once one has failed.
    expect(sizes).toEqual([5, 3, 2, 1]);
  });
});
