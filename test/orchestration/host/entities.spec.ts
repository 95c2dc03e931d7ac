import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.ts';

describe('entities', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.host.stop());

  const counter = (key: string) => ({ entity: 'Counter', key });
  const state = (key: string) => harness.client('readEntityState', counter(key));

  it('answers calls in order, after the signal before them', async () => {
    const { output } = await harness.run('entities', 'a');
    expect(output).toEqual({ sums: [11, 111, 6], now: 111, failure: 'no operation unknown' });
    expect(await state('a')).toEqual({ entityExists: true, entityState: 111 });
    expect(harness.host.entityState('@counter@a')).toBe(111);
  });

  it('takes signals from the client', async () => {
    await harness.client('signalEntity', counter('b'), 'add', 5);
    await harness.client('signalEntity', counter('b'), 'add', 6);
    await expect.poll(() => harness.host.entityState('@counter@b')).toBe(11);
    await harness.client('signalEntity', counter('b'), 'reset');
    await expect.poll(() => state('b')).toEqual({ entityExists: false });
    await expect(harness.client('signalEntity', { entity: 'nobody', key: 'x' }, 'add')).rejects.toThrow(
      /400/,
    );
  });

  it('runs one operation of an entity at a time', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => harness.client<string>('startNew', 'entities', { input: 'c' })),
    );
    for (const id of ids) await harness.until(id, 'Completed');
    expect(harness.host.entityState('@counter@c')).toBe(20 * 111);
    const open = harness.app.calls.filter((call) => call.startsWith('add'));
    for (let i = 0; i < open.length; i += 2) {
      expect(open[i]).toContain('begins');
      expect(open[i + 1]).toContain('ends');
    }
  });

  it('lets an entity signal another', async () => {
    await harness.client('signalEntity', counter('d'), 'add', 7);
    await harness.client('signalEntity', counter('d'), 'forward');
    await expect.poll(() => harness.host.entityState('@counter@other')).toBe(7);
    expect(harness.host.counters().entityOperations).toBe(3);
    expect(harness.host.counters().entityBatches).toBeGreaterThanOrEqual(2);
  });
});
