import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpHeaders, createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { MachineRef } from '../../../shared/agents/gateway.ts';
import { createArm } from '../../../shared/azure/arm.ts';
import { createAssociationGateway } from '../../../shared/azure/associations.ts';
import { createProvisioningGateway } from '../../../shared/azure/auto-provisioning.ts';
import { createCollectionGateway } from '../../../shared/azure/collections.ts';
import type { AzureContext } from '../../../shared/azure/context.ts';
import { createEstateHttpClient } from '../../../shared/azure/http-client.ts';
import { createLogsGateway } from '../../../shared/azure/logs.ts';
import { createMachineGateway } from '../../../shared/azure/machines.ts';
import { createPolicyGateway } from '../../../shared/azure/policy-assignments.ts';
import { createQueryHolderGateway } from '../../../shared/azure/query-holders.ts';
import { createGraphGateway } from '../../../shared/azure/resource-graph.ts';
import { createRuleGateway } from '../../../shared/azure/rules.ts';
import { createPowerGateway, createRunCommandGateway } from '../../../shared/azure/run-commands.ts';
import { createScaleSetGateway } from '../../../shared/azure/scale-sets.ts';
import { createSecretReader } from '../../../shared/azure/secrets.ts';
import { createSubscriptionGateway } from '../../../shared/azure/subscriptions.ts';
import { openTableStore } from '../../../shared/azure/table-store.ts';
import { createTableGateway } from '../../../shared/azure/tables.ts';
import { requestsWithin, timedCredential, timeLimitPolicy } from '../../../shared/azure/time-limit.ts';
import { createSettingsGateway } from '../../../shared/azure/workspace-settings.ts';
import { CLOUDS } from '../../../shared/model/clouds.ts';
import type { QueryDefinition } from '../../../shared/model/query.ts';
import type { Result } from '../../../shared/model/trouble.ts';
import type { StageContext } from '../../../shared/waves/stage.ts';
import { outcomeOfTrouble } from '../../../shared/waves/trouble-outcome.ts';

