import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atHook, eventEstate, FLOW, HOOK, SIGNING_KEY, TOPIC, URL_SECRET } from '../support/event-estate.ts';
import { eventScenario } from '../support/events.ts';

const HOUR = 60;
/** The same wave, whatever the receiver does. */
const WAVE = [
  ...['wave.started', 'wave.phaseChanged', 'wave.gateJudged', 'wave.stepCompleted'],
  ...['wave.phaseChanged', 'wave.awaitingApproval', 'wave.approved', 'wave.phaseChanged'],
  ...[
    'connector.switchedOff',
    'wave.stepCompleted',
    'wave.stepCompleted',
    'wave.phaseChanged',
    'wave.completed',
  ],
].map((type) => `ama-migration.${type}`);

describe('events of a wave', () => {
  const { given, when, then, here, steps, call } = eventScenario();
  beforeEach(() => steps.settings());
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.useRealTimers();
  });

  it('reach a webhook once, in order, as signed CloudEvents', async () => {
    await given.anEstate(eventEstate());
    await given.aPlan();
    await steps.subscribe();
    await steps.aFinishedWave();

    const events = steps.events();
    expect(events.map(({ type }) => type)).toEqual(WAVE);
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(WAVE.map((_, i) => i + 1));
    for (const { at, headers, body } of steps.received()) {
      vi.useFakeTimers({ toFake: ['Date'], now: at });
      expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
      expect(new Webhook(SIGNING_KEY).verify(body, { ...headers })).toMatchObject({
        id: headers['webhook-id'],
      });
      expect(() => new Webhook(SIGNING_KEY).verify(`${body} `, { ...headers })).toThrow();
    }
    const { waveId, planId } = here();
    expect(events.find(({ type }) => type.endsWith('awaitingApproval'))).toMatchObject({
      ...{ specversion: '1.0', source: 'https://ama.contoso.com/api', subject: `waves/${waveId}` },
      datacontenttype: 'application/json',
      data: {
        ...{ planId, waveId, severity: 'warning', gate: 'removal', given: 0, quorum: 1, machines: 3 },
        links: { approve: `https://ama.contoso.com/api/waves/${waveId}/approve` },
      },
    });
  });

  it('come in order and without a gap though the receiver fails, throttles and loses answers', async () => {
    const faults = [
      atHook({ status: 500 }, 2),
      atHook({ reset: 'after' }, 1),
      atHook({ status: 429, retryAfterSeconds: 900 }, 1),
      atHook({ reset: 'before' }, 1),
    ];
    await given.anEstate(eventEstate(faults));
    await given.aPlan();
    await steps.subscribe();
    await steps.aFinishedWave();
    await when.timePasses({ minutes: 2 * HOUR });

    const events = steps.events();
    const ids = [...new Set(events.map(({ id }) => id))];
    expect(ids.map((id) => events.find((one) => one.id === id)?.type)).toEqual(WAVE);
    // Answered and not heard: sent again, under the same id.
    expect(events.length).toBe(WAVE.length + 1);
    expect(ids).toEqual([...ids].sort());
    const asked = here().session.estate.requestLog.entries({ kind: 'event.receive', status: 429 });
    const next = here()
      .session.estate.requestLog.entries({ kind: 'event.receive' })
      .find(({ at }) => at > (asked[0]?.at ?? 0));
    expect((next?.at ?? 0) - (asked[0]?.at ?? 0)).toBeGreaterThanOrEqual(900_000);
  });

  it('that a receiver refuses become dead letters, and are sent again in order under the same ids', async () => {
    await given.anEstate(eventEstate([atHook({ status: 404 }, 6 * WAVE.length)]));
    await given.aPlan();
    const id = await steps.subscribe({ types: WAVE.map((type) => type.slice(14)) });
    await steps.aFinishedWave();
    await when.timePasses({ minutes: 30 * HOUR });

    expect(steps.events()).toEqual([]);
    const { json } = await call('GET', `/subscriptions/${id}/dead-letters?limit=5`);
    expect(json.deadLetters).toHaveLength(5);
    expect(json.deadLetters[0]).toMatchObject({
      reason: 'refused',
      attempts: 6,
      trouble: 'The receiver answered 404',
    });
    const rest = await call(
      'GET',
      `/subscriptions/${id}/dead-letters?after=${encodeURIComponent(json.next)}`,
    );
    expect(rest.json.deadLetters).toHaveLength(WAVE.length - 5);
    expect((await call('GET', `/subscriptions/${id}`)).json).toMatchObject({
      ...{ health: 'deadLetters', deadLetters: WAVE.length, host: 'siem.contoso.com' },
    });

    const replay = await call('POST', `/subscriptions/${id}/replay`, { by: 'olive' });
    expect(replay).toMatchObject({ status: 202, json: { replaying: WAVE.length, streams: 1 } });
    await when.timePasses({ minutes: 5 });

    const events = steps.events();
    expect(events.map(({ type }) => type)).toEqual(WAVE);
    expect(events.map(({ id: one }) => one).sort()).toEqual(events.map(({ id: one }) => one));
    expect((await call('GET', `/subscriptions/${id}`)).json).toMatchObject({
      health: 'healthy',
      deadLetters: 0,
    });
  });

  it('are kept for a receiver that is gone until somebody says that it is back', async () => {
    await given.anEstate(eventEstate([atHook({ status: 410 }, 1)]));
    await given.aPlan();
    const id = await steps.subscribe({ types: ['wave.started', 'wave.completed'] });
    const other = await steps.subscribe({
      callbackUrl: FLOW,
      signingSecret: undefined,
      minSeverity: 'error',
    });
    await steps.aFinishedWave();

    expect(steps.events()).toEqual([]);
    const { json } = await call('GET', `/subscriptions/${id}`);
    expect(json).toMatchObject({ health: 'disabled', deadLetters: 2 });
    // Another one hears of it.
    const [told] = steps.events(FLOW, `subscription-${id}`);
    expect(told).toMatchObject({ type: 'ama-migration.subscription.disabled', data: { subscriptionId: id } });
    expect(steps.events(FLOW, `subscription-${other}`)).toEqual([]);

    await call('POST', `/subscriptions/${id}/replay`, { by: 'olive' });
    await when.timePasses({ minutes: 5 });
    expect(steps.events().map(({ type }) => type.slice(14))).toEqual(['wave.started', 'wave.completed']);
    expect((await call('GET', `/subscriptions/${id}`)).json.health).toBe('healthy');
  });

  it('go to a topic of Event Grid with a token, and to an address that Key Vault keeps', async () => {
    steps.settings({ AMA_EVENT_GRID_TOPIC: TOPIC });
    await given.anEstate(eventEstate());
    await given.aPlan();
    await steps.subscribe({ callbackUrl: URL_SECRET });
    await steps.aFinishedWave();

    expect(steps.events(TOPIC).map(({ type }) => type)).toEqual(WAVE);
    expect(steps.events().map(({ type }) => type)).toEqual(WAVE);
    const { subscriptions } = (await call('GET', '/subscriptions')).json;
    expect(
      subscriptions.map(({ sink, host }: { sink: string; host: string }) => [sink, host]).sort(),
    ).toEqual([
      ['eventGrid', new URL(TOPIC).hostname],
      ['webhook', 'siem.contoso.com'],
    ]);
    expect((await call('DELETE', '/subscriptions/event-grid')).status).toBe(409);
  });

  it('are told to those they fit alone: holds, resumptions and aborts by their reasons', async () => {
    await given.anEstate(eventEstate());
    await given.aPlan();
    await steps.subscribe({ minSeverity: 'warning' });
    await steps.subscribe({ callbackUrl: FLOW, signingSecret: undefined, planIds: ['another'] });
    await when.theWaveStarts();
    await when.theOperatorHolds('change freeze');
    await when.theOperatorResumes('over');
    await when.theOperatorAborts('wrong wave');
    await when.theWaveReaches('aborted');
    await when.timePasses({ minutes: 10 });

    const events = steps.events().map(({ type, data }) => [type.slice(14), data.message]);
    expect(events.map(([type]) => type)).toEqual(['wave.held', 'wave.abortRequested', 'wave.aborted']);
    expect(events[0]?.[1]).toContain('change freeze');
    expect(steps.received(FLOW)).toEqual([]);
    await then.theWaveIs('aborted');
  });

  it('of dry runs reach only who wants them', async () => {
    await given.anEstate(eventEstate());
    await given.aPlan();
    await steps.subscribe();
    await steps.subscribe({ callbackUrl: FLOW, signingSecret: undefined, dryRuns: true });
    await when.theWaveStarts(0, { dryRun: true });
    await when.theWaveReaches('completed');
    await when.timePasses({ minutes: 5 });

    expect(steps.received(HOOK)).toEqual([]);
    expect(steps.events(FLOW).map(({ data }) => data['dryRun'])).toContain(true);
  });
});
