import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseEstate } from '../../../rehearsal/estate/index.ts';
import { extensionsQuery } from '../../../shared/inventory/queries/extensions.ts';
import { machinesQuery } from '../../../shared/inventory/queries/machines.ts';
import { renderQuery } from '../../../shared/model/query.ts';
import { allQueries } from '../../../shared/queries.ts';
import { CUSTOMER, START, SUBSCRIPTION, smallEstate, VM, WORKSPACE } from '../../support/small-estate.ts';
import { GRAPH, HOUR, rig } from './rig.ts';

const iso = (instant: number) => new Date(instant).toISOString();

function sample(name: string) {
  const parsed = parseEstate(
    JSON.parse(readFileSync(new URL(`../../../rehearsal/samples/${name}.json`, import.meta.url), 'utf8')),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.estate;
}

describe('Resource Graph', () => {
  it.each(
    allQueries.filter((query) => query.target === 'resourceGraph').map((query) => [query.id, query] as const),
  )('rows of %s fit the schema, by id', (_id, query) => {
    for (const file of [smallEstate(), sample('contoso'), sample('exported')]) {
      const { send } = rig(file);
      const { body } = send('POST', GRAPH, {
        query: query.text,
        options: { $top: 1000, resultFormat: 'objectArray' },
      });
      expect(body.count).toBe(body.data.length);
      const ids: string[] = [];
      for (const row of body.data) {
        expect(query.row.safeParse(row).error).toBeUndefined();
        ids.push(row.id);
      }
      expect(ids).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)));
    }
  });

  it('shows Resource Graph’s own quirks', () => {
    const { send } = rig(smallEstate());
    const [, , web] = send('POST', GRAPH, { query: machinesQuery.text }).body.data.sort(
      (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1),
    );
    expect(web).toMatchObject({
      id: expect.stringContaining('Microsoft.HybridCompute'),
      type: 'microsoft.hybridcompute/machines',
      tags: null,
      powerState: '',
      resourceGroup: 'rg-app',
    });
  });

  it('pages by skip token and keeps the first page’s set', () => {
    const { send, arm } = rig(sample('contoso'));
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const { body, headers } = send('POST', GRAPH, {
        query: extensionsQuery.text,
        options: { $top: 40, ...(token === undefined ? {} : { $skipToken: token }) },
      });
      seen.push(...body.data.map((row: { id: string }) => row.id));
      token = body.$skipToken;
      expect(Number(headers['x-ms-user-quota-remaining'])).toBeLessThan(15);
    } while (token !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(124);
    expect(arm('GET', '/subscriptions').body.value).toHaveLength(3);
  });

  it('keeps to the subscriptions asked for and refuses what it does not know', () => {
    const { send } = rig(smallEstate());
    const count = (subscriptions: string[]) =>
      send('POST', GRAPH, { query: machinesQuery.text, subscriptions }).body.count;
    expect([count([SUBSCRIPTION.toUpperCase()]), count(['other'])]).toEqual([3, 0]);
    const unknown = send('POST', GRAPH, { query: machinesQuery.text.replace('asc', 'desc') });
    expect([unknown.status, unknown.body.error.details[0].message]).toEqual([
      400,
      expect.stringContaining('nearest: machines'),
    ]);
    expect(send('POST', GRAPH, { query: machinesQuery.text, options: { $top: 1001 } }).status).toBe(400);
  });

  it('allows fifteen queries in five seconds', () => {
    const { send, pass } = rig(smallEstate());
    const ask = () => send('POST', GRAPH, { query: machinesQuery.text }).status;
    expect(Array.from({ length: 16 }, ask)).toEqual([...Array.from({ length: 15 }, () => 200), 429]);
    pass(5000);
    expect(Array.from({ length: 15 }, ask).every((status) => status === 200)).toBe(true);
  });
});

describe('Log Analytics', () => {
  const values: Record<string, string | string[]> = {
    since: iso(START - HOUR),
    splitAt: iso(START - HOUR / 2),
    resumeAt: iso(START - HOUR / 4),
    until: iso(START),
    logTable: 'App_CL',
    legacyTable: 'Old_CL',
    rhythms: ['processor\\% processor time\n0.5'],
    oldest: iso(START - HOUR),
    newest: iso(START),
    baselineSince: iso(START - 3 * HOUR),
    baselineUntil: iso(START - 2 * HOUR),
    machines: [VM.toLowerCase()],
    important: ['4624'],
    ignored: [],
    top: '10',
    rowsWanted: '100',
    parts: '1',
    part: '0',
  };

  it.each(
    allQueries.filter((query) => query.target === 'logAnalytics').map((query) => [query.id, query] as const),
  )('rows of %s fit the schema', (_id, query) => {
    const to = rig(
      smallEstate({
        behaviour: { legacyIngestionEnds: null },
        tables: [
          { table: 'W3CIISLog', rowsPerHour: 60 },
          { table: 'InsightsMetrics', rowsPerHour: 60 },
        ],
        customRows: [{ workspace: WORKSPACE, table: 'App_CL' }],
      }),
    );
    const own = Object.fromEntries(
      Object.keys(query.parameters).map((name) => [name, values[name] as string]),
    );
    const { status, body } = to.logs(renderQuery(query, own));
    expect(status).toBe(200);
    const [table] = body.tables;
    for (const row of table.rows) {
      const record = Object.fromEntries(
        table.columns.map(({ name, type }: { name: string; type: string }, i: number) => [
          name,
          // As the client does.
          type === 'dynamic' && row[i] !== null ? JSON.parse(row[i]) : row[i],
        ]),
      );
      expect(query.row.safeParse(record).error).toBeUndefined();
    }
    for (const column of table.columns)
      expect(['string', 'datetime', 'long', 'real', 'bool', 'dynamic']).toContain(column.type);
  });

  it('splits baseline and window', () => {
    const to = rig(
      smallEstate({
        behaviour: { legacyIngestionEnds: null },
        tables: [{ table: 'Event', rowsPerHour: 3600 }],
      }),
    );
    const query = allQueries.find((one) => one.id === 'table-rows-Event');
    if (query === undefined) throw new Error('no query');
    const [row] = to.logs(renderQuery(query, values)).body.tables[0].rows;
    expect(row[2]).toBe(3600);
    expect(row[1]).toBeGreaterThan(3600 - 200);
    expect(row[1]).toBeLessThan(3600 - 50);
  });

  it('checks parameters, texts and workspaces', () => {
    const { logs } = rig(smallEstate());
    const query = allQueries.find((one) => one.id === 'heartbeats');
    if (query === undefined) throw new Error('no query');
    const good = renderQuery(query, { since: iso(START), until: iso(START), parts: '1', part: '0' });
    const message = (text: string) => logs(text).body.error.innererror.message;
    expect(logs(good).status).toBe(200);
    expect(message(good.split('\n').slice(1).join('\n'))).toContain('since is missing');
    expect(message(`let extra = datetime(${iso(START)});\n${good}`)).toContain('no parameter extra');
    expect(message(good.replace(/datetime\([^)]*\)/, 'dynamic(["a"])'))).toContain('not of kind');
    expect(message(good.replace('long(1)', 'long(one)'))).toContain('parts is no whole number');
    expect(message('Heartbeat')).toContain('nearest');
    const elsewhere = logs(good, CUSTOMER.replace('2', '3'));
    expect([elsewhere.status, elsewhere.body.error.code]).toEqual([404, 'PathNotFoundError']);
  });
});
