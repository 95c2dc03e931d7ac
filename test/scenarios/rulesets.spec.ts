import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type EstateFile, parseEstate } from '../../rehearsal/estate/index.ts';
import { type Session, startSession } from '../../rehearsal/session.ts';
import { judgedCall } from '../support/contract/described.ts';
import { SUBSCRIPTION, smallEstate, WORKSPACE } from '../support/small-estate.ts';

let session: Session;
afterEach(() => session.close());

async function start(file: EstateFile): Promise<void> {
  session = await startSession({ file, seed: 1, requestLog: 'entries' });
}

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  judgedCall(session.host, method, path, body, headers);

/** Changes of anything in Azure so far. */
const writes = () => session.estate.requestLog.entries().filter(({ method }) => method === 'PUT').length;

const source = (name: string, kind: string, properties: Record<string, unknown>) => ({
  id: `${WORKSPACE}/dataSources/${name}`,
  name,
  kind,
  properties,
});

const COUNTER = {
  objectName: 'Processor',
  instanceName: '*',
  counterName: '% Processor Time',
  intervalSeconds: 60,
};

/** The small estate with agent settings on its workspace and no rule that collects the same. */
function settingsEstate(changes: Partial<EstateFile> = {}): EstateFile {
  const { resources } = smallEstate();
  return {
    resources: [
      ...resources,
      source('counter', 'WindowsPerformanceCounter', COUNTER),
      source('app', 'WindowsEvent', {
        eventLogName: 'Application',
        eventTypes: [{ eventType: 'Error' }, { eventType: 'Warning' }],
      }),
      source('auth', 'LinuxSyslog', { syslogName: 'auth', syslogSeverities: [{ severity: 'err' }] }),
      source('odd', 'LinuxSyslog', { syslogName: 'local9', syslogSeverities: [{ severity: 'err' }] }),
      source('wrong', 'WindowsPerformanceCounter', { counter: 'x' }),
    ],
    ...changes,
  };
}

const CONVERT = { workspaceIds: [WORKSPACE] };

