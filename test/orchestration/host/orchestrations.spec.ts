import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { began, type Harness, startHarness } from './harness.ts';

const hour = 3_600_000;
const day = 24 * hour;

describe('orchestrations', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.host.stop());

  it('chains activities', async () => {
    expect(await harness.run('chain', 5)).toMatchObject({ status: 'Completed', output: 40 });
    expect(harness.app.calls).toEqual(['double 5', 'double 10', 'double 20']);
  });

  it('ends without an output when the orchestrator returns nothing', async () => {
    expect(await harness.run('empty')).toMatchObject({ status: 'Completed', output: null });
  });

  it('fans out over 1,000 activities', async () => {
    const ended = await harness.run('fanOut', 1000);
    expect(ended).toMatchObject({ status: 'Completed', output: 999_000 });
    expect(harness.host.counters().activitiesByName).toEqual({ double: 1000 });
  });

  it('runs activities at once, up to the limit', async () => {
    await harness.host.stop();
    harness = await startHarness({ maxConcurrentActivities: 3 });
    expect(await harness.run('slowFanOut', 7)).toMatchObject({ output: [0, 1, 2, 3, 4, 5, 6] });
    let open = 0;
    let most = 0;
    for (const call of harness.app.calls) {
      open += call.endsWith('begins') ? 1 : -1;
      most = Math.max(most, open);
    }
    expect(most).toBe(3);
  });

  it('passes input, parent and version to a sub-orchestration', async () => {
    const { id, output } = await harness.run('parent', {});
    expect(output).toEqual({ input: { from: 'parent' }, parent: id, version: '1.0' });
    await harness.run('parent', { id: 'a-child', version: '2.0' });
    const [child] = harness.host.instances({ prefix: 'a-child' });
    expect(child).toMatchObject({ status: 'Completed', version: '2.0' });
    expect(JSON.parse(child?.output ?? '')).toMatchObject({ version: '2.0' });
  });

  it('lets a parent catch the failure of a sub-orchestration', async () => {
    const { output } = await harness.run('parent', { name: 'failing' });
    expect(output).toMatch(/^caught .*'failing' failed: .*'fail' failed: as asked/);
  });

  it('fails a sub-orchestration whose id is in use', async () => {
    const release = harness.clock.hold();
    await harness.client('startNew', 'status', { instanceId: 'taken' });
    const { output } = await harness.run('parent', { id: 'taken' });
    expect(output).toMatch(/^caught An Orchestration instance with the status \w+ already exists/);
    release();
  });

  it('fails when an activity throws and nothing catches it', async () => {
    const { status, output } = await harness.run('failing');
    expect(status).toBe('Failed');
    expect(output).toBe(
      "Orchestrator function 'failing' failed: Activity function 'fail' failed: as asked \n Error: as asked",
    );
  });

  it('lets an orchestrator catch what an activity throws', async () => {
    const { status, output } = await harness.run('catching');
    expect(status).toBe('Completed');
    expect(output).toMatch(/^caught Activity function 'fail' failed: as asked/);
  });

  it('fails for a function that does not exist', async () => {
    const { status, output } = await harness.run('parent', { name: 'noSuchFunction' });
    expect(status).toBe('Failed');
    expect(output).toMatch(/'noSuchFunction' doesn't exist/);
  });

  it('retries with back-off until it works', async () => {
    harness.app.fail.clear();
    const { output } = await harness.run('retrying', [{ name: 'one', failures: 2, attempts: 3 }]);
    expect(output).toEqual({
      first: ['one after 2'],
      after: 'after',
      at: new Date(began + 3 * 60_000).toISOString(),
    });
  });

  it('keeps several retries in parallel apart', async () => {
    harness.app.fail.clear();
    const calls = Array.from({ length: 40 }, (_, i) => ({ name: `r${i}`, failures: i % 4, attempts: 5 }));
    const { output } = await harness.run('retrying', calls);
    expect(output).toMatchObject({ first: calls.map(({ name, failures }) => `${name} after ${failures}`) });
    // One turn to start, one for each wave of failures and delays, not one for each event.
    expect(harness.host.counters().turns).toBeLessThan(20);
  });

  it('numbers retries correctly among other tasks', async () => {
    harness.app.fail.clear();
    const { status, output } = await harness.run('retryMixed');
    expect({ status, output }).toEqual({
      status: 'Completed',
      output: ['mixed after 2', 8, 8, 10, 'sub after 1'],
    });
  });

  it('gives up after the last attempt and goes on with the right numbers', async () => {
    const { output } = await harness.run('exhausted');
    expect(output).toMatchObject({ more: 42, at: new Date(began + 2000).toISOString() });
  });

  it('stays in step with the library while tasks that lost a race go on', async () => {
    harness.app.fail.clear();
    const { status, output } = await harness.run('losers');
    const expected = Array.from({ length: 12 }, (_, i) => [i + 1, null, 2 * (i + 1)]).flat();
    expect({ status, output }).toEqual({ status: 'Completed', output: expected });
    expect(harness.app.calls.filter((call) => call.startsWith('flaky'))).toHaveLength(10);
  });

  it('fails fast, and ends when what it started has ended', async () => {
    const { status, id } = await harness.run('failFast');
    expect(status).toBe('Failed');
    const [row] = harness.host.instances({ prefix: id });
    expect((row?.updatedAt ?? 0) - (row?.createdAt ?? 0)).toBe(hour);
  });

  it('lets days pass in no time', async () => {
    const real = Date.now();
    const { output } = await harness.run('sleep', 20);
    expect(output).toEqual({ result: 40, slept: 20 * day });
    expect(harness.host.counters().timersFired).toBe(6);
    expect(Date.now() - real).toBeLessThan(2000);
  });

  it('times out when no event comes', async () => {
    expect(await harness.run('race', { hours: 24, cancel: true })).toMatchObject({ output: 'timed out' });
    expect(harness.clock.now() - began).toBe(day);
  });

  it('takes the event when it comes first', async () => {
    const release = harness.clock.hold();
    const id = await harness.client<string>('startNew', 'race', { input: { hours: 24, cancel: true } });
    await harness.client('raiseEvent', id, 'go', { by: 'me' });
    expect(await harness.until(id, 'Completed')).toMatchObject({ output: 'went {"by":"me"}' });
    expect(harness.clock.now()).toBe(began);
    release();
  });

  it('keeps an instance open until a timer that was not cancelled fires', async () => {
    const release = harness.clock.hold();
    const id = await harness.client<string>('startNew', 'race', { input: { hours: 24, cancel: false } });
    await harness.client('raiseEvent', id, 'go');
    release();
    await harness.until(id, 'Completed');
    expect(harness.clock.now() - began).toBe(day);
  });

  it('continues as new with events that wait', async () => {
    const release = harness.clock.hold();
    const id = await harness.client<string>('startNew', 'eternal', { input: [] });
    for (const item of ['a', 'b', 'c', 'd', 'e']) await harness.client('raiseEvent', id, 'item', item);
    const { output } = await harness.until(id, 'Completed');
    expect(output).toEqual(['a', 'b', 'c', 'd', 'e']);
    const [row] = harness.host.instances({ prefix: id });
    expect(row).toMatchObject({ execution: 5, customStatus: '{"seen":5}' });
    expect(harness.host.history(id).filter((event) => event.EventType === 0)).toHaveLength(1);
    release();
  });

  it('keeps events that were delivered before continue-as-new, and says so', async () => {
    await harness.client('startNew', 'eternal', { instanceId: 'burst', input: [] });
    await harness.client('suspend', 'burst', 'to collect events');
    for (const item of ['a', 'b', 'c', 'd', 'e']) await harness.client('raiseEvent', 'burst', 'item', item);
    await harness.client('resume', 'burst', '');
    expect(await harness.until('burst', 'Completed')).toMatchObject({ output: ['a', 'b', 'c', 'd', 'e'] });
    expect(harness.logs.some(({ message }) => message.includes('Azure drops them'))).toBe(true);
  });

  it('drops such events when told to behave as Azure does', async () => {
    await harness.host.stop();
    harness = await startHarness({ keepUnprocessedEvents: false });
    await harness.client('startNew', 'eternal', { instanceId: 'burst', input: [] });
    await harness.client('suspend', 'burst', '');
    for (const item of ['a', 'b', 'c']) await harness.client('raiseEvent', 'burst', 'item', item);
    await harness.client('resume', 'burst', '');
    await expect.poll(() => harness.host.instances({ prefix: 'burst' })[0]?.input).toBe('["a"]');
  });

  it('sets a custom status', async () => {
    const id = await harness.client<string>('startNew', 'status');
    await expect.poll(() => harness.host.instances()[0]?.customStatus).toBe('{"step":1}');
    await harness.client('raiseEvent', id, 'next');
    expect(await harness.until(id, 'Completed')).toMatchObject({ output: false });
    expect(harness.host.instances()[0]?.customStatus).toBe('{"step":2}');
  });

  it('gives an orchestrator the version it was started with', async () => {
    const plain = await harness.run('versioned', 1);
    expect(plain.output).toEqual({ echoed: 1, version: '1.0', id: plain.id });
    const other = await harness.run('versioned', 'text', { version: '1.1', instanceId: 'other' });
    expect(other.output).toEqual({ echoed: 'text', version: '1.1', id: 'other' });
  });

  it('fails an orchestrator that is not deterministic', async () => {
    harness.app.fail.clear();
    const { id, status, output } = await harness.run('fickle');
    expect(status).toBe('Failed');
    for (const part of [id, "'fickle'", 'action 0', '"functionName":"double"', '"functionName":"echo"']) {
      expect(output).toContain(part);
    }
  });

  it('refuses a task that is put into a second Task.any or Task.all', async () => {
    const { status, output } = await harness.run('reuse');
    expect(status).toBe('Failed');
    expect(output).toMatch(/second time .* \(durable-js issue 574\)/);
  });

  it('takes the first of several tasks', async () => {
    expect(await harness.run('firstOf')).toMatchObject({ output: { fast: true, value: 2 } });
  });

  it('names what it does not support', async () => {
    expect((await harness.run('http')).output).toMatch(/does not support callHttp/);
    const { status, output } = await harness.run('retryTimeout');
    expect(status).toBe('Failed');
    expect(output).toMatch(/retry timeout of 'fail' ran out/);
  });

  it('runs the hooks of the app', async () => {
    expect(await harness.run('calls', ['hooked'])).toMatchObject({ output: ['changed by a hook, twice'] });
    expect(harness.logs).toContainEqual(expect.objectContaining({ level: 'warning', message: 'a *****' }));
  });

  it('records the history in the order of the protocol', async () => {
    const { id } = await harness.run('race', { hours: 1, cancel: true });
    const types = harness.host.history(id).map((event) => event.EventType);
    expect(types).toEqual([12, 0, 10, 13, 12, 11, 13, 1]);
    const { historyEvents, historyEventsByType } = harness.host.counters();
    expect(historyEvents).toBe(types.length);
    expect(historyEventsByType).toEqual({
      ...{ OrchestratorStarted: 2, OrchestratorCompleted: 2, ExecutionStarted: 1, ExecutionCompleted: 1 },
      ...{ TimerCreated: 1, TimerFired: 1 },
    });
  });

  it('lets a measurement run every execution', async () => {
    const seen = new Set<string>();
    await harness.host.stop();
    harness = await startHarness({
      onInvoke({ trigger, name, at }, run) {
        expect(at).toBeGreaterThanOrEqual(began);
        seen.add(`${trigger} ${name}`);
        return run();
      },
    });
    await harness.run('fanOut', 3);
    expect([...seen]).toEqual(['http client', 'orchestration fanOut', 'activity double']);
  });

  it('tells orchestrations from the same code and inputs the same way', async () => {
    async function sequence(): Promise<string[]> {
      const commits: string[] = [];
      await harness.host.stop();
      harness = await startHarness({ onCommit: ({ kind, id }) => commits.push(`${kind} ${id}`) });
      harness.app.fail.clear();
      const release = harness.clock.hold();
      await harness.client('startNew', 'retryMixed', { instanceId: 'mixed' });
      await harness.client('startNew', 'entities', { instanceId: 'entities', input: 'x' });
      await harness.client('startNew', 'fanOut', { instanceId: 'fan', input: 50 });
      release();
      for (const id of ['mixed', 'entities', 'fan']) await harness.until(id, 'Completed');
      return [...commits, ...harness.app.calls];
    }
    expect(await sequence()).toEqual(await sequence());
  });
});
