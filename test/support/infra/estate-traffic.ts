import { createApi } from '../../../rehearsal/drive/api.ts';
import { drive } from '../../../rehearsal/drive/drive.ts';
import type { EstateFile, Exchange } from '../../../rehearsal/estate/index.ts';
import { cleanEstate, connectorEstate } from '../connectors.ts';
import { makePlan, openApi, startWave, type TestApi, takeInventory } from '../contract/api.ts';
import { collectInventoryTraffic, collectTraffic, sampleRun, smallRuns } from '../contract/traffic.ts';
import { TOLERANT_GATE } from '../removal-estate.ts';
import { scaleSetEstate } from '../scale-set-estate.ts';
import { CUSTOMER, GROUP, RULE, SUBSCRIPTION, smallEstate, VM, WORKSPACE } from '../small-estate.ts';

/** Exchanges by the run they come from. */
export type EstateTraffic = ReadonlyMap<string, readonly Exchange[]>;
type Drive = (api: TestApi) => Promise<void>;

const BY = { by: 'requester', reason: 'roles' };
const HOUR = 3_600_000;

/** Everything that looks and changes nothing: what the role of the reader is for. */
export function readingTraffic(): Promise<EstateTraffic> {
  return all({
    inventory: collectInventoryTraffic,
    looks: () => gathered(queriedEstate(), look),
    connectors: () => gathered(connectorEstate(), lookAtConnectors),
    table: () => gathered(withCustomLog({}), (api) => post(api, '/tables/migrate', TABLE)),
    'dry run': () => gathered(smallEstate(), dryRun),
    policies: () => gathered(smallEstate(), (api) => post(api, '/agent-policies', POLICIES)),
    'dry run of a scale set': () => gathered(scaleSetEstate({ mode: 'Rolling' }), dryRun),
  });
}

/** Everything that changes the estate, and what is read on the way. */
export function operatingTraffic(): Promise<EstateTraffic> {
  const migrations = [...smallRuns(), sampleRun('contoso')].flatMap((run) => run ?? []);
  return all({
    ...Object.fromEntries(
      migrations.map((run) => [run.name, async () => (await collectTraffic(run)).exchanges]),
    ),
    'manual upgrades': () => gathered(scaleSetEstate({ mode: 'Manual' }), migrateSet),
    'rolling upgrades': () => gathered(scaleSetEstate({ mode: 'Rolling' }), migrateSet),
    'deallocated VM': () => gathered(smallEstate(), withStoppedVm),
    rules: () => gathered(withCustomLog({}, RULE), deployRules),
    table: () => gathered(withCustomLog({ behaviour: SILENT_SOON }), migrateTable),
    connectors: () => gathered(connectorEstate(), switchConnector),
    provisioning: () => gathered(connectorEstate(), stopProvisioning),
    guards: () => gathered(cleanEstate(), setGuards),
    policies: () => gathered(cleanEstate(), assignPolicies),
  });
}

async function all(
  runs: Readonly<Record<string, () => Promise<readonly Exchange[]>>>,
): Promise<EstateTraffic> {
  const found = new Map<string, readonly Exchange[]>();
  for (const [name, run] of Object.entries(runs)) found.set(name, await run());
  return found;
}

async function gathered(file: EstateFile, run: Drive): Promise<readonly Exchange[]> {
  const exchanges: Exchange[] = [];
  const api = await openApi(file, { onExchange: (exchange) => exchanges.push(exchange) });
  try {
    await takeInventory(api);
    await run(api);
  } finally {
    await api.close();
  }
  return exchanges.filter(isOfTheApp);
}

/** A run also plays people who work on the estate beside the app. */
function isOfTheApp({ liveRequest }: Exchange): boolean {
  return /ama-migration-backend/.test(liveRequest.headers['user-agent'] ?? '');
}

/** A call that has to succeed, or the traffic lacks what it was made for. */
async function post(api: TestApi, path: string, body: unknown = {}): Promise<void> {
  await answer(api, 'POST', path, body);
}

