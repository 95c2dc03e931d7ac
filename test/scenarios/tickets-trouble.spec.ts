import { afterEach, describe, expect, it } from 'vitest';
import { DESKS, type DeskKind } from '../../shared/model/ticket-policy.ts';
import { ticketScenario } from '../support/ticket-scenario.ts';
import { ANNA, DESK_SETUPS, estateWithDesk, setDesk } from '../support/tickets.ts';

const MINUTE = 60_000;

describe('messages of a desk', () => {
  const { given, when, here, steps } = ticketScenario();
  let reset = () => {};
  afterEach(() => reset());

  async function awaiting(kind: DeskKind) {
    reset = setDesk(kind);
    await given.anEstate(estateWithDesk(kind));
    await given.aPlan({
      policy: { approvals: { start: true, fromTicket: ['start'] }, ticket: { desk: kind } },
    });
    await when.theWaveStarts();
    const wave = await steps.until(({ ticket }) => ticket?.decision === 'pending');
    return { correlationId: wave.ticket?.correlationId ?? '', number: wave.ticket?.number ?? '' };
  }

  it('are refused when they are forged, old, of the future, used for another, or about no ticket', async () => {
    const { correlationId } = await awaiting('webhook');
    const approved = { correlationId, decision: 'approved', person: { login: ANNA.login } };
    const secret = `whsec_${Buffer.from('some other secret of 32 bytes...').toString('base64')}`;
    const now = here().session.clock.now();

    const answers = [
      await steps.tells(approved, { secret }),
      await steps.tells(approved, { at: now - 6 * MINUTE }),
      await steps.tells(approved, { at: now + 6 * MINUTE }),
      await steps.tells('not json'),
      await steps.tells({ decision: 'approved' }),
      await steps.tells({ ...approved, correlationId: 'ama-00000000000000000000000000000000' }),
      await steps.tells({ ...approved, person: undefined }),
      await steps.tells({ ...approved, person: { login: 'Anna' } }),
    ];
    const bare = await here().session.host.fetch(
      new Request('http://127.0.0.1/api/tickets/callback', {
        method: 'POST',
        body: JSON.stringify(approved),
      }),
    );

    expect([...answers.map(({ status, body }) => `${status} ${body['code']}`), bare.status]).toEqual([
      '401 callbackRefused',
      '401 callbackRefused',
      '401 callbackRefused',
      '400 invalidJson',
      '400 invalidRequest',
      '404 ticketNotFound',
      '400 invalidRequest',
      '400 invalidRequest',
      401,
    ]);
    await when.timePasses({ minutes: 30 });
    expect((await steps.look()).phase).toBe('awaitingApproval');
  });

  it('count once, however often they come, and an old one undoes no later one', async () => {
    const { correlationId } = await awaiting('webhook');
    const rejected = { correlationId, decision: 'rejected', person: { login: 'bob@contoso.example' } };
    const approved = { correlationId, decision: 'approved', person: { login: ANNA.login } };
    const at = here().session.clock.now();

    expect(await steps.tells(rejected, { id: 'a', at })).toMatchObject({
      status: 202,
      body: { status: 'taken' },
    });
    const held = await steps.until(({ holds }) => holds.length > 0, 60);
    expect(held.holds).toHaveLength(1);
    const later = here().session.clock.now();
    expect(await steps.tells(approved, { id: 'b', at: later })).toMatchObject({ status: 202 });
    expect(await steps.tells(rejected, { id: 'a', at })).toMatchObject({
      status: 202,
      body: { status: 'known' },
    });
    expect(await steps.tells(approved, { id: 'b', at: later })).toMatchObject({ body: { status: 'known' } });
    expect((await steps.tells(rejected, { id: 'b', at: later })).body).toMatchObject({
      code: 'messageReused',
    });

    await when.theOperatorResumes('settled');
    const approvedWave = await steps.until(({ approvals }) => approvals.length > 0);
    expect(approvedWave.approvals).toHaveLength(1);
    expect(approvedWave.holds).toEqual([]);
    expect(approvedWave.ticket?.decision).toBe('approved');
  });

  it('of a desk that can be read are no word of anybody', async () => {
    const { correlationId, number } = await awaiting('serviceNow');

    const forged = { correlationId, ticket: number, decision: 'approved', person: { login: ANNA.login } };
    expect((await steps.tells(forged)).status).toBe(202);
    await when.timePasses({ minutes: 30 });
    expect((await steps.look()).phase).toBe('awaitingApproval');
    expect((await steps.tells({ correlationId, ticket: 'CHG0000001' })).status).toBe(404);

    steps.desk('serviceNow').answer(number, { does: 'approves', by: ANNA });
    await steps.tells({ correlationId, ticket: number });
    await here().participant.sleep(5000);
    expect((await steps.look()).approvals).toHaveLength(1);
  });
});

describe.each(DESKS)('trouble with %s', (kind) => {
  const { given, when, then, here, steps } = ticketScenario();
  let reset = () => {};
  afterEach(() => reset());
  const host = DESK_SETUPS[kind].entry.host.replaceAll('.', '\\.');

  it('delays a change and opens no second one: lost answers, 429, 500, cut-off answers', async () => {
    reset = setDesk(kind);
    const url = `^https://${host}/`;
    await given.anEstate(
      estateWithDesk(kind, [], {
        faults: [
          { match: { url, method: 'POST' }, effect: { status: 429, retryAfterSeconds: 200 }, count: 1 },
          { match: { url, method: 'POST' }, effect: { reset: 'after' }, count: 3 },
          { match: { url }, effect: { status: 503 }, count: 2 },
          { match: { url }, effect: { truncate: true }, count: 1 },
          { match: { url }, effect: { reset: 'after' }, probability: 0.15 },
        ],
      }),
    );
    await given.aPlan({
      policy: { approvals: { start: true, removal: false }, ticket: { desk: kind } },
    });
    await when.theWaveStarts();
    const seen = await steps.until(({ ticket }) => ticket?.trouble != null);
    expect(seen.phase).toBe('awaitingApproval');
    await steps.until(({ ticket }) => ticket?.decision === 'pending');
    await steps.somebodyApproves(kind);

    const ended = await steps.bothEnd();

    expect(ended).toMatchObject({ phase: 'completed', ticket: { code: 'successful' } });
    expect(steps.desk(kind).items).toHaveLength(1);
    const { files = [], notes = [] } = steps.desk(kind).items[0] ?? {};
    expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
    expect(new Set(notes.map(({ text }) => text)).size).toBe(notes.length);
  });

  it('never stops a wave that needs no word of it', async () => {
    reset = setDesk(kind);
    await given.anEstate(
      estateWithDesk(kind, [], {
        faults: [{ match: { url: `^https://${host}/` }, effect: { status: 500 } }],
      }),
    );
    await given.aPlan({ policy: { approvals: { removal: false }, ticket: { desk: kind } } });
    await when.theWaveStarts();

    await when.theWaveReaches('completed');

    const { ticket } = await steps.until((wave) => wave.ticket?.state === 'closed');
    expect(ticket).toMatchObject({
      ...{ number: null, code: 'cancelled', trouble: { code: 'serviceUnavailable' } },
    });
    // Looks become rare: no desk is asked more than a few times an hour.
    const asked = here()
      .session.estate.requestLog.entries()
      .filter(({ url }) => new RegExp(host).test(url));
    expect(asked.length).toBeLessThan(60);
    expect(then.acceptedChanges('extension.delete')).toBe(3);
  });
});