describe('a rule set', () => {
  it('says where every setting went, and what got lost', async () => {
    await start(settingsEstate());

    const { status, json } = await call('POST', '/rulesets', CONVERT);

    expect(status).toBe(201);
    const [ruleSet] = json.ruleSets;
    const sources = JSON.stringify(ruleSet.rules.map(({ body }: { body: unknown }) => body));
    expect(sources).toContain('\\\\Processor(*)\\\\% Processor Time');
    expect(sources).toContain('Application!*[System[(Level=1 or Level=2 or Level=3)]]');
    expect(sources).not.toContain('local9');
    const explained = ruleSet.explanations.map(({ name }: { name: string }) => name);
    expect(explained).toEqual(expect.arrayContaining(['counter', 'app', 'auth', 'odd', 'wrong']));
    const losses = ruleSet.losses.map(({ code, origin }: { code: string; origin: { sourceId: string } }) => [
      code,
      origin.sourceId.split('/').at(-1),
    ]);
    expect(losses).toEqual(
      expect.arrayContaining([
        ['unknownFacility', 'odd'],
        ['malformed', 'wrong'],
      ]),
    );
  });

  it('is made by reading alone', async () => {
    await start(settingsEstate());

    await call('POST', '/rulesets', CONVERT);

    const kinds = session.estate.requestLog.entries().map(({ method, kind }) => `${method} ${kind}`);
    const writes = kinds.filter((one) => !/^GET |graph\.query|token\.read/.test(one));
    expect(writes).toEqual([]);
  });

  it('is the same to the byte, whatever order the settings come in', async () => {
    const file = settingsEstate();
    await start(file);
    const first = await call('POST', '/rulesets', CONVERT);
    const bicep = await call('GET', `/rulesets/${first.json.ruleSets[0].id}/bicep`);
    await session.close();
    await start({ ...file, resources: file.resources.toReversed() });

    const second = await call('POST', '/rulesets', CONVERT);
    const again = await call('GET', `/rulesets/${second.json.ruleSets[0].id}/bicep`);

    expect(second.json.ruleSets).toEqual(first.json.ruleSets);
    expect(again.text).toBe(bicep.text);
    expect(bicep.headers.get('content-type')).toMatch(/^text\/plain/);
  });

  it('is kept and listed, and its losses come as CSV', async () => {
    await start(settingsEstate());
    const made = await call('POST', '/rulesets', CONVERT);
    const { id } = made.json.ruleSets[0];

    const read = await call('GET', `/rulesets/${id}`);
    const list = await call('GET', '/rulesets');
    const csv = await call('GET', `/rulesets/${id}`, undefined, { accept: 'text/csv' });

    expect(read.json).toEqual(made.json.ruleSets[0]);
    expect(list.json.ruleSets).toMatchObject([{ id, workspaceId: WORKSPACE.toLowerCase() }]);
    expect(csv.text).toMatch(/^effect,code,kind,source,item,what,detail\r\n/);
    expect(csv.text).toContain('unknownFacility');
  });

  it('leaves to the rules that are there what they collect already', async () => {
    const parsed = parseEstate(
      JSON.parse(readFileSync(new URL('../../rehearsal/samples/contoso.json', import.meta.url), 'utf8')),
    );
    if (!parsed.ok) throw new Error('the sample is broken');
    await start(parsed.estate);
    const workspaceIds = parsed.estate.resources
      .map(({ id }) => id)
      .filter((id) => /\/workspaces\/[^/]+$/.test(id));

    const { json } = await call('POST', '/rulesets', { workspaceIds });

    for (const ruleSet of json.ruleSets) {
      expect(ruleSet.reused.length).toBeGreaterThan(0);
      expect(ruleSet.losses.map(({ code }: { code: string }) => code)).toContain('alreadyCollected');
    }
  });

  it('names a kind that may not be read and goes on with the others', async () => {
    await start(
      settingsEstate({
        behaviour: {
          faults: [
            {
              match: { kind: 'dataSource.read', url: 'WindowsEvent' },
              effect: { status: 403, code: 'AuthorizationFailed' },
            },
          ],
        },
      }),
    );

    const { json } = await call('POST', '/rulesets', CONVERT);

    const codes = json.ruleSets[0].losses
      .filter(({ code }: { code: string }) => code === 'unreadable')
      .map(({ origin }: { origin: { kind: string } }) => origin.kind);
    expect(codes).toEqual(['WindowsEvent']);
    expect(json.ruleSets[0].counts.rules).toBeGreaterThan(0);
  });

  it('is not made of half the settings while a service is busy', async () => {
    await start(
      settingsEstate({
        behaviour: {
          faults: [
            {
              match: { kind: 'dataSource.read' },
              effect: { status: 429, retryAfterSeconds: 17 },
              count: 1,
            },
          ],
        },
      }),
    );

    const busy = await call('POST', '/rulesets', CONVERT);
    const later = await call('POST', '/rulesets', CONVERT);

    expect([busy.status, busy.json.code, busy.headers.get('retry-after')]).toEqual([
      503,
      'unavailable',
      '17',
    ]);
    expect(later.status).toBe(201);
  });

  it('is deployed after a look at what would change, once, and known again', async () => {
    await start(settingsEstate());
    const made = await call('POST', '/rulesets', CONVERT);
    const { id, counts } = made.json.ruleSets[0];

    const preview = await call('POST', `/rulesets/${id}/deploy`, {});
    const before = writes();
    const deployed = await call('POST', `/rulesets/${id}/deploy`, { whatIf: false, by: 'rita' });
    const after = writes();
    const again = await call('POST', `/rulesets/${id}/deploy`, { whatIf: false, by: 'rita' });
    const intents = await call('GET', `/rulesets/${id}/deployments`);
    const remade = await call('POST', '/rulesets', CONVERT);

    expect(preview.json).toMatchObject({ status: 'whatIf' });
    expect(new Set(preview.json.steps.map(({ action }: { action: string }) => action))).toEqual(
      new Set(['create']),
    );
    expect(before).toBe(0);
    expect([deployed.status, deployed.json.status]).toEqual([200, 'deployed']);
    expect(after).toBe(counts.rules);
    expect(again.json).toMatchObject({ status: 'deployed', deployed: [], remaining: [] });
    expect(writes()).toBe(after);
    expect(intents.json.intents).toHaveLength(counts.rules);
    expect(intents.json.intents[0]).toMatchObject({ by: 'rita', before: null });
    const [same] = remade.json.ruleSets;
    expect(same.id).toBe(id);
    expect(same.rules.map(({ state }: { state: string }) => state)).toEqual(
      same.rules.map(() => 'unchanged'),
    );
  });

  it('is listed page by page, newest first', async () => {
    await start(settingsEstate());
    await call('POST', '/rulesets', CONVERT);
    await call('POST', '/rulesets', { ...CONVERT, configurationEndpointRegions: ['westeurope'] });

    const first = await call('GET', '/rulesets?limit=1');
    const second = await call('GET', `/rulesets?limit=1&after=${first.json.next}`);
    const wrong = await call('GET', '/rulesets?limit=0');

    const ids = [first, second].flatMap(({ json }) => json.ruleSets.map(({ id }: { id: string }) => id));
    expect([ids.length, new Set(ids).size, second.json.next]).toEqual([2, 2, undefined]);
    expect([wrong.status, wrong.json.errors[0].path]).toEqual([400, 'limit']);
  });

  it('for another resource group is another one, and goes there', async () => {
    await start(settingsEstate());
    const first = await call('POST', '/rulesets', CONVERT);
    const resourceGroupId = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-rules`;
    const second = await call('POST', '/rulesets', { ...CONVERT, resourceGroupId });
    const [{ id, rules }] = second.json.ruleSets;

    const { json } = await call('POST', `/rulesets/${id}/deploy`, {});
    const kept = await call('GET', `/rulesets/${id}`);

    expect(id).not.toBe(first.json.ruleSets[0].id);
    expect(kept.json.rules).toEqual(rules);
    const places = json.steps.map(({ id: step }: { id: string }) => step.split('/providers/')[0]);
    expect(new Set(places)).toEqual(new Set([resourceGroupId]));
  });

  it('by another endpoint is another one', async () => {
    const endpointId = (name: string) =>
      `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Insights/dataCollectionEndpoints/${name}`;
    const firewall = {
      id: `${WORKSPACE.split('/providers/')[0]}/providers/Microsoft.OperationsManagement/solutions/WindowsFirewall(law-main)`,
      plan: {
        name: 'WindowsFirewall(law-main)',
        product: 'OMSGallery/WindowsFirewall',
        publisher: 'Microsoft',
      },
      properties: { workspaceResourceId: WORKSPACE },
    };
    await start({ resources: [...settingsEstate().resources, firewall] });
    const made = async (name: string) =>
      (await call('POST', '/rulesets', { ...CONVERT, endpointId: endpointId(name) })).json.ruleSets[0];

    const [a, b, again] = [await made('a'), await made('b'), await made('A')];

    expect(a.endpointNeeded).toBe(true);
    expect(b.id).not.toBe(a.id);
    expect(again.id).toBe(a.id);
  });

  it('is not deployed over a rule that was changed by hand, unless it is forced', async () => {
    await start(settingsEstate());
    const made = await call('POST', '/rulesets', CONVERT);
    const { id, rules } = made.json.ruleSets[0];
    const [rule] = rules;
    const byHand = {
      id: rule.resourceId,
      name: rule.name,
      type: 'microsoft.insights/datacollectionrules',
      location: rule.body.location,
      kind: rule.kind,
      tags: rule.body.tags,
      properties: { ...rule.body.properties, dataFlows: [] },
    };
    await session.close();
    const { resources } = settingsEstate();
    await start({ resources: [...resources, byHand] });
    const { json } = await call('POST', '/rulesets', CONVERT);
    expect(json.ruleSets[0].id).toBe(id);

    const refused = await call('POST', `/rulesets/${id}/deploy`, { whatIf: false, by: 'rita' });
    const untouched = writes();
    const forced = await call('POST', `/rulesets/${id}/deploy`, { whatIf: false, force: true, by: 'rita' });

    expect([refused.status, refused.json.code, untouched]).toEqual([409, 'ruleSetConflicts', 0]);
    expect(refused.json.result.steps).toContainEqual(expect.objectContaining({ conflict: 'changedByHand' }));
    expect(forced.json.status).toBe('deployed');
  });

  it.each([
    [{ workspaceIds: ['law-main'] }, 'workspaceIds[0]'],
    [{ workspaceIds: [] }, 'workspaceIds'],
    [{ workspaceIds: [WORKSPACE, WORKSPACE.toUpperCase()] }, 'workspaceIds'],
    [{ ...CONVERT, resourceGroupId: WORKSPACE }, 'resourceGroupId'],
    [{ ...CONVERT, workspace: 1 }, 'workspace'],
  ])('is refused with the path: %j', async (body, path) => {
    await start(settingsEstate());

    const { status, json } = await call('POST', '/rulesets', body);

    expect([status, json.errors[0].path]).toEqual([400, path]);
  });

  it('of a workspace that is not there is refused', async () => {
    await start(settingsEstate());
    const missing = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-App/providers/Microsoft.OperationalInsights/workspaces/none`;

    const { status, json } = await call('POST', '/rulesets', { workspaceIds: [missing] });
    const unknown = await call('GET', '/rulesets/none');

    expect([status, json.code]).toEqual([409, 'workspaceNotReadable']);
    expect([unknown.status, unknown.json.code]).toEqual([404, 'ruleSetNotFound']);
  });
});