/** Nobody answers, and the signal to stop is not heard either. */
const deaf: HttpClient = { sendRequest: () => new Promise(() => undefined) };
const credential = {
  getToken: async () => ({ token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }),
};
const silent: AzureContext = { credential, cloud: CLOUDS.public, httpClient: deaf };
const GROUP = '/subscriptions/s/resourceGroups/g';
const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm`;
const ARC = `${GROUP}/providers/Microsoft.HybridCompute/machines/arc`;
const SET = `${GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/set`;
const WORKSPACE = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/w`;
const query: QueryDefinition<Record<string, never>, unknown> = {
  ...{ id: 'q', target: 'logAnalytics', text: 'Heartbeat', parameters: {}, row: z.unknown() },
};
const span = { since: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z' };
const ref = (resourceId: string): MachineRef => ({
  id: resourceId.toLowerCase(),
  resourceId,
  region: 'westeurope',
});
const target = { ruleId: `${GROUP}/providers/Microsoft.Insights/dataCollectionRules/r` };

type Calls = Readonly<Record<string, () => Promise<Result<unknown>>>>;

/** One call of every gateway and client. */
function callsOf(context: AzureContext): Calls {
  const arm = createArm(context);
  const machines = createMachineGateway(context, arm);
  return {
    'a VM is read': () => machines.read(ref(VM)),
    'an Arc server is read': () => machines.read(ref(ARC)),
    'a scale set is read': () => createScaleSetGateway(context).read(ref(SET)),
    'an extension is deleted': () => machines.deleteExtension(ref(VM), 'MMA'),
    'an operation is followed': () => machines.operation(`${CLOUDS.public.arm.endpoint}/subscriptions/s/op`),
    'associations are listed': () => createAssociationGateway(context).list(VM),
    'an association is made': () => createAssociationGateway(context).create(VM, 'a', target),
    'Resource Graph is asked': () =>
      createGraphGateway(context).page(query, { subscriptions: [], managementGroups: [] }, undefined),
    'logs are queried': () => createLogsGateway(context).query('c', query, {}, span),
    'a secret is read': () => createSecretReader(context).read('https://v.vault.azure.net/secrets/proxy'),
    'permissions are listed': () => createSubscriptionGateway(arm).permissions(GROUP),
    'provisioning is switched': () => createProvisioningGateway(arm).write('s', 'default', false),
    'settings are read': () => createSettingsGateway(context).workspace(WORKSPACE),
    'collections are read': () => createCollectionGateway(context).read(WORKSPACE),
    'a rule is read': () => createRuleGateway(context).readRule(target.ruleId),
    'policies are listed': () => createPolicyGateway(arm).assignments(GROUP),
    'queries are listed': () => createQueryHolderGateway(arm).savedSearches(WORKSPACE),
    'a table is read': () => createTableGateway(arm).read(WORKSPACE, 'App_CL'),
    'a command is read': () => createRunCommandGateway(arm).read(ref(VM), 'c'),
    'a VM is started': () => createPowerGateway(arm).start(ref(VM)),
  };
}

const stage = {
  ...{ stage: 'install', now: () => 0, policy: { pollSeconds: 60, waitPollSeconds: 600 } },
} as unknown as StageContext;

function expectWait(answer: Result<unknown>): void {
  if (answer.ok) throw new Error('somebody answered');
  expect(answer.trouble).toMatchObject({ code: 'serviceUnavailable' });
  expect(answer.trouble.message).toMatch(/^NoAnswer: /);
  expect(outcomeOfTrouble(stage, answer.trouble).status).toBe('waiting');
}

describe('a request that nobody answers', () => {
  it.each(Object.keys(callsOf(silent)))('is a wait for the machine when %s', async (name) => {
    const call = callsOf(silent)[name];
    expectWait(await requestsWithin(30, () => call?.() ?? Promise.reject(new Error(name))));
  });

  it('is given up at its own limit where nothing else ends it', async () => {
    vi.useFakeTimers();
    try {
      for (const [name, seconds] of [
        ['a VM is read', 90],
        ['a rule is read', 90],
        ['logs are queried', 200],
      ] as const) {
        let answer: Result<unknown> | undefined;
        const asked = callsOf(silent)
          [name]?.()
          .then((one) => {
            answer = one;
          });
        await vi.dynamicImportSettled();
        await vi.advanceTimersByTimeAsync(seconds * 1000 - 100);
        expect(answer, name).toBeUndefined();
        await vi.advanceTimersByTimeAsync(100);
        await asked;
        expect(answer, name).toMatchObject({
          trouble: { message: `NoAnswer: no answer came within ${seconds} s` },
        });
      }
    } finally {
      vi.useRealTimers();
    }
  });

  it('is not sent once the time of the call is over', async () => {
    let sent = 0;
    const counting: HttpClient = {
      async sendRequest() {
        sent += 1;
        throw new Error('no network');
      },
    };
    const { 'a rule is read': call } = callsOf({ ...silent, httpClient: counting });
    const answer = await requestsWithin(10, async () => {
      await sleep(30);
      return call?.();
    });
    expectWait(answer as Result<unknown>);
    expect(sent).toBe(0);
  });

  it('does not keep a sign-in waiting for ever either', async () => {
    const token = { token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 };
    const getToken = vi.fn(async () => token).mockReturnValueOnce(new Promise(() => undefined));
    const slow = timedCredential({ getToken }, 30);
    const answering: HttpClient = {
      sendRequest: async (request) => ({ request, status: 404, headers: createHttpHeaders() }),
    };
    const call = callsOf({ ...silent, credential: slow, httpClient: answering })['a rule is read'];
    expectWait((await call?.()) as Result<unknown>);
    // The next one asks anew.
    expect(await call?.()).toMatchObject({ ok: true, value: undefined });
  });

  it('ends for whoever gave a signal of their own, and the request keeps that signal', async () => {
    const own = new AbortController();
    const request = createPipelineRequest({ url: 'https://x.example', abortSignal: own.signal });
    const asked = timeLimitPolicy(10_000).sendRequest(request, () => new Promise(() => undefined));
    own.abort();
    await expect(asked).rejects.toMatchObject({ code: 'NoAnswer' });
    expect(request.abortSignal).toBe(own.signal);
  });
});

describe('a service that takes the connection', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it.each<[string, RequestListener]>([
    ['and says nothing', () => undefined],
    [
      'and stops in the middle of its answer',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"value":');
      },
    ],
  ])('%s is left, and so is its socket', async (_, listener) => {
    const closed: Promise<unknown>[] = [];
    const url = await serve((request, response) => {
      closed.push(once(request.socket, 'close'));
      listener(request, response);
    });
    const call = callsOf({ ...silent, httpClient: createEstateHttpClient(url) })['a rule is read'];
    expectWait(await requestsWithin(100, () => call?.() ?? Promise.reject(new Error('no call'))));
    expect(closed).toHaveLength(1);
    await Promise.all(closed);
  });

  it('is trouble of the ledger where it is its table', async () => {
    let asked = 0;
    const url = await serve(() => {
      asked += 1;
    });
    const store = openTableStore({
      ...{
        endpoint: `${url}/devstoreaccount1`,
        table: 'ledger',
        credential,
        timeoutMs: 50,
        delaysMs: [1, 1],
      },
    });
    await expect(store.get('p', 'r')).rejects.toThrow(/The ledger's table answered .*aborted/);
    expect(asked).toBe(3);
  });
});
