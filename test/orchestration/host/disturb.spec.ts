import { afterEach, describe, expect, it } from 'vitest';
import type { ActivityFate, Disturb } from '../../../rehearsal/host/index.ts';
import { type Harness, startHarness } from './harness.ts';

describe('trouble that the host is asked for', () => {
  let harness: Harness;
  afterEach(() => harness.host.stop());

  /** Fates in the order in which activities run; what comes after just runs. */
  async function start(fates: readonly ActivityFate[], event?: Disturb['event']): Promise<string[]> {
    const left = [...fates];
    const asked: string[] = [];
    const activity: Disturb['activity'] = ({ name, instance, input }) => {
      asked.push(`${name} ${input} of ${instance}`);
      return left.shift() ?? 'runs';
    };
    harness = await startHarness({ disturb: event === undefined ? { activity } : { activity, event } });
    return asked;
  }

  it('an answer that is lost has the activity run again, and the orchestration hears one', async () => {
    const asked = await start(['runs', 'answerLost']);

    const { id, output } = await harness.run('chain', 5);

    expect(output).toBe(40);
    expect(harness.app.calls).toEqual(['double 5', 'double 10', 'double 10', 'double 20']);
    expect(asked[1]).toBe(`double 10 of ${id}`);
    expect(harness.host.history(id).filter(({ EventType }) => EventType === 5)).toHaveLength(3);
  });

  it('a crash after the work is a failure to the orchestration', async () => {
    await start(['throwsAfter']);

    const { status, output } = await harness.run('chain', 5);

    expect(status).toBe('Failed');
    expect(output).toContain('The worker died after its work was done.');
    expect(harness.app.calls).toEqual(['double 5']);
  });

  it('two workers at once do the work twice and answer once', async () => {
    await start(['twice']);

    const { id, output } = await harness.run('chain', 5);

    expect(output).toBe(40);
    expect(harness.app.calls).toEqual(['double 5', 'double 5', 'double 10', 'double 20']);
    expect(harness.host.history(id).filter(({ EventType }) => EventType === 5)).toHaveLength(3);
  });

  it('an event that is lost is raised without a trace, one that is repeated comes as often as asked', async () => {
    const times = [0, 3];
    await start([], () => times.shift() ?? 1);
    const id = await harness.client<string>('startNew', 'eternal', { input: [] });

    await harness.client('raiseEvent', id, 'item', 'lost');
    await harness.client('raiseEvent', id, 'item', 'repeated');
    await harness.client('raiseEvent', id, 'item', 'once');
    await harness.client('raiseEvent', id, 'item', 'last');

    const { output } = await harness.until(id, 'Completed');
    expect(output).toEqual(['repeated', 'repeated', 'repeated', 'once', 'last']);
  });
});
