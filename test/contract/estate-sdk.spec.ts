import { ComputeManagementClient } from '@azure/arm-compute';
import { HybridComputeManagementClient } from '@azure/arm-hybridcompute';
import { MonitorClient } from '@azure/arm-monitor';
import { OperationalInsightsManagementClient } from '@azure/arm-operationalinsights';
import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
} from '@azure/core-rest-pipeline';
import { ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { LogsQueryClient } from '@azure/monitor-query-logs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSkippingClock } from '../../rehearsal/clock.ts';
import {
  createEstate,
  createEstateCredential,
  createInProcessHttpClient,
  type Estate,
  type ServedEstate,
  serveEstate,
} from '../../rehearsal/estate/index.ts';
import { extensionsQuery } from '../../shared/inventory/queries/extensions.ts';
import { heartbeatsQuery } from '../../shared/inventory/queries/heartbeats.ts';
import { machinesQuery } from '../../shared/inventory/queries/machines.ts';
import { renderQuery } from '../../shared/model/query.ts';
import {
  ARC,
  CUSTOMER,
  ENDPOINT,
  LINUX_VM,
  RULE,
  START,
  SUBSCRIPTION,
  smallEstate,
  VM,
  WORKSPACE,
} from '../support/small-estate.ts';

const AMA = {
  publisher: 'Microsoft.Azure.Monitor',
  type: 'AzureMonitorWindowsAgent',
  typeHandlerVersion: '1.2',
  autoUpgradeMinorVersion: true,
  enableAutomaticUpgrade: true,
};
const { type, ...rest } = AMA;
/** The compute SDK flattens properties and calls the handler type `typePropertiesType`. */
const VM_AMA = { ...rest, typePropertiesType: type };
const MODES = ['loopback', 'in process'] as const;

/** What the app does to reach a local estate: send every Azure address to it. Platform facts 2. */
function rewriting(url: string): HttpClient {
  const inner = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const real = request.url;
      request.url = real.replace('https://', `${url}/`);
      request.allowInsecureConnection = true;
      try {
        return await inner.sendRequest(request);
      } finally {
        // A policy may send the same request again (Key Vault's challenge) and insists on https.
        request.url = real;
        request.allowInsecureConnection = false;
      }
    },
  };
}

