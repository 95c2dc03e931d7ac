import { afterEach, describe, expect, it } from 'vitest';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { type Session, startSession } from '../../rehearsal/session.ts';
import { judgedCall } from '../support/contract/described.ts';
import { GROUP, smallEstate, VM, WORKSPACE } from '../support/small-estate.ts';

let session: Session;
afterEach(() => session.close());

const RULES = `${WORKSPACE}/providers/Microsoft.SecurityInsights/alertRules`;
const INSIGHTS = `${GROUP}/providers/Microsoft.Insights`;
const OTHER_WORKSPACE = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/law-other`;

const analyticsRule = (name: string, query: string, enabled = true) => ({
  id: `${RULES}/${name}`,
  kind: 'Scheduled',
  properties: {
    displayName: `Rule ${name}`,
    enabled,
    query,
    severity: 'Medium',
    queryFrequency: 'PT1H',
    queryPeriod: 'PT1H',
    triggerOperator: 'GreaterThan',
    triggerThreshold: 0,
    suppressionDuration: 'PT1H',
    suppressionEnabled: false,
  },
});
const savedSearch = (name: string, query: string, functionAlias?: string) => ({
  id: `${WORKSPACE}/savedSearches/${name}`,
  properties: {
    category: 'Operations',
    displayName: name,
    query,
    ...(functionAlias === undefined ? {} : { functionAlias }),
  },
});
const alertRule = (name: string, query: string, scope = WORKSPACE) => ({
  id: `${INSIGHTS}/scheduledQueryRules/${name}`,
  name,
  location: 'westeurope',
  properties: { displayName: name, enabled: true, scopes: [scope], criteria: { allOf: [{ query }] } },
});
const workbook = (name: string, sourceId: string, items: readonly unknown[]) => ({
  id: `${INSIGHTS}/workbooks/${name}`,
  name,
  location: 'westeurope',
  kind: 'shared',
  properties: {
    displayName: name,
    category: 'sentinel',
    sourceId,
    serializedData: JSON.stringify({ version: 'Notebook/1.0', items }),
  },
});
const queryItem = (name: string, query: string, more: object = {}) => ({
  type: 3,
  name,
  content: { version: 'KqlItem/1.0', query, queryType: 0, ...more },
});

/** A workspace with a custom log that needs a new table, IIS logs, and things that read them. */
function readersEstate(changes: Partial<EstateFile> = {}): EstateFile {
  const input = {
    location: { fileSystemLocations: { linuxFileTypeLogPaths: ['/var/log/app/*.log'] } },
    recordDelimiter: { regexDelimiter: { pattern: '\\n', matchIndex: 0, numberedGroup: null } },
  };
  return {
    resources: [
      ...smallEstate().resources,
      {
        id: `${WORKSPACE}/dataSources/app`,
        name: 'app',
        kind: 'CustomLog',
        properties: { customLogName: 'App_CL', description: '', inputs: [input], extractions: [] },
      },
      {
        id: `${WORKSPACE}/dataSources/iis`,
        name: 'iis',
        kind: 'IISLogs',
        properties: { state: 'OnPremiseEnabled' },
      },
      analyticsRule('raw', 'AppErrors | where Computer startswith "web" | summarize count() by Computer'),
      analyticsRule('site', 'W3CIISLog | where sSiteName == "shop" | summarize count() by cIP', false),
      analyticsRule('calm', 'W3CIISLog | summarize count() by cIP // sSiteName'),
      analyticsRule('lost', 'Nowhere_CL | count'),
      { id: `${RULES}/fusion`, kind: 'Fusion', properties: { displayName: 'Fusion', enabled: true } },
      savedSearch('errors', 'App_CL | where RawData has "error"', 'AppErrors'),
      savedSearch('agents', 'Heartbeat | summarize max(TimeGenerated) by Computer, Category'),
      alertRule('app-silent', 'App_CL | count'),
      alertRule('vm-sites', 'W3CIISLog | distinct sSiteName', VM),
      alertRule('elsewhere', 'App_CL | count', OTHER_WORKSPACE),
      workbook('wb-iis', WORKSPACE.toLowerCase(), [
        {
          type: 12,
          name: 'group',
          content: {
            groupType: 'editable',
            items: [
              queryItem('sites', 'W3CIISLog | where TimeGenerated {Range} | summarize count() by sSiteName'),
              queryItem('graph', 'resources | count', { queryType: 1 }),
            ],
          },
        },
        queryItem('other', 'App_CL | count', { crossComponentResources: [OTHER_WORKSPACE] }),
      ]),
      workbook('wb-broken', 'azure monitor', []),
      workbook('wb-other', OTHER_WORKSPACE, [queryItem('q', 'App_CL')]),
    ].map((one) =>
      one.id.endsWith('wb-broken')
        ? { ...one, properties: { ...one.properties, serializedData: 'not JSON' } }
        : one,
    ),
    ...changes,
  };
}

const call = (path: string, headers: Record<string, string> = {}, body?: unknown) =>
  judgedCall(session.host, body === undefined ? 'GET' : 'POST', path, body, headers);

/** The path of the blast radius of a rule set that was just converted. */
async function start(file: EstateFile): Promise<string> {
  session = await startSession({ file, seed: 1, requestLog: 'entries' });
  const { json } = await call('/rulesets', {}, { workspaceIds: [WORKSPACE] });
  return `/rulesets/${json.ruleSets[0].id}/blast-radius`;
}

interface Change {
  readonly table: string;
  readonly code: string;
  readonly readers: readonly { name: string; kind: string; place: string; columns: unknown; how: string }[];
}

const readersOf = (changes: readonly Change[], table: string, code: string) =>
  changes
    .find((change) => change.table === table && change.code === code)
    ?.readers.map(({ kind, name, place, columns, how }) => [kind, name, place, columns, how]);

describe('the blast radius of a rule set', () => {
  it('names who reads what will differ, through functions and workbooks as well', async () => {
    const path = await start(readersEstate());

    const { status, json } = await call(path);

    expect(status).toBe(200);
    expect(readersOf(json.changes, 'App_CL', 'newTableNeeded')).toEqual([
      ['alertRule', 'app-silent', 'query', 'all', 'names'],
      ['analyticsRule', 'Rule raw', 'query', 'all', 'names'],
      ['function', 'errors', 'query', 'all', 'names'],
    ]);
    expect(readersOf(json.changes, 'W3CIISLog', 'siteNameNotFilled')).toEqual([
      ['alertRule', 'vm-sites', 'query', ['sSiteName'], 'names'],
      ['workbook', 'wb-iis', 'group / sites', ['sSiteName'], 'names'],
      ['analyticsRule', 'Rule site', 'query', ['sSiteName'], 'names'],
    ]);
    expect(readersOf(json.changes, 'Heartbeat', 'agentDifference')).toEqual([
      ['savedSearch', 'agents', 'query', ['Category'], 'names'],
    ]);
    expect(json.unresolved).toMatchObject([{ kind: 'analyticsRule', name: 'Rule lost', enabled: true }]);
    expect(json.unread).toMatchObject([{ what: expect.stringContaining('wb-broken') }]);
    expect(json.counts).toMatchObject({ holders: 9, readers: 7, unresolved: 1, unread: 1 });
  });

  it('has near-real-time detections, and names those that show no query', async () => {
    const { resources } = readersEstate();
    const nrt = { ...analyticsRule('fast', 'App_CL | where RawData has "mimikatz"'), kind: 'NRT' };
    const learnt = {
      id: `${RULES}/rdp`,
      kind: 'MLBehaviorAnalytics',
      properties: { displayName: 'Anomalous RDP', enabled: true },
    };
    const path = await start({ resources: [...resources, nrt, learnt] });

    const { json } = await call(path);

    expect(readersOf(json.changes, 'App_CL', 'newTableNeeded')).toContainEqual([
      ...['analyticsRule', 'Rule fast', 'query', 'all', 'names'],
    ]);
    const unread = json.unread.map(({ what }: { what: string }) => what.split(' (')[0]);
    expect(unread).toEqual(['analytics rule Anomalous RDP', 'workbook wb-broken']);
  });

  it('is read without a change of Azure', async () => {
    const path = await start(readersEstate());

    await call(path);

    const kinds = session.estate.requestLog.entries().map(({ method, kind }) => `${method} ${kind}`);
    expect(kinds.filter((one) => !/^GET |graph\.query|token\.read/.test(one))).toEqual([]);
    for (const kind of ['alertRule.read', 'savedSearch.read', 'table.read', 'workbook.read'] as const)
      expect(session.estate.requestLog.entries({ kind }).length, kind).toBeGreaterThan(0);
  });

  it('comes for one table, and as CSV with what could not be told', async () => {
    const path = await start(readersEstate());

    const one = await call(`${path}?table=app_cl`);
    const csv = await call(path, { accept: 'text/csv' });

    expect([...new Set(one.json.changes.map(({ table }: Change) => table))]).toEqual(['App_CL']);
    const lines = csv.text.trimEnd().split('\r\n');
    expect(lines[0]).toBe('result,table,code,changedColumns,kind,name,enabled,place,readColumns,how,why,id');
    expect(lines.filter((line) => line.startsWith('reader,App_CL,newTableNeeded,all,'))).toHaveLength(3);
    expect(lines.filter((line) => /^unresolved,.*Rule lost/.test(line))).toHaveLength(1);
    expect(lines.filter((line) => /^unread,.*wb-broken/.test(line))).toHaveLength(1);
  });

  it('of a workspace without Sentinel has no analytics rules and says nothing of it', async () => {
    const { resources } = readersEstate();
    const path = await start({ resources: resources.filter(({ id }) => !id.startsWith(RULES)) });

    const { status, json } = await call(path);

    expect(status).toBe(200);
    expect(JSON.stringify(json.changes)).not.toContain('analyticsRule');
    expect(json.unread).toHaveLength(1);
    expect(session.estate.requestLog.entries({ kind: 'alertRule.read' })).toMatchObject([{ status: 400 }]);
  });

  it('says what may not be read, and goes on', async () => {
    const faults = (['savedSearch.read', 'workbook.read'] as const).map((kind) => ({
      match: { kind },
      effect: { status: 403, code: 'AuthorizationFailed' },
    }));
    const path = await start(readersEstate({ behaviour: { faults } }));

    const { json } = await call(path);

    expect(json.unread.map(({ what }: { what: string }) => what.split(' (')[0])).toEqual([
      'saved searches',
      'workbook wb-iis',
      'workbook wb-broken',
    ]);
    // The rule that calls a function nobody may read is not lost either.
    expect(json.unresolved.map(({ name }: { name: string }) => name)).toContain('Rule raw');
    expect(readersOf(json.changes, 'App_CL', 'newTableNeeded')).toHaveLength(1);
  });

  it.each(['alertRule.read', 'savedSearch.read', 'workbook.read', 'table.read'] as const)(
    'is not made of half the readers while %s is busy',
    async (kind) => {
      const faults = [{ match: { kind }, effect: { status: 429, retryAfterSeconds: 17 }, count: 1 }];
      const path = await start(readersEstate({ behaviour: { faults } }));

      const busy = await call(path);
      const later = await call(path);

      expect([busy.status, busy.json.code, busy.headers.get('retry-after')]).toEqual([
        503,
        'unavailable',
        '17',
      ]);
      expect(later.status).toBe(200);
    },
  );

  it('cannot be told without the tables', async () => {
    const faults = [
      { match: { kind: 'table.read' as const }, effect: { status: 403, code: 'AuthorizationFailed' } },
    ];
    const path = await start(readersEstate({ behaviour: { faults } }));

    const { status, json } = await call(path);

    expect([status, json.code]).toEqual([409, 'workspaceNotReadable']);
  });

  it('is refused for a query that is not known and a rule set that is not there', async () => {
    const path = await start(readersEstate());

    const wrong = await call(`${path}?tabel=App_CL`);
    const missing = await call('/rulesets/none/blast-radius');

    expect([wrong.status, wrong.json.errors[0].path]).toEqual([400, 'tabel']);
    expect([missing.status, missing.json.code]).toEqual([404, 'ruleSetNotFound']);
  });
});

it('reads more analytics rules than one page has', async () => {
  const rules = Array.from({ length: 230 }, (_, i) => analyticsRule(`r${i}`, 'App_CL | count'));
  const { resources } = readersEstate();
  const path = await start({ resources: [...resources, ...rules] });

  const { json } = await call(`${path}?table=App_CL`);

  expect(readersOf(json.changes, 'App_CL', 'newTableNeeded')).toHaveLength(233);
  expect(session.estate.requestLog.entries({ kind: 'alertRule.read' })).toHaveLength(3);
});