async function answer(api: TestApi, method: string, path: string, body?: unknown) {
  const { status, text, json } = await api.call(method, path, body === undefined ? {} : { body });
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return json ?? {};
}

async function convert(api: TestApi, options: object = {}): Promise<string> {
  const json = await answer(api, 'POST', '/rulesets', { workspaceIds: [WORKSPACE], ...options });
  return (json['ruleSets'] as readonly { id: string }[])[0]?.id ?? '';
}

async function look(api: TestApi): Promise<void> {
  await post(api, '/inventories/latest/network');
  const id = await convert(api);
  await answer(api, 'GET', `/rulesets/${id}/blast-radius`);
  await post(api, `/rulesets/${id}/levers`, { pricePerGb: 2 });
  await post(api, `/rulesets/${id}/deploy`);
  await answer(api, 'GET', '/duplicate-ingestion');
}

async function lookAtConnectors(api: TestApi): Promise<void> {
  await answer(api, 'GET', `/connectors/${CUSTOMER}`);
  await answer(api, 'GET', `/connectors/${CUSTOMER}/impact`);
  await answer(api, 'GET', '/reinstall-paths');
  await post(api, '/reinstall-paths/auto-provisioning/disable', { subscriptionIds: [SUBSCRIPTION], ...BY });
  await post(api, '/guards', { scope: GROUP, effect: 'Audit', by: BY.by });
}

async function dryRun(api: TestApi): Promise<void> {
  const planId = await makePlan(api, { policy: { scaleSets: { upgradeManual: true } } });
  const { id } = await answer(api, 'POST', '/waves', { planId, wave: 0, dryRun: true, by: BY.by });
  await api.until(`/waves/${id}`, 'step', 'finished');
}

async function migrateSet(api: TestApi): Promise<void> {
  const { waves } = await drive({
    api: driver(api),
    plan: { policy: { verification: { proof: 'presence' }, scaleSets: { upgradeManual: true } } },
    ...{
      requestedBy: BY.by,
      approveAs: 'approver',
      runId: 'roles',
      sleep: api.sleep,
      onEvent: () => undefined,
    },
  });
  if (waves[0]?.phase !== 'completed') throw new Error('the scale set was not migrated');
}

async function withStoppedVm(api: TestApi): Promise<void> {
  const planId = await makePlan(api, { policy: { ...TOLERANT_GATE, removal: { startDeallocated: true } } });
  const path = await startWave(api, planId);
  await api.until(path, 'phase', 'awaitingApproval');
  const { mutate } = api.session.estate;
  mutate.setPower(VM, 'agentNotReady');
  await post(api, `${path}/approve`, { by: 'approver' });
  await untilWaiting(api, path, 'guestAgentNotReady');
  mutate.setPower(VM, 'deallocated');
  await api.until(path, 'step', 'finished');
}

async function untilWaiting(api: TestApi, path: string, reason: string): Promise<void> {
  for (let looks = 0; looks < 1000; looks += 1) {
    if ((await api.call('GET', `${path}/machines`)).text.includes(`"${reason}"`)) return;
    await api.sleep(30_000);
  }
  throw new Error(`no machine ever waited for ${reason}`);
}

async function deployRules(api: TestApi): Promise<void> {
  const id = await convert(api, { configurationEndpointRegions: ['westeurope'] });
  for (let looks = 0; looks < 10; looks += 1) {
    const { status } = await answer(api, 'POST', `/rulesets/${id}/deploy`, { whatIf: false, by: BY.by });
    if (status === 'deployed') return;
    await api.sleep(60_000);
  }
  throw new Error('the rules were never deployed');
}

async function migrateTable(api: TestApi): Promise<void> {
  const url = `https://management.azure.com${LOG.id}?api-version=2020-08-01`;
  const headers = { authorization: `Bearer ${api.session.estate.issueToken()}` };
  api.session.estate.handleNow({ method: 'DELETE', url, headers });
  await api.sleep(28 * HOUR);
  const { confirmation } = await answer(api, 'POST', '/tables/migrate', TABLE);
  await post(api, '/tables/migrate', { ...TABLE, whatIf: false, by: BY.by, confirm: confirmation });
}