describe.each(MODES)('the estate and the real SDKs, %s', (mode) => {
  let estate: Estate;
  let served: ServedEstate | undefined;
  let now = START;
  let credential: TokenCredential;
  let options: { httpClient: HttpClient; retryOptions: { maxRetries: number } };

  beforeEach(async () => {
    now = START;
    const clock = { ...createSkippingClock({ start: START }), now: () => now };
    estate = createEstate({
      file: smallEstate({
        behaviour: {
          legacyIngestionEnds: null,
          secrets: [{ vault: 'kv-app', name: 'proxy', value: 'hunter2' }],
        },
      }),
      clock,
    });
    served = mode === 'loopback' ? await serveEstate(estate) : undefined;
    const httpClient = served === undefined ? createInProcessHttpClient(estate) : rewriting(served.url);
    credential = createEstateCredential(estate);
    options = { httpClient, retryOptions: { maxRetries: 0 } };
  });

  afterEach(async () => {
    await served?.close();
  });

  it('reads a VM with its instance view and extensions', async () => {
    const compute = new ComputeManagementClient(credential, SUBSCRIPTION, options);
    const vm = await compute.virtualMachines.get('RG-APP', 'WEB-01', { expand: 'instanceView' });
    expect(vm.id).toBe(VM);
    expect(vm.identity?.type).toBe('SystemAssigned');
    expect(vm.instanceView?.statuses?.map((status) => status.code)).toContain('PowerState/running');
    expect(vm.instanceView?.vmAgent?.statuses?.[0]?.displayStatus).toBe('Ready');
    expect(vm.resources?.map((resource) => resource.name)).toEqual(['MMAExtension']);
    expect((vm.resources?.[0] as { settings?: unknown } | undefined)?.settings).toEqual({
      workspaceId: CUSTOMER,
    });
    const names: (string | undefined)[] = [];
    for await (const one of compute.virtualMachines.listAll()) names.push(one.name);
    expect(names).toEqual(['db-01', 'web-01']);
  });

  it('installs and removes a VM extension through pollers', async () => {
    const compute = new ComputeManagementClient(credential, SUBSCRIPTION, options);
    const poller = compute.virtualMachineExtensions.createOrUpdate(
      'rg-app',
      'web-01',
      'AzureMonitorWindowsAgent',
      { location: 'westeurope', ...VM_AMA, protectedSettings: { proxy: { password: 'secret' } } },
    );
    await poller.submitted();
    await poller.poll();
    expect(poller.isDone).toBe(false);
    now += 600_000;
    await poller.poll();
    expect(poller.isDone).toBe(true);
    expect(poller.result?.provisioningState).toBe('Succeeded');
    const one = await compute.virtualMachineExtensions.get('rg-app', 'web-01', 'azuremonitorwindowsagent');
    expect(one.protectedSettings).toBeUndefined();

    const removal = compute.virtualMachineExtensions.delete('rg-app', 'web-01', 'MMAExtension');
    await removal.submitted();
    now += 600_000;
    await removal.poll();
    expect(removal.isDone).toBe(true);
    expect(estate.snapshot(VM)?.extensions.map((extension) => extension.agent)).toEqual(['ama']);
  });

  it('writes an Arc extension with a plain pipeline and polls its status', async () => {
    const pipeline = createEmptyPipeline();
    pipeline.addPolicy(
      bearerTokenAuthenticationPolicy({ credential, scopes: 'https://management.azure.com/.default' }),
    );
    const send = (method: 'GET' | 'PUT' | 'DELETE', url: string, body?: unknown) =>
      pipeline.sendRequest(
        options.httpClient,
        createPipelineRequest({
          method,
          url,
          headers: createHttpHeaders({ 'content-type': 'application/json' }),
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
    const url = `https://management.azure.com${ARC}/extensions/AzureMonitorWindowsAgent?api-version=2024-07-10`;
    const { typeHandlerVersion: _, ...properties } = AMA;
    const put = await send('PUT', url, { location: 'westeurope', properties });
    expect(put.status).toBe(202);
    expect(put.bodyAsText ?? '').toBe('');
    const operation = put.headers.get('azure-asyncoperation') ?? '';
    expect(operation).toMatch(/^https:\/\/management\.azure\.com\/.*\/operationstatus\//);
    const running = await send('GET', operation);
    expect(JSON.parse(running.bodyAsText ?? '')).toMatchObject({ status: 'InProgress' });
    expect(running.headers.get('retry-after')).toBe('10');
    now += 900_000;
    expect(JSON.parse((await send('GET', operation)).bodyAsText ?? '')).toMatchObject({
      status: 'Succeeded',
    });
    const hybrid = new HybridComputeManagementClient(credential, SUBSCRIPTION, options);
    const machine = await hybrid.machines.get('rg-app', 'dc-01');
    expect(machine.properties?.status).toBe('Connected');
    expect(machine.properties).not.toHaveProperty('osType');
    const types: (string | undefined)[] = [];
    for await (const extension of hybrid.machineExtensions.list('rg-app', 'dc-01')) {
      types.push(extension.properties?.type);
      // The client asks for 2021-05-20, which does not know it.
      expect(extension.properties).not.toHaveProperty('enableAutomaticUpgrade');
    }
    expect(types).toEqual(['MicrosoftMonitoringAgent', 'AzureMonitorWindowsAgent']);
    expect((await send('DELETE', url)).status).toBe(202);
  });

  it('associates rules and endpoints', async () => {
    const monitor = new MonitorClient(credential, SUBSCRIPTION, options);
    const machine = VM.slice(1);
    await monitor.dataCollectionRuleAssociations.create(machine, 'assoc-1', {
      body: { dataCollectionRuleId: RULE },
    });
    await monitor.dataCollectionRuleAssociations.create(machine, 'configurationAccessEndpoint', {
      body: { dataCollectionEndpointId: ENDPOINT },
    });
    const found: (string | undefined)[] = [];
    for await (const one of monitor.dataCollectionRuleAssociations.listByResource(machine))
      found.push(one.dataCollectionRuleId ?? one.dataCollectionEndpointId);
    expect(found).toEqual([RULE, ENDPOINT]);
    await monitor.dataCollectionRuleAssociations.delete(machine, 'assoc-1');
    expect(estate.snapshot(VM)?.associations).toHaveLength(1);
    expect((await monitor.dataCollectionRules.get('rg-app', 'rule-windows')).kind).toBe('Windows');
    expect((await monitor.dataCollectionEndpoints.get('rg-app', 'dce-we')).location).toBe('westeurope');
  });

  it('reads workspaces and changes a tier', async () => {
    const insights = new OperationalInsightsManagementClient(credential, SUBSCRIPTION, options);
    expect((await insights.workspaces.get('rg-app', 'law-main')).customerId).toBe(CUSTOMER);
    const kind = 'SecurityInsightsSecurityEventCollectionConfiguration';
    const list = async () => {
      const out: unknown[] = [];
      for await (const source of insights.dataSources.listByWorkspace(
        'rg-app',
        'law-main',
        `kind eq '${kind}'`,
      ))
        out.push(source.properties);
      return out;
    };
    expect(await list()).toEqual([{ tier: 'All', tierSetMethod: 'Custom' }]);
    await insights.dataSources.createOrUpdate('rg-app', 'law-main', kind, {
      kind,
      properties: { tier: 'None', tierSetMethod: 'Custom' },
    });
    expect(await list()).toEqual([{ tier: 'None', tierSetMethod: 'Custom' }]);
  });

  it('answers Resource Graph in the shape of the app’s rows', async () => {
    const graph = new ResourceGraphClient(credential, options);
    for (const query of [machinesQuery, extensionsQuery]) {
      const page = await graph.resources({
        query: query.text,
        options: { top: 2, resultFormat: 'objectArray' },
      });
      expect(page.totalRecords).toBe(3);
      for (const row of page.data) expect(query.row.safeParse(row).error).toBeUndefined();
      const rest = await graph.resources({
        query: query.text,
        options: { top: 2, resultFormat: 'objectArray', skipToken: page.skipToken ?? '' },
      });
      expect(rest.count).toBe(1);
    }
    await expect(graph.resources({ query: 'resources | take 1' })).rejects.toMatchObject({ statusCode: 400 });
  });

  it('answers Log Analytics and Key Vault', async () => {
    const logs = new LogsQueryClient(credential, options);
    const text = renderQuery(heartbeatsQuery, {
      since: new Date(now - 3_600_000).toISOString(),
      until: new Date(now).toISOString(),
      parts: '1',
      part: '0',
    });
    const result = await logs.queryWorkspace(CUSTOMER, text, { duration: 'P30D' });
    if (result.status !== 'Success') throw new Error('partial');
    expect(result.tables[0]?.rows.map((row) => row[2])).toEqual([
      'Direct Agent',
      'Direct Agent',
      'Direct Agent',
    ]);
    expect(result.tables[0]?.rows[0]?.at(-1)).toBeInstanceOf(Date);
    expect(result.tables[0]?.rows.map((row) => row[0])).toContain(LINUX_VM.toLowerCase());
    const vault = new SecretClient('https://kv-app.vault.azure.net', credential, {
      ...options,
      disableChallengeResourceVerification: true,
    });
    expect((await vault.getSecret('proxy')).value).toBe('hunter2');
    await expect(vault.getSecret('other')).rejects.toMatchObject({ code: 'SecretNotFound' });
    expect(WORKSPACE).toContain('law-main');
  });
});

describe('managed identity', () => {
  it.each(MODES)('gets tokens with unmodified identity code, %s', async (mode) => {
    const estate = createEstate({ file: smallEstate(), clock: createSkippingClock({ start: START }) });
    const served = await serveEstate(estate);
    const httpClient = mode === 'loopback' ? rewriting(served.url) : createInProcessHttpClient(estate);
    for (const [name, value] of Object.entries(estate.settings(served.url))) vi.stubEnv(name, value);
    const credential =
      mode === 'loopback' ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ httpClient });
    const compute = new ComputeManagementClient(credential, SUBSCRIPTION, { httpClient });
    expect((await compute.virtualMachines.get('rg-app', 'web-01')).name).toBe('web-01');
    await served.close();
  });
});

describe('declared faults on the wire', () => {
  it.each(MODES)('broken connections and cut answers reach the SDK, %s', async (mode) => {
    const faults = [
      { match: { method: 'GET', url: 'web-01' }, effect: { reset: 'before' as const }, count: 1 },
      { match: { method: 'GET', url: 'web-01' }, effect: { truncate: true }, count: 1 },
      { match: { method: 'GET', url: 'web-01' }, effect: { status: 503, retryAfterSeconds: 3 }, count: 1 },
    ];
    const estate = createEstate({
      file: smallEstate({ behaviour: { faults } }),
      clock: createSkippingClock({ start: START }),
    });
    const served = await serveEstate(estate);
    const httpClient = mode === 'loopback' ? rewriting(served.url) : createInProcessHttpClient(estate);
    const compute = new ComputeManagementClient(createEstateCredential(estate), SUBSCRIPTION, {
      httpClient,
      retryOptions: { maxRetries: 0 },
    });
    const get = () => compute.virtualMachines.get('rg-app', 'web-01');
    await expect(get()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(get()).rejects.toThrow();
    await expect(get()).rejects.toMatchObject({ statusCode: 503 });
    expect((await get()).name).toBe('web-01');
    await served.close();
  });
});
