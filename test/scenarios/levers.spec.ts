import { afterEach, describe, expect, it } from 'vitest';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { type Session, startSession } from '../../rehearsal/session.ts';
import { judgedCall } from '../support/contract/described.ts';
import { CUSTOMER, RULE, smallEstate, WORKSPACE } from '../support/small-estate.ts';

let session: Session;
afterEach(() => session.close());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  judgedCall(session.host, method, path, body, headers);

const source = (name: string, kind: string, properties: Record<string, unknown>) => ({
  id: `${WORKSPACE}/dataSources/${name}`,
  name,
  kind,
  properties,
});

/** A workspace with Sentinel that takes in 100 GB of security events a day, by the tier All. */
const noisyEstate = (behaviour: EstateFile['behaviour'] = {}): EstateFile => ({
  resources: [
    // Rules of others would take the work from the rules of this app.
    ...smallEstate().resources.filter(({ id }) => !id.startsWith(RULE.slice(0, RULE.lastIndexOf('/')))),
    {
      id: `${WORKSPACE.slice(0, WORKSPACE.indexOf('/providers'))}/providers/Microsoft.OperationsManagement/solutions/SecurityInsights(law-main)`,
      name: 'SecurityInsights(law-main)',
      type: 'microsoft.operationsmanagement/solutions',
      location: 'westeurope',
      plan: { name: 'SecurityInsights(law-main)', product: 'OMSGallery/SecurityInsights' },
      properties: { workspaceResourceId: WORKSPACE },
    },
    source('fast', 'WindowsPerformanceCounter', {
      ...{ objectName: 'Processor', instanceName: '*', counterName: '% Processor Time' },
      intervalSeconds: 10,
    }),
    source('system', 'WindowsEvent', {
      eventLogName: 'System',
      eventTypes: [{ eventType: 'Error' }, { eventType: 'Information' }],
    }),
    source('app', 'CustomLog', {
      customLogName: 'App_CL',
      inputs: [
        {
          location: { fileSystemLocations: { windowsFileTypeLogPaths: ['C:\\logs\\app.log'] } },
          recordDelimiter: { regexDelimiter: { pattern: '\\n', matchIndex: 0 } },
        },
      ],
      extractions: [],
    }),
  ],
  tables: [{ table: 'SecurityEvent', keys: { 5156: 0.4, 4624: 0.3, 4662: 0.25, 4999: 0.05 } }],
  usage: [
    { workspace: CUSTOMER, table: 'SecurityEvent', megabytesPerDay: 100_000 },
    { workspace: CUSTOMER, table: 'Perf', megabytesPerDay: 5_000 },
    { workspace: CUSTOMER, table: 'App_CL', megabytesPerDay: 3_000 },
  ],
  behaviour,
});

async function start(file: EstateFile): Promise<void> {
  session = await startSession({ file, seed: 1, requestLog: 'entries' });
}

const CONVERT = { workspaceIds: [WORKSPACE] };

