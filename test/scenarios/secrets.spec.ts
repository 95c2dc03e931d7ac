import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseEstate } from '../../rehearsal/estate/index.ts';
import { heardEstate, KEY_SECRET, rollbackScenario } from '../support/rollback-scenario.ts';
import { scenario } from '../support/scenario.ts';
import { VM, WORKSPACE } from '../support/small-estate.ts';
import { storedText } from '../support/stored-text.ts';

const SAMPLES = new URL('../../rehearsal/samples/', import.meta.url);
const CANARY = 'canary-7f3a-not-to-be-seen';

describe('proxy credentials', () => {
  const { given, when, then, here } = scenario();

  it('reach the machines behind the proxy and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    const parsed = parseEstate(
      withCanary(JSON.parse(readFileSync(new URL('contoso.json', SAMPLES), 'utf8'))),
    );
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const plan = JSON.parse(readFileSync(new URL('contoso.plan.json', SAMPLES), 'utf8')) as {
      policy: Record<string, unknown>;
    };
    const seen: string[] = [];
    await given.anEstate(parsed.estate, {
      hostStore: join(folder, 'host'),
      ledger: join(folder, 'ledger'),
      log: (entry) => seen.push(JSON.stringify(entry)),
      onExchange: (exchange) => seen.push(JSON.stringify(exchange)),
    });
    await given.aPlan({
      selection: { include: [{ resourceGroup: 'rg-dmz' }] },
      policy: { ...plan.policy, approvals: {} },
    });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(then.requests('secret.read')).toBeGreaterThan(0);
    seen.push(JSON.stringify([...(await then.records()).values()]));
    const { session } = here();
    for (const { id } of session.host.instances()) seen.push(JSON.stringify(session.host.history(id)));
    expect(seen.join('\n')).not.toContain(CANARY);
    here().participant.leave();
    await session.close();
    for (const file of ['host', 'ledger']) expect(storedText(join(folder, file)), file).not.toContain(CANARY);
    expect(seen.join('\n').length).toBeGreaterThan(10_000);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('keys of workspaces', () => {
  const { given, when, then, here, steps } = rollbackScenario();

  it('reach the legacy agents that are put back and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    const seen: string[] = [];
    await given.anEstate(
      heardEstate({ behaviour: { secrets: [{ vault: 'kv-keys', name: 'law-main-key', value: CANARY }] } }),
      {
        hostStore: join(folder, 'host'),
        ledger: join(folder, 'ledger'),
        log: (entry) => seen.push(JSON.stringify(entry)),
        onExchange: (exchange) => seen.push(JSON.stringify(exchange)),
      },
    );
    await given.aPlan();
    await steps.aFinishedWave();

    await when.theOperatorRollsBack({
      undo: { legacyAgent: true },
      workspaceKeys: [{ workspaceId: WORKSPACE, secret: KEY_SECRET }],
    });
    await steps.theRollbackEnds();

    expect(then.acceptedChanges('secret.read')).toBe(3);
    expect(then.theAgentsOf(VM)).toContain('MicrosoftMonitoringAgent');
    seen.push(JSON.stringify([...(await then.records()).values()]), JSON.stringify(await then.theWave()));
    const { session } = here();
    for (const { id } of session.host.instances()) seen.push(JSON.stringify(session.host.history(id)));
    expect(seen.join('\n')).not.toContain(CANARY);
    here().participant.leave();
    await session.close();
    for (const file of ['host', 'ledger']) expect(storedText(join(folder, file)), file).not.toContain(CANARY);
    expect(storedText(join(folder, 'ledger'))).toContain('law-main-key');
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('secrets of every kind', () => {
  const { given, when, then, here } = scenario();
  const canary = (what: string) => `canary-${what}-5d1e-not-to-be-seen`;
  const STORAGE = `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${canary('connection')}==`;
  const ENVIRONMENT = { AzureWebJobsStorage: STORAGE, IDENTITY_HEADER: canary('identity') };
  afterEach(() => {
    for (const name of Object.keys(ENVIRONMENT)) delete process.env[name];
  });

  it('are in no history, ledger, log, answer, report or error, even where Azure quotes them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    const sample = withCanary(JSON.parse(readFileSync(new URL('contoso.json', SAMPLES), 'utf8')));
    const parsed = parseEstate(sample);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const quoting = `Value '${CANARY}' of protectedSettings.proxy.password is not allowed ${encodeURIComponent(CANARY)}`;
    const effect = { status: 400, code: 'BadRequest', message: quoting };
    const file = {
      ...parsed.estate,
      behaviour: {
        ...parsed.estate.behaviour,
        faults: [{ match: { kind: 'extension.write' }, effect, count: 1 }],
      },
    };
    Object.assign(process.env, ENVIRONMENT);
    const seen: string[] = [];
    await given.anEstate(file, {
      hostStore: join(folder, 'host'),
      ledger: join(folder, 'ledger'),
      key: canary('function-key'),
      log: (entry) => seen.push(JSON.stringify(entry)),
    });
    const { policy } = JSON.parse(readFileSync(new URL('contoso.plan.json', SAMPLES), 'utf8')) as {
      policy: Record<string, unknown>;
    };
    await given.aPlan({
      selection: { include: [{ resourceGroup: 'rg-dmz' }] },
      policy: { ...policy, approvals: { start: false, removal: false } },
    });
    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();
    const { session, planId, waveId } = here();

    const headers = {
      'x-functions-key': session.host.key,
      authorization: `Bearer ${canary('bearer')}`,
      cookie: `AppServiceAuthSession=${canary('cookie')}`,
      'x-ms-token-aad-access-token': canary('token'),
      'x-ms-client-principal': Buffer.from(canary('principal')).toString('base64'),
      'webhook-signature': `v1,${canary('signature')}`,
      'idempotency-key': 'known',
    };
    async function ask(method: string, path: string, body?: string, accept = 'application/json') {
      const init = { method, headers: { ...headers, accept }, ...(body === undefined ? {} : { body }) };
      const answer = await session.host.fetch(new Request(`http://127.0.0.1/api${path}`, init));
      seen.push(`${JSON.stringify([...answer.headers])} ${await answer.text()}`);
      return answer.status;
    }
    const paths = [
      `/waves/${waveId}`,
      `/waves/${waveId}/machines`,
      `/waves/${waveId}/verdicts`,
      `/plans/${planId}`,
    ];
    for (const path of [
      ...paths,
      `/waves/${waveId}/audit`,
      '/audit',
      '/audit/check',
      '/inventories/latest/machines',
    ])
      for (const accept of ['application/json', 'text/csv', 'application/x-ndjson'])
        expect(await ask('GET', path, undefined, accept), path).toBe(200);
    // Mistakes with a secret where it does not belong.
    const vault = 'https://kv-proxy.vault.azure.net/secrets';
    const references = { usernameSecret: `${vault}/user`, passwordSecret: `${vault}/password` };
    const proxy = `http://user:${canary('proxy')}@proxy.contoso.example`;
    expect(await ask('POST', '/proxy-profiles', JSON.stringify({ legacyProxy: `${proxy}:99999` }))).toBe(400);
    expect(
      await ask('POST', '/proxy-profiles', JSON.stringify({ legacyProxy: `${proxy}:8080`, ...references })),
    ).toBe(200);
    expect(await ask('POST', '/plans', `{"policy": ${canary('broken')}`)).toBe(400);
    expect(
      await ask(
        'POST',
        '/plans',
        JSON.stringify({
          policy: {
            proxies: {
              profiles: {
                p: {
                  kind: 'proxyWithCredentials',
                  url: 'http://p.example:1',
                  usernameSecret: canary('inline'),
                  passwordSecret: canary('inline'),
                },
              },
            },
          },
        }),
      ),
    ).toBe(400);
    expect(await ask('GET', `/waves?code=${canary('query')}`)).toBe(200);

    const outcomes = [...(await then.records()).values()].map(({ outcomes: all }) =>
      JSON.stringify(all.install),
    );
    // The refusal is told, without what it quoted.
    expect(outcomes.filter((one) => one.includes("Value '***' of protectedSettings"))).toHaveLength(1);
    for (const { id } of session.host.instances()) seen.push(JSON.stringify(session.host.history(id)));
    here().participant.leave();
    await session.close();
    for (const file of ['host', 'ledger']) seen.push(storedText(join(folder, file)));
    const all = seen.join('\n');
    expect(all.length).toBeGreaterThan(100_000);
    // Everything that was planted has the one tail.
    expect(all.match(/.{0,60}not-to-be-seen.{0,20}/s)?.[0]).toBeUndefined();
    expect(all).not.toMatch(/Bearer (?!\*)/i);
    rmSync(folder, { recursive: true, force: true });
  });
});

/** The sample with its proxy password replaced, at the vault and on the proxy. */
function withCanary(estate: unknown): unknown {
  const text = JSON.stringify(estate);
  const { behaviour } = estate as { behaviour: { secrets: { name: string; value: string }[] } };
  const password = behaviour.secrets.find(({ name }) => name === 'dmz-proxy-password')?.value;
  if (password === undefined) throw new Error('the sample has no proxy password');
  return JSON.parse(text.replaceAll(JSON.stringify(password), JSON.stringify(CANARY)));
}