async function switchConnector(api: TestApi): Promise<void> {
  const at = `/connectors/${CUSTOMER}`;
  await post(api, `${at}/disable`, { ...BY, whatIf: false, override: { reason: 'roles' } });
  await post(api, `${at}/restore`, { ...BY, whatIf: false });
}

async function stopProvisioning(api: TestApi): Promise<void> {
  const body = { subscriptionIds: [SUBSCRIPTION], ...BY, whatIf: false };
  await post(api, '/reinstall-paths/auto-provisioning/disable', body);
}

const POLICIES = { scope: GROUP, location: 'westeurope' };

async function assignPolicies(api: TestApi): Promise<void> {
  await post(api, '/agent-policies', { ...POLICIES, by: BY.by, whatIf: false });
  await post(api, '/agent-policies', { ...POLICIES, by: BY.by, whatIf: false, remediate: true });
}

async function setGuards(api: TestApi): Promise<void> {
  await post(api, '/guards', { scope: GROUP, effect: 'Deny', by: BY.by, whatIf: false });
  await post(api, '/guards', { scope: GROUP, remove: true, by: BY.by, whatIf: false });
}

export const TABLE = { workspaceId: WORKSPACE, table: 'App_CL' };
const FILES = { windowsFileTypeLogPaths: ['C:\\logs\\app.log'] };
const INPUT = {
  location: { fileSystemLocations: FILES },
  recordDelimiter: { regexDelimiter: { pattern: '\\n' } },
};
export const LOG = {
  ...{ id: `${WORKSPACE}/dataSources/log`, name: 'log', kind: 'CustomLog' },
  properties: { customLogName: 'App_CL', inputs: [INPUT], extractions: [] },
};
export const SILENT_SOON = { start: '2026-11-21T08:00:00Z', legacyIngestionEnds: '2026-11-21T09:00:00Z' };

function withCustomLog(changes: Partial<EstateFile>, without?: string): EstateFile {
  const folder = without?.slice(0, without.lastIndexOf('/'));
  const { resources } = smallEstate();
  const kept = resources.filter(({ id }) => folder === undefined || !id.startsWith(folder));
  return { ...changes, resources: [...kept, LOG] };
}

/** A custom log whose table a saved search, an analytics rule, an alert rule and a workbook read. */
function queriedEstate(): EstateFile {
  const file = withCustomLog({});
  const query = 'App_CL | where RawData has "error"';
  const insights = `${GROUP}/providers/Microsoft.Insights`;
  const items = [{ type: 3, name: 'q', content: { version: 'KqlItem/1.0', query, queryType: 0 } }];
  const readers = [
    { id: `${WORKSPACE}/savedSearches/errors`, properties: { category: 'c', displayName: 'errors', query } },
    {
      id: `${WORKSPACE}/providers/Microsoft.SecurityInsights/alertRules/raw`,
      kind: 'Scheduled',
      properties: { displayName: 'raw', enabled: true, query, severity: 'Medium' },
    },
    {
      ...{ id: `${insights}/scheduledQueryRules/silent`, name: 'silent', location: 'westeurope' },
      properties: {
        displayName: 'silent',
        enabled: true,
        scopes: [WORKSPACE],
        criteria: { allOf: [{ query }] },
      },
    },
    {
      ...{ id: `${insights}/workbooks/wb`, name: 'wb', location: 'westeurope', kind: 'shared' },
      properties: {
        ...{ displayName: 'wb', category: 'sentinel', sourceId: WORKSPACE.toLowerCase() },
        serializedData: JSON.stringify({ version: 'Notebook/1.0', items }),
      },
    },
  ];
  return { ...file, resources: [...file.resources, ...readers] };
}

function driver({ session }: TestApi) {
  return createApi({ url: 'http://127.0.0.1', key: session.host.key, fetch: session.host.fetch });
}