async function convert(levers?: readonly object[]) {
  const { status, json } = await call('POST', '/rulesets', {
    ...CONVERT,
    ...(levers === undefined ? {} : { levers }),
  });
  expect(status).toBe(201);
  return json.ruleSets[0];
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field.
const queriesOf = (ruleSet: any): readonly string[] =>
  ruleSet.rules.flatMap(
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    ({ body }: any) =>
      body.properties.dataSources.windowsEventLogs?.flatMap(
        (one: { xPathQueries: string[] }) => one.xPathQueries,
      ) ?? [],
  );

describe('cost levers', () => {
  it('are proposed from what the workspace took in, with nothing changed by it', async () => {
    await start(noisyEstate());
    const ruleSet = await convert();

    const { status, json } = await call('POST', `/rulesets/${ruleSet.id}/levers`, { pricePerGb: 2 });

    expect(status).toBe(201);
    const events = json.levers.filter(({ kind }: { kind: string }) => kind === 'dropEvents');
    expect(events[0]).toMatchObject({
      choice: { kind: 'dropEvents', table: 'SecurityEvent', log: 'Security', eventIds: [5156] },
      ...{ before: 'Security!*', after: 'Security!*[System[(EventID != 5156)]]' },
      ...{ share: 0.4, guarded: false },
      evidence: { query: 'lever-security-event-ids', window: { days: 7 } },
    });
    expect(events[0].gbPerDay).toBeCloseTo(40, 1);
    expect(events[0].moneyPerDay).toBeCloseTo(80, 1);
    expect(
      events.map(({ choice, guarded }: { choice: { eventIds: number[] }; guarded: boolean }) => [
        choice.eventIds[0],
        guarded,
      ]),
    ).toEqual(
      expect.arrayContaining([
        [4624, true],
        [4662, true],
      ]),
    );
    const kinds = new Set(json.levers.map(({ kind }: { kind: string }) => kind));
    expect(kinds).toEqual(new Set(['dropEvents', 'dropColumns', 'samplingInterval', 'basicPlan']));
    const savings = json.levers.map(({ gbPerDay }: { gbPerDay: number }) => gbPerDay);
    expect(savings).toEqual(savings.toSorted((a: number, b: number) => b - a));
    const again = await call('GET', `/rulesets/${ruleSet.id}`);
    expect(again.json.rules).toEqual(ruleSet.rules);
    const writes = session.estate.requestLog.entries().filter(({ method }) => method === 'PUT');
    expect(writes).toEqual([]);
  });

  it('name the detection that would go blind, and count as guarded for it', async () => {
    const file = noisyEstate();
    const detection = {
      id: `${WORKSPACE}/providers/Microsoft.SecurityInsights/alertRules/odd-connections`,
      name: 'odd-connections',
      type: 'microsoft.securityinsights/alertrules',
      kind: 'Scheduled',
      properties: {
        ...{ displayName: 'Odd connections', enabled: true },
        query: 'SecurityEvent | where EventID == 5156 | summarize count() by Computer',
      },
    };
    await start({ ...file, resources: [...file.resources, detection] });
    const { id } = await convert();

    const { json } = await call('POST', `/rulesets/${id}/levers`, {});

    const [lever] = json.levers.filter(({ kind }: { kind: string }) => kind === 'dropEvents');
    expect(lever).toMatchObject({ choice: { eventIds: [5156] }, guarded: true, readersUnknown: false });
    expect(lever.readers).toEqual([
      expect.objectContaining({ kind: 'analyticsRule', name: 'Odd connections', how: 'names' }),
    ]);
  });

  it('are kept, and come as CSV with the choice to make', async () => {
    await start(noisyEstate());
    const { id } = await convert();

    const before = await call('GET', `/rulesets/${id}/levers`);
    const made = await call('POST', `/rulesets/${id}/levers`, {});
    const read = await call('GET', `/rulesets/${id}/levers`);
    const csv = await call('GET', `/rulesets/${id}/levers`, undefined, { accept: 'text/csv' });

    expect([before.status, before.json.code]).toEqual([404, 'leversNotFound']);
    expect(read.json).toEqual(made.json);
    expect(csv.text).toMatch(/^id,kind,table,gbPerDay,share,/);
    expect(csv.text).toContain('""eventIds"":[5156]');
  });

  it('narrow the rules once somebody chose them, and are deployed as what they are', async () => {
    await start(noisyEstate());
    const plain = await convert();
    const { json } = await call('POST', `/rulesets/${plain.id}/levers`, {});
    const first = json.levers.find(({ kind }: { kind: string }) => kind === 'dropEvents');
    const plan = json.levers.find(({ kind }: { kind: string }) => kind === 'basicPlan');

    const chosen = await convert([first.choice, plan.choice, { kind: 'samplingInterval', seconds: 60 }]);
    // A new table has to be there before a rule may name it, so one call is not enough.
    let deployed = await call('POST', `/rulesets/${chosen.id}/deploy`, { whatIf: false, by: 'rita' });
    for (let i = 0; i < 20 && deployed.status === 202; i += 1) {
      await session.clock.sleep(30_000);
      deployed = await call('POST', `/rulesets/${chosen.id}/deploy`, { whatIf: false, by: 'rita' });
    }

    expect(chosen.id).not.toBe(plain.id);
    expect(queriesOf(plain)).toContain('Security!*');
    expect(queriesOf(chosen)).not.toContain('Security!*');
    expect(queriesOf(chosen)).toContain('Security!*[System[(EventID != 5156)]]');
    expect(chosen.levers).toHaveLength(3);
    const codes = chosen.losses.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(expect.arrayContaining(['narrowedByLever', 'planChangedByLever']));
    expect(codes).not.toContain('leverNotApplied');
    expect(chosen.tables[0]).toMatchObject({ plan: 'Basic' });
    expect(deployed.json.status).toBe('deployed');
    const written = session.estate.requestLog.entries().filter(({ method }) => method === 'PUT');
    expect(written.length).toBe(chosen.rules.length + chosen.tables.length);
  });

  it('of what can be measured are proposed where something else cannot', async () => {
    await start(
      noisyEstate({
        faults: [
          {
            // The volumes of tables come first.
            match: { kind: 'logs.query' },
            effect: { status: 403, code: 'InsufficientAccessError' },
            count: 1,
          },
        ],
      }),
    );
    const { id } = await convert();

    const { status, json } = await call('POST', `/rulesets/${id}/levers`, {});

    expect(status).toBe(201);
    const [table] = json.tables;
    expect(table).toMatchObject({ gbPerDay: null, unmeasured: [{ query: 'usage' }] });
    expect(json.notes.join(' ')).toContain('The volumes of tables are not known.');
    const kinds = json.levers.map(({ kind }: { kind: string }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['dropEvents', 'samplingInterval']));
  });

  it('are asked for later where the service is busy with everything', async () => {
    await start(
      noisyEstate({
        faults: [{ match: { kind: 'logs.query' }, effect: { status: 429, retryAfterSeconds: 17 } }],
      }),
    );
    const { id } = await convert();

    const { status, json, headers } = await call('POST', `/rulesets/${id}/levers`, {});

    expect([status, json.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '17']);
  });

  it.each([
    [[{ kind: 'dropEvents', table: 'Event', eventIds: [1] }], 'levers[0].log'],
    [[{ kind: 'dropEvents', table: 'Syslog', eventIds: [1] }], 'levers[0].table'],
    [[{ kind: 'dropEvents', table: 'SecurityEvent', eventIds: [65_536] }], 'levers[0].eventIds[0]'],
    [[{ kind: 'dropEvents', table: 'SecurityEvent', eventIds: [] }], 'levers[0].eventIds'],
    [[{ kind: 'dropEvents', table: 'SecurityEvent', log: 'a!b', eventIds: [1] }], 'levers[0].log'],
    [[{ kind: 'dropColumns', table: 'SecurityEvent', columns: ['Task', 'EventID'] }], 'levers[0].columns[1]'],
    [[{ kind: 'dropColumns', table: 'SigninLogs', columns: ['Task'] }], 'levers[0].table'],
    [[{ kind: 'dropColumns', table: 'Event', columns: ["a'] | take 0"] }], 'levers[0].columns[0]'],
    [[{ kind: 'samplingInterval', seconds: 1801 }], 'levers[0].seconds'],
    [[{ kind: 'basicPlan', table: 'SecurityEvent' }], 'levers[0].table'],
    [[{ kind: 'archive', table: 'App_CL' }], 'levers[0].kind'],
    [
      [
        { kind: 'samplingInterval', seconds: 60 },
        { kind: 'samplingInterval', seconds: 90 },
      ],
      'levers',
    ],
  ])('are refused with the path: %j', async (levers, path) => {
    await start(noisyEstate());

    const { status, json } = await call('POST', '/rulesets', { ...CONVERT, levers });

    expect([status, json.errors?.[0].path]).toEqual([400, path]);
  });

  it.each([
    [{ minShare: 2 }, 'minShare'],
    [{ pricePerGb: -1 }, 'pricePerGb'],
    [{ price: 1 }, 'price'],
  ])('are not proposed for %j', async (body, path) => {
    await start(noisyEstate());
    const { id } = await convert();

    const { status, json } = await call('POST', `/rulesets/${id}/levers`, body);

    expect([status, json.errors[0].path]).toEqual([400, path]);
  });
});
