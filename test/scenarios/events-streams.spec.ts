import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { atHook, eventEstate } from '../support/event-estate.ts';
import { eventScenario } from '../support/events.ts';
import { CUSTOMER } from '../support/small-estate.ts';

describe('events of runs, inventories and connectors', () => {
  const { given, when, here, steps, call } = eventScenario();
  beforeEach(() => steps.settings());
  afterEach(() => vi.unstubAllEnvs());
  const told = () => steps.received().map(({ body }) => JSON.parse(body) as { type: string; data: object });
  const types = () => told().map(({ type }) => type.replace('ama-migration.', ''));

  it('tell a run from its start over every wave to its end', async () => {
    await given.anEstate(eventEstate());
    await given.aPlan({
      cohorts: { pilotSize: 0, firstSize: 2, growth: 1 },
      policy: { approvals: { removal: false }, soakSeconds: 0, promotion: { automatic: false } },
    });
    await steps.subscribe({
      types: [
        'run.started',
        'run.progressed',
        'run.awaitingPromotion',
        'run.held',
        'run.resumed',
        'run.finished',
      ],
    });
    const { api, planId } = here();
    const { body } = await api.post(`/plans/${planId}/runs`, z.object({ id: z.string() }), { by: 'olive' });
    const run = `/plans/${planId}/runs/${body.id}`;
    await when.timePasses({ minutes: 2 });
    await call('POST', `${run}/hold`, { by: 'olive', reason: 'freeze' });
    await call('POST', `${run}/resume`, { by: 'olive' });
    async function reaches(state: string): Promise<void> {
      let found = '';
      for (let look = 0; look < 500 && found !== state; look += 1) {
        await when.timePasses({ minutes: 30 });
        found = (await call('GET', run)).json.state;
      }
      expect(found, (await call('GET', run)).text).toBe(state);
    }
    await reaches('awaitingPromotion');
    expect((await call('POST', `${run}/promote`, { by: 'anna', reason: 'fine' })).status).toBe(200);
    await reaches('completed');
    await when.timePasses({ minutes: 10 });

    expect(types()).toEqual([
      ...[
        'run.started',
        'run.held',
        'run.resumed',
        'run.awaitingPromotion',
        'run.progressed',
        'run.finished',
      ],
    ]);
    expect(told()[4]?.data).toMatchObject({ runId: body.id, wave: 1, waves: 2, promotedBy: 'anna' });
  });

  it('tell how an inventory ended, and who switched legacy collection by hand', async () => {
    await given.anEstate(eventEstate([{ match: { kind: 'workspace.read' }, effect: { delayMs: 1 } }]));
    await steps.subscribe({ types: ['inventory.completed', 'connector.switchedOff', 'connector.restored'] });
    await given.anInventory();
    const override = { reason: 'accepted by the SOC' };
    const off = await call('POST', `/connectors/${CUSTOMER}/disable`, {
      whatIf: false,
      by: 'olive',
      reason: 'pilot',
      override,
    });
    expect(off.status, off.text).toBe(200);
    await call('POST', `/connectors/${CUSTOMER}/disable`, {
      whatIf: true,
      by: 'olive',
      reason: 'look',
      override,
    });
    await when.timePasses({ minutes: 2 });
    const back = await call('POST', `/connectors/${CUSTOMER}/restore`, {
      whatIf: false,
      by: 'olive',
      reason: 'mistake',
    });
    expect(back.status, back.text).toBe(200);
    await when.timePasses({ minutes: 2 });

    expect(types()).toEqual(['inventory.completed', 'connector.switchedOff', 'connector.restored']);
    expect(told()[0]?.data).toMatchObject({ machines: 3, severity: 'info' });
    expect(told()[1]?.data).toMatchObject({
      by: 'olive',
      links: { self: `https://ama.contoso.com/api/connectors/${CUSTOMER}` },
    });
  });

  it('are found by the watch, and an alert hears of what was lost', async () => {
    const lines: string[] = [];
    await given.anEstate(eventEstate([atHook({ status: 410 })]), {
      log: (entry) => lines.push(JSON.stringify(entry)),
    });
    const id = await steps.subscribe({ types: ['inventory.completed'] });
    const healthy = await steps.subscribe({ types: ['wave.held'] });
    await given.anInventory();
    await when.timePasses({ minutes: 11 });

    const standings = lines.filter((line) => line.includes('subscriptionStanding'));
    expect(standings.length).toBeGreaterThan(0);
    expect(standings.join()).toContain(id);
    expect(standings.join()).not.toContain(healthy);
    lines.length = 0;
    await when.timePasses({ minutes: 90 });
    lines.length = 0;
    await when.timePasses({ minutes: 30 });
    // The alert rests after an hour; the dead letter is still there.
    expect(lines.filter((line) => line.includes('subscriptionStanding'))).toEqual([]);
    expect((await call('GET', `/subscriptions/${id}`)).json).toMatchObject({
      health: 'disabled',
      deadLetters: 1,
    });
  });

  it('are deleted when they are old, with what could not be delivered', async () => {
    vi.stubEnv('AMA_EVENT_RETENTION_DAYS', '10');
    await given.anEstate(eventEstate([atHook({ status: 410 })]));
    const id = await steps.subscribe({ types: ['inventory.completed'] });
    await given.anInventory();
    await when.timePasses({ minutes: 9 * 1440 });
    expect((await call('GET', `/subscriptions/${id}`)).json.deadLetters).toBe(1);
    await when.timePasses({ minutes: 3 * 1440 });
    expect((await call('GET', `/subscriptions/${id}`)).json.deadLetters).toBe(0);
  });
});
