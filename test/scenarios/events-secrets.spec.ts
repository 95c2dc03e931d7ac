import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { atHook, eventEstate, FLOW, HOOK_SECRET, URL_SECRET } from '../support/event-estate.ts';
import { eventScenario } from '../support/events.ts';
import { storedText } from '../support/stored-text.ts';

/** Everything that was planted has the one tail, also where it was written as an address writes it or as base64. */
const TAIL = 'not-to-be-seen';
const FORMS = [
  TAIL,
  Buffer.from(`xx-${TAIL}`).toString('base64').slice(4, 18),
  'hooks/ama',
  'triggers/manual',
];

describe('secrets of events', () => {
  const { given, when, here, steps, call } = eventScenario();
  afterEach(() => vi.unstubAllEnvs());

  it('are in no history, ledger, log, answer, event, dead letter or error', async () => {
    steps.settings();
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    const seen: string[] = [];
    const faults = [
      atHook({ reset: 'before' }, 2),
      atHook({ status: 500, message: 'hooks/ama says not-to-be-seen' }, 2),
      { match: { url: 'logic\\.azure\\.com' }, effect: { status: 401 } },
    ];
    await given.anEstate(eventEstate(faults), {
      hostStore: join(folder, 'host'),
      ledger: join(folder, 'ledger'),
      log: (entry) => seen.push(JSON.stringify(entry)),
    });
    await given.aPlan();
    const ids = [
      await steps.subscribe(),
      await steps.subscribe({ callbackUrl: URL_SECRET }),
      await steps.subscribe({ callbackUrl: FLOW, signingSecret: undefined }),
    ];
    for (const wrong of [
      { callbackUrl: FLOW.replace('logic.azure.com', 'elsewhere.example') },
      { callbackUrl: `${FLOW}#x` },
      { callbackUrl: FLOW, signingSecret: `whsec_${TAIL}` },
      { callbackUrl: FLOW.replace('https', 'http'), signingSecret: HOOK_SECRET },
    ]) {
      const answer = await call('POST', '/subscriptions', { by: 'olive', ...wrong });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      seen.push(answer.text);
    }
    await steps.aFinishedWave();
    await when.timePasses({ minutes: 24 * 60 });
    expect(steps.events().length).toBeGreaterThan(20);
    const [, , flow = ''] = ids;
    expect((await call('GET', `/subscriptions/${flow}`)).json.deadLetters).toBeGreaterThan(0);
    await call('POST', `/subscriptions/${flow}/replay`, { by: 'olive' });
    await when.timePasses({ minutes: 60 });

    const paths = [
      '/subscriptions',
      '/audit',
      ...ids.flatMap((id) => [`/subscriptions/${id}`, `/subscriptions/${id}/dead-letters`]),
    ];
    for (const path of paths) seen.push((await call('GET', path)).text);
    // What is sent: who receives it may not learn who else does.
    for (const { headers, body } of steps.received()) seen.push(`${JSON.stringify(headers)} ${body}`);
    const { session } = here();
    for (const { id } of session.host.instances()) seen.push(JSON.stringify(session.host.history(id)));
    here().participant.leave();
    await session.close();
    for (const file of ['host', 'ledger']) seen.push(storedText(join(folder, file)));
    const all = seen.join('\n');
    expect(all.length).toBeGreaterThan(100_000);
    for (const form of FORMS)
      expect(all.match(new RegExp(`.{0,80}${form}.{0,20}`, 's'))?.[0], form).toBeUndefined();
    // The hosts are shown, and the names of secrets are no secrets.
    expect(all).toContain('prod-12.westeurope.logic.azure.com');
    expect(all).toContain('secrets/hook-url');
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);
});
