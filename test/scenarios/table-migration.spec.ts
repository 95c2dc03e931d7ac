import { afterEach, describe, expect, it } from 'vitest';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { joinClock, type Participant } from '../../rehearsal/participant.ts';
import { type Session, startSession } from '../../rehearsal/session.ts';
import { judgedCall } from '../support/contract/described.ts';
import { smallEstate, WORKSPACE } from '../support/small-estate.ts';

const HOUR = 3_600_000;
const TABLE = { workspaceId: WORKSPACE, table: 'App_CL' };
const LOG = {
  id: `${WORKSPACE}/dataSources/log`,
  ...{ name: 'log', kind: 'CustomLog', properties: { customLogName: 'App_CL' } },
};

let session: Session;
let participant: Participant;
afterEach(async () => {
  participant.leave();
  await session.close();
});

/** The small estate with a custom log; legacy agents work as long as `legacyIngestionEnds` says. */
async function start(changes: Partial<EstateFile>): Promise<void> {
  const file = { resources: [...smallEstate().resources, LOG], ...changes };
  session = await startSession({ file, seed: 1, requestLog: 'entries' });
  participant = joinClock(session.clock);
}

async function post(path: string, body: object) {
  const { status, headers, json } = await judgedCall(session.host, 'POST', path, body);
  return { status, retryAfter: headers.get('retry-after'), json };
}

const look = async () => (await post('/tables/migrate', TABLE)).json;
const migrate = (confirm?: string) =>
  post('/tables/migrate', {
    ...TABLE,
    whatIf: false,
    by: 'rita',
    ...(confirm === undefined ? {} : { confirm }),
  });

/** Calls that change the table. */
const calls = () => session.estate.requestLog.entries({ kind: 'table.migrate' }).length;

/** Somebody works on the workspace beside the app. */
function remove(id: string): void {
  const url = `https://management.azure.com${id}?api-version=2020-08-01`;
  const headers = { authorization: `Bearer ${session.estate.issueToken()}` };
  expect(session.estate.handleNow({ method: 'DELETE', url, headers }).response.status).toBe(200);
}

describe('a custom table', () => {
  it('is not migrated while legacy agents fill it, and nothing forces it', async () => {
    await start({ behaviour: { legacyIngestionEnds: null } });

    const preview = await look();
    const refused = await migrate('migrate App_CL in law-main for good: 0123456789ab');
    const forced = await post('/tables/migrate', { ...TABLE, whatIf: false, by: 'rita', force: true });

    expect(preview).toMatchObject({ status: 'whatIf', state: 'classic', confirmation: null, readers: [] });
    expect(preview.writes.writers.map(({ writer }: { writer: string }) => writer)).toEqual([
      'legacyAgent',
      'legacyAgent',
    ]);
    expect(preview.writes.rows).toBeGreaterThan(3000);
    expect([refused.status, refused.json.code]).toEqual([409, 'legacyAgentWrites']);
    expect(refused.json.errors.map(({ message }: { message: string }) => message.split(':')[0])).toEqual([
      'legacyAgentWrites',
      'legacyAgentCanWrite',
    ]);
    expect([forced.status, forced.json.code]).toEqual([400, 'invalidRequest']);
    expect(calls()).toBe(0);
  });

  it('is migrated once its agents are silent for a day and a person confirmed what is there', async () => {
    const start8 = '2026-11-21T08:00:00Z';
    await start({
      behaviour: { start: start8, legacyIngestionEnds: '2026-11-21T09:00:00Z' },
      customRows: [
        { ...{ workspace: WORKSPACE, table: 'App_CL' }, sourceSystem: 'OpsManager' },
        { ...{ workspace: WORKSPACE, table: 'App_CL' }, sourceSystem: 'RestAPI', rowsPerHour: 5 },
      ],
    });
    expect((await look()).blockers.map(({ code }: { code: string }) => code)).toContain('legacyAgentWrites');
    remove(LOG.id);
    await participant.sleep(12 * HOUR);
    expect((await migrate()).json.code).toBe('legacyAgentWrites');
    await participant.sleep(16 * HOUR);

    const preview = await look();
    const without = await migrate();
    const other = await migrate('migrate App_CL in law-main for good: 0123456789ab');
    expect(calls()).toBe(0);
    const started = await migrate(preview.confirmation);
    const underWay = await migrate(preview.confirmation);
    await participant.sleep(60_000);
    const done = await migrate(preview.confirmation);

    expect(preview).toMatchObject({
      blockers: [],
      customLogs: [],
      irreversible: expect.stringMatching(/never/),
    });
    expect(preview.writes.writers).toMatchObject([{ writer: 'dataCollectorApi', sourceSystem: 'RestAPI' }]);
    expect([without.status, without.json.code]).toEqual([409, 'confirmationDiffers']);
    expect([other.status, other.json.code]).toEqual([409, 'confirmationDiffers']);
    expect([started.status, started.json.status, started.retryAfter]).toEqual([202, 'migrating', '15']);
    expect([underWay.status, underWay.json.changed]).toEqual([202, false]);
    expect([done.status, done.json.status, done.json.changed]).toEqual([200, 'migrated', false]);
    expect(calls()).toBe(1);
  });

  it('is not migrated on the confirmation of a table that changed since', async () => {
    await start({});
    const { confirmation } = await look();
    remove(LOG.id);

    const stale = await migrate(confirmation);

    expect([stale.status, stale.json.code, calls()]).toEqual([409, 'confirmationDiffers', 0]);
  });

  it.each([
    ['a busy service', { kind: 'logs.query' }, { status: 429, retryAfterSeconds: 17 }, 503, 'unavailable'],
    ['no access to the logs', { kind: 'logs.query' }, { status: 403 }, 409, 'writersUnknown'],
    ['no right to migrate', { kind: 'table.migrate' }, { status: 403 }, 502, 'azureRefused'],
  ])('is not migrated with %s', async (_, match, effect, status, code) => {
    await start({});
    const { confirmation } = await look();
    await session.close();
    await start({ behaviour: { faults: [{ match, effect }] } });

    const answer = await migrate(confirmation);

    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  it.each([
    [{ ...TABLE, table: 'None_CL' }, 404, 'tableNotFound'],
    [{ ...TABLE, workspaceId: `${WORKSPACE}x` }, 502, 'azureRefused'],
  ])('that is not there is refused: %j', async (body, status, code) => {
    await start({});

    const answer = await post('/tables/migrate', { ...body, whatIf: false, by: 'rita' });

    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  it.each([
    [{ ...TABLE, lookBackHours: 1 }, 'lookBackHours'],
    [{ ...TABLE, table: "App_CL'; drop" }, 'table'],
    [{ ...TABLE, workspaceId: 'law-main' }, 'workspaceId'],
    [{ ...TABLE, whatif: false }, 'whatif'],
    [{ ...TABLE, whatIf: false }, 'by'],
  ])('is refused with the path: %j', async (body, path) => {
    await start({});

    const { status, json } = await post('/tables/migrate', body);

    expect([status, json.errors[0].path]).toEqual([400, path]);
  });
});
