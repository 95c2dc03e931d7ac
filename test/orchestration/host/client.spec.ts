import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { began, type Harness, startHarness } from './harness.ts';

interface Status {
  readonly instanceId: string;
  readonly runtimeStatus: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly customStatus: unknown;
  readonly createdTime: string;
}

describe('the durable client', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.host.stop());

  const started = (id: string, name = 'status') =>
    harness.client('startNew', name, { instanceId: id, input: 1 });

  it('gives the status of an instance', async () => {
    const { id } = await harness.run('chain', 1);
    const status = await harness.client<Status>('getStatus', id);
    expect(status).toMatchObject({ instanceId: id, runtimeStatus: 'Completed', input: 1, output: 8 });
    expect(status.createdTime).toBe(new Date(began).toISOString());
    expect(await harness.client('getStatus', id, { showHistory: true })).not.toHaveProperty('history');
    await expect(harness.client('getStatus', 'unknown')).rejects.toThrow(/404/);
  });

  it('gives the history over HTTP', async () => {
    const { id } = await harness.run('chain', 1);
    const url = `http://localhost/runtime/webhooks/durabletask/instances/${id}?code=the-key&showHistory=true`;
    const read = async (more: string) =>
      ((await (await harness.host.fetch(new Request(url + more))).json()) as { historyEvents: object[] })
        .historyEvents;
    expect((await read(''))[1]).toMatchObject({ EventType: 'ExecutionStarted', Name: 'chain' });
    const completed = { EventType: 'TaskCompleted', Result: '2' };
    expect(await read('&showHistoryOutput=true')).toContainEqual(expect.objectContaining(completed));
    expect(JSON.stringify(await read(''))).not.toContain('"Result"');
  });

  it('lists all instances over several pages', async () => {
    const release = harness.clock.hold();
    const ids = Array.from({ length: 230 }, (_, i) => `i${String(i).padStart(3, '0')}`);
    for (const id of ids) await started(id, 'empty');
    await harness.until('i229', 'Completed');
    const all = await harness.client<Status[]>('getStatusAll');
    expect(all.map((status) => status.instanceId)).toEqual(ids);
    release();
  });

  it('filters instances by status and time', async () => {
    await started('waits');
    await harness.until('waits', 'Running');
    await harness.run('empty', 1, { instanceId: 'done' });
    const ids = async (filter: object) =>
      (await harness.client<Status[]>('getStatusBy', filter)).map((status) => status.instanceId);
    expect(await ids({ runtimeStatus: ['Completed'] })).toEqual(['done']);
    expect(await ids({ runtimeStatus: ['Completed', 'Running'] })).toEqual(['done', 'waits']);
    expect(await ids({ createdTimeFrom: '2030-01-01' })).toEqual([]);
    expect(await ids({ createdTimeTo: '2030-01-01' })).toEqual(['done', 'waits']);
  });

  it('refuses an id that is in use, and takes it again afterwards', async () => {
    await started('one');
    await expect(started('one')).rejects.toThrow(/409.*status \w+ already exists/);
    await harness.client('terminate', 'one', 'enough');
    await harness.until('one', 'Terminated');
    await started('one', 'empty');
    expect(await harness.until('one', 'Completed')).toMatchObject({ output: null });
  });

  it('refuses an unknown orchestrator', async () => {
    await expect(started('x', 'noSuchFunction')).rejects.toThrow(/400.*doesn't exist/);
  });

  it('raises no event to an unknown instance, and ignores one that ended', async () => {
    await expect(harness.client('raiseEvent', 'unknown', 'go')).rejects.toThrow(/No instance/);
    const { id } = await harness.run('empty');
    await expect(harness.client('raiseEvent', id, 'go')).resolves.toBeNull();
  });

  it('terminates with a reason and tells the parent', async () => {
    await harness.client('startNew', 'parent', { instanceId: 'p', input: { id: 'c', name: 'status' } });
    await harness.until('c', 'Running');
    await harness.client('terminate', 'c', 'enough');
    expect(await harness.until('c', 'Terminated')).toMatchObject({ output: 'enough' });
    expect(await harness.until('p', 'Completed')).toMatchObject({
      output: expect.stringMatching(/^caught enough/),
    });
  });

  it('drops the results of what ran when it was terminated and started again', async () => {
    const release = harness.clock.hold();
    await harness.client('startNew', 'calls', { instanceId: 's', input: ['slower'] });
    await expect.poll(() => harness.app.calls, { interval: 1 }).toContain('slower begins');
    await harness.client('terminate', 's', 'enough');
    await harness.until('s', 'Terminated');
    await harness.client('startNew', 'sleep', { instanceId: 's', input: 1 });
    await harness.until('s', 'Running');
    expect(harness.app.calls).not.toContain('slower ends');
    await expect.poll(() => harness.app.calls, { interval: 1 }).toContain('slower ends');
    release();
    // A late result would have ended the timer, which bears the same number, at once.
    expect(await harness.until('s', 'Completed')).toMatchObject({ output: { slept: 86_400_000 } });
  });

  it('holds events back while suspended', async () => {
    await started('one');
    await harness.until('one', 'Running');
    await harness.client('suspend', 'one', 'wait');
    await harness.until('one', 'Suspended');
    await harness.client('raiseEvent', 'one', 'next');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await harness.client('getStatus', 'one')).toMatchObject({
      runtimeStatus: 'Suspended',
      output: null,
    });
    await harness.client('resume', 'one', 'go');
    await harness.until('one', 'Completed');
  });

  it('fires a timer that was due during a suspension on resume', async () => {
    await harness.client('startNew', 'race', { instanceId: 'r', input: { hours: 1, cancel: true } });
    const release = harness.clock.hold();
    await harness.client('suspend', 'r', '');
    release();
    await expect.poll(() => harness.host.counters().timersFired).toBe(1);
    expect(await harness.client('getStatus', 'r')).toMatchObject({ runtimeStatus: 'Suspended' });
    await harness.client('resume', 'r', '');
    expect(await harness.until('r', 'Completed')).toMatchObject({ output: 'timed out' });
  });

  it('purges one instance, but none that runs', async () => {
    await started('runs');
    await harness.run('chain', 1, { instanceId: 'done' });
    expect(await harness.client('purgeInstanceHistory', 'done')).toEqual({ instancesDeleted: 1 });
    expect(harness.host.history('done')).toEqual([]);
    expect(await harness.client('purgeInstanceHistory', 'done')).toEqual({ instancesDeleted: 0 });
    await expect(harness.client('purgeInstanceHistory', 'runs')).rejects.toThrow(/412/);
  });

  it('purges by filter', async () => {
    await started('runs');
    for (const id of ['a', 'b']) await harness.run('empty', 1, { instanceId: id });
    await harness.run('failing', 1, { instanceId: 'f' });
    const createdTimeFrom = '2020-01-01';
    const failed = { createdTimeFrom, runtimeStatus: ['Failed'] };
    expect(await harness.client('purgeInstanceHistoryBy', failed)).toEqual({ instancesDeleted: 1 });
    expect(await harness.client('purgeInstanceHistoryBy', { createdTimeFrom })).toEqual({
      instancesDeleted: 2,
    });
    expect(harness.host.instances().map((row) => row.id)).toEqual(['runs']);
    await expect(harness.client('purgeInstanceHistoryBy', {})).rejects.toThrow(/400/);
  });

  it('says that it cannot rewind', async () => {
    const { id } = await harness.run('failing');
    await expect(harness.client('rewind', id, 'again')).rejects.toThrow(/not supported by the embedded host/);
  });

  it('waits for completion', async () => {
    const id = await harness.client<string>('startNew', 'chain', { input: 1 });
    const request = { url: 'http://localhost/api/x' };
    const wait = { timeoutInMilliseconds: 1000, retryIntervalInMilliseconds: 5 };
    await expect(
      harness.client('waitForCompletionOrCreateCheckStatusResponse', request, id, wait),
    ).resolves.toBeDefined();
    expect(harness.host.instances({ prefix: id })[0]?.status).toBe('Completed');
  });
});
