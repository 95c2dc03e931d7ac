import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DESKS, type DeskKind } from '../../shared/model/ticket-policy.ts';
import { ticketScenario } from '../support/ticket-scenario.ts';
import { ANNA, estateWithDesk, OLIVE, setDesk } from '../support/tickets.ts';

/** What the state of a change is called at its end. */
const ENDS: Readonly<Record<DeskKind, string>> = {
  serviceNow: '3',
  jira: 'Completed',
  azureDevOps: 'Done',
  webhook: 'closed successful',
};
const BOTH = { approves: ['start', 'removal'] };

describe.each(DESKS)('a wave with a change at %s', (kind) => {
  const { given, when, then, here, steps } = ticketScenario();
  let reset = () => {};
  afterEach(() => reset());

  async function aWave(policy: Record<string, unknown> = {}, others: Readonly<Record<string, string>> = {}) {
    reset = setDesk(kind, others);
    await given.anEstate(estateWithDesk(kind));
    const { ticket, approvals, ...rest } = policy as { ticket?: object; approvals?: object };
    await given.aPlan({
      policy: {
        ...rest,
        approvals: { start: true, removal: true, fromTicket: ['start'], ...approvals },
        ticket: { desk: kind, ...ticket },
      },
    });
    await when.theWaveStarts();
    return steps.until(({ ticket: change }) => change?.decision === 'pending');
  }

  it('goes from the approval of its change to a closed change', async () => {
    const opened = await aWave({ ticket: BOTH });
    expect(opened.phase).toBe('awaitingApproval');
    expect(opened.message).toContain('in its ticket');
    expect(opened.ticket).toMatchObject({ state: 'open', number: expect.any(String), trouble: null });
    expect(then.acceptedChanges('extension.write')).toBe(0);

    await steps.somebodyApproves(kind);
    const ended = await steps.bothEnd();

    expect(ended).toMatchObject({ phase: 'completed', ticket: { code: 'successful', trouble: null } });
    expect(ended.approvals).toEqual([
      expect.objectContaining({ gate: 'start', by: ANNA.login, via: 'ticket' }),
      expect.objectContaining({ gate: 'removal', by: ANNA.login, via: 'ticket' }),
    ]);
    const { items } = steps.desk(kind);
    expect(items).toHaveLength(1);
    const [change] = items;
    expect(change?.state).toBe(ENDS[kind]);
    // Evidence, each file once, and its hash as the wave and the last note tell it.
    const names = change?.files.map(({ name }) => name.replace(/-[0-9a-f]{12}\.\w+$/, '')) ?? [];
    expect(names).toEqual(expect.arrayContaining(['ama-machines', 'ama-verdicts', 'ama-evidence']));
    expect(new Set(names).size).toBe(names.length);
    for (const { name, sha256 } of ended.ticket?.files ?? []) {
      const text = change?.files.find((one) => one.name === name)?.text ?? '';
      expect(createHash('sha256').update(text).digest('hex'), name).toBe(sha256);
      expect(change?.notes.at(-1)?.text).toContain(sha256);
    }
    const notes = change?.notes.map(({ text }) => text) ?? [];
    expect(new Set(notes).size).toBe(notes.length);
    expect(change?.notes.length).toBeLessThan(12);
  });

  it('does not count the approval of whoever asked for it, says so, and waits for another', async () => {
    reset = setDesk(kind);
    await given.anEstate(estateWithDesk(kind));
    await given.aPlan({
      policy: { approvals: { start: true, fromTicket: ['start'] }, ticket: { desk: kind } },
    });
    const { api, planId } = here();
    const { body } = await api.post('/waves', z.object({ id: z.string() }), {
      ...{ planId, wave: 0, by: OLIVE.login },
    });
    here().waveId = body.id;
    await steps.until(({ ticket }) => ticket?.decision === 'pending');

    await steps.somebodyApproves(kind, { login: OLIVE.login.toUpperCase(), name: 'Olive O.' });
    const refused = await steps.until(({ ticket }) => (ticket?.notCounted.length ?? 0) > 0);

    expect(refused.phase).toBe('awaitingApproval');
    expect(refused.approvals).toEqual([]);
    await when.timePasses({ minutes: 60 });
    expect((await steps.look()).phase).toBe('awaitingApproval');
    expect(then.acceptedChanges('extension.write')).toBe(0);
    const told = steps.desk(kind).items[0]?.notes.filter(({ text }) => text.includes('does not count'));
    expect(told).toHaveLength(1);

    await steps.somebodyApproves(kind, ANNA);
    const approved = await steps.until(({ approvals }) => approvals.length > 0);
    expect(approved.approvals[0]?.by).toBe(ANNA.login);
  });

  it('takes no word of the API where its ticket alone approves', async () => {
    await aWave();
    const { session, waveId } = here();
    const init = {
      method: 'POST',
      body: JSON.stringify({ by: 'anna approver' }),
      headers: { 'x-functions-key': session.host.key, 'content-type': 'application/json' },
    };
    const answer = await session.host.fetch(
      new Request(`http://127.0.0.1/api/waves/${waveId}/approve`, init),
    );
    expect([answer.status, await answer.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'ticketApproves' }),
    ]);
  });

  it('holds when its change is refused, or withdrawn while it runs, and a person goes on', async () => {
    await aWave({ soakSeconds: 7200 });
    await steps.somebodyApproves(kind);
    await steps.until(({ phase }) => phase === 'progressing');

    const { ticket } = await steps.look();
    if (kind === 'webhook')
      await steps.tells({ correlationId: ticket?.correlationId, decision: 'cancelled', reason: 'audit' });
    else steps.desk(kind).answer(ticket?.number ?? '', { does: 'cancels', by: ANNA });
    const held = await steps.until(({ phase }) => phase === 'held');

    expect(held.holds.map(({ reason }) => reason).join()).toContain(
      `${ticket?.number} was ended in the desk`,
    );
    const ended = await steps.until((wave) => wave.ticket?.state === 'closed');
    expect(ended.ticket?.code).toBe('cancelled');
    await when.theOperatorResumes('agreed by phone');
    await when.theWaveReaches('awaitingApproval');
    await when.someoneApproves();
    await when.theWaveReaches('completed');
  });

  it('aborts before it begins when the plan says so and the change is refused', async () => {
    const { ticket } = await aWave({ ticket: { onRejection: 'abort' } });
    if (kind === 'webhook') {
      const person = { login: ANNA.login };
      await steps.tells({ correlationId: ticket?.correlationId, decision: 'rejected', person });
    } else steps.desk(kind).answer(ticket?.number ?? '', { does: 'rejects', by: ANNA });

    const ended = await steps.until(
      ({ phase, ticket: one }) => phase === 'aborted' && one?.state === 'closed',
    );

    expect(ended.ticket?.code).toBe('cancelled');
    expect(then.requests('extension.write')).toBe(0);
  });

  it('starts no sooner than its change is planned, and stops before its planned end', async () => {
    const { ticket } = await aWave({ soakSeconds: 86_400 });
    const now = here().session.clock.now();
    const hours = (n: number) => new Date(now + n * 3_600_000).toISOString();
    if (kind === 'webhook')
      await steps.tells({
        ...{ correlationId: ticket?.correlationId, decision: 'approved', person: { login: ANNA.login } },
        ...{ plannedStart: hours(5), plannedEnd: hours(8) },
      });
    else
      steps.desk(kind).answer(ticket?.number ?? '', {
        does: 'approves',
        by: ANNA,
        plannedStart: 5 * 3600,
        plannedEnd: 8 * 3600,
      });

    const planned = await steps.until(({ approvals }) => approvals.length > 0);
    expect(Date.parse(String(planned.startAt))).toBeCloseTo(now + 5 * 3_600_000, -4);
    const begun = await steps.until(({ phase }) => phase === 'progressing');
    expect(begun).toBeDefined();
    expect(here().session.clock.now()).toBeGreaterThanOrEqual(now + 5 * 3_600_000 - 1000);

    const held = await steps.until(({ phase }) => phase === 'held');
    expect(here().session.clock.now()).toBeLessThan(now + 8 * 3_600_000);
    expect(held.holds[0]?.reason).toContain('is planned to end at');
  });
});
