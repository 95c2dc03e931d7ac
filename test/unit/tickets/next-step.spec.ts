import { describe, expect, it } from 'vitest';
import { totalsOf } from '../../../shared/model/phase.ts';
import { Policy } from '../../../shared/model/policy.ts';
import type { TicketRecord, TicketSnapshot } from '../../../shared/model/ticket.ts';
import type { Wave } from '../../../shared/model/wave.ts';
import { newTicket } from '../../../shared/tickets/correlation.ts';
import { nextTicketStep } from '../../../shared/tickets/next-step.ts';
import { closeCodeOf } from '../../../shared/tickets/standing.ts';
import { newWave } from '../../../shared/waves/start-wave.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const iso = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString();
const CELLS = [{ cell: 'a/b', kind: 'azureVm', batches: 1, machines: 3, batchSize: 25 }] as const;
const ANNA = { by: 'anna@contoso.example', alsoKnownAs: ['Anna'], at: iso(-1) };
const FILES = ['machines', 'verdicts-gate', 'verdicts', 'evidence'].map((label) => ({
  label,
  name: label,
  sha256: '',
}));

const WAVE: Wave = {
  ...newWave({ id: 'plan-1', waves: [] } as never, 0, {
    ...{ requestedBy: 'olive@contoso.example', startKey: null, createdAt: iso(-3) },
  }),
  machineCount: 3,
};
const RECORD: TicketRecord = {
  ...newTicket(WAVE, 'serviceNow', iso(-3)),
  ticket: { id: '1', number: 'CHG1', url: '' },
  own: ['ama@contoso.example'],
  files: FILES.slice(0, 1),
};
const SNAPSHOT: TicketSnapshot = {
  ...{ state: 'open', deskState: 'Scheduled', decision: 'approved', approvers: [ANNA], refusedBy: null },
  ...{ reason: null, plannedStart: null, plannedEnd: null, files: [], notes: [] },
};

interface Case {
  readonly record?: Partial<TicketRecord>;
  readonly snapshot?: Partial<TicketSnapshot> | null;
  readonly wave?: Partial<Wave>;
  readonly policy?: object;
  readonly phase?: 'progressing' | 'completed' | 'degraded' | 'aborted' | 'awaitingApproval';
  readonly failed?: number;
}

function stepOf({ record, snapshot, wave, policy, phase = 'progressing', failed = 0 }: Case) {
  const totals = { ...totalsOf([]), machines: 3, verified: 3 - failed, failed };
  return nextTicketStep({
    record: { ...RECORD, ...record },
    snapshot: snapshot === null ? undefined : { ...SNAPSHOT, ...snapshot },
    wave: { ...WAVE, ...wave },
    standing: { phase, message: 'so', totals },
    policy: Policy.parse({
      approvals: { start: true, removal: true },
      ticket: { desk: 'serviceNow', ...policy },
    }),
    nowMs: NOW,
    pollMs: 300_000,
  });
}

const BEGUN = {
  step: 'deploy',
  cells: CELLS,
  approvals: [{ gate: 'start', ...ANNA, via: 'ticket' }],
} as const;
const OVER = { ...BEGUN, step: 'finished', finishedAt: iso(0) } as const;
const TOLD = { told: { key: 'deploy', at: iso(-1) } };
const GATE = { gate: 'removal', result: 'pass', at: iso(-1), message: '' } as const;

describe('the next step of a ticket', () => {
  it.each<[string, Case, object]>([
    ['is opened', { record: { ticket: null }, snapshot: null }, { kind: 'open' }],
    ['shows the machines first', { record: { files: [] } }, { kind: 'attach', label: 'machines' }],
    ['then asks for approval', { snapshot: { decision: 'notAsked' } }, { kind: 'submit' }],
    [
      'waits for an answer',
      { snapshot: { decision: 'pending', approvers: [] } },
      { kind: 'wait', until: NOW + 300_000 },
    ],
    ['approves the start', {}, { kind: 'approve', gate: 'start', who: ANNA, startAt: null }],
    [
      'counts no approval before the desk says that it is approved',
      { snapshot: { decision: 'pending' } },
      { kind: 'wait' },
    ],
    [
      'does not let the requester approve, under any name',
      {
        snapshot: { approvers: [{ by: 'o@x.example', alsoKnownAs: ['OLIVE@contoso.example'], at: iso(-1) }] },
      },
      { kind: 'refuse', who: { by: 'o@x.example' } },
    ],
    [
      'says so once',
      {
        record: { refused: ['olive@contoso.example'] },
        snapshot: { approvers: [{ by: 'olive@contoso.example', at: iso(-1) }] },
      },
      { kind: 'wait' },
    ],
    [
      'takes the own account of the app for nobody',
      { snapshot: { approvers: [{ by: 'AMA@contoso.example', at: iso(-1) }] } },
      { kind: 'wait', trouble: expect.stringContaining('names no person') },
    ],
    [
      'says that an approval is too old',
      { wave: { createdAt: iso(-9000) }, snapshot: { approvers: [{ ...ANNA, at: iso(-8000) }] } },
      { kind: 'approve' },
    ],
    [
      'starts when it is planned',
      { snapshot: { plannedStart: iso(5) } },
      { kind: 'approve', startAt: iso(5) },
    ],
    [
      'starts when it was asked for, where that is later',
      { record: { requestedStartAt: iso(7) }, snapshot: { plannedStart: iso(5) } },
      { kind: 'approve', startAt: iso(7) },
    ],
    [
      'leaves planned times alone where the plan says so',
      { policy: { window: 'ignored' }, snapshot: { plannedStart: iso(5) } },
      { kind: 'approve', startAt: null },
    ],
    [
      'is planned anew',
      { wave: { approvals: BEGUN.approvals, startAt: iso(5) }, snapshot: { plannedStart: iso(6) } },
      { kind: 'schedule', startAt: iso(6) },
    ],
    [
      'stops before its planned end',
      { wave: BEGUN, snapshot: { plannedEnd: iso(0.1) } },
      { kind: 'hold', cause: `end ${iso(0.1)}` },
    ],
    [
      'stops for an end once',
      {
        record: { ...TOLD, stoppedFor: [`end ${iso(0.1)}`] },
        wave: BEGUN,
        snapshot: { plannedEnd: iso(0.1), state: 'started' },
      },
      { kind: 'wait' },
    ],
    ['begins', { wave: BEGUN }, { kind: 'start' }],
    ['tells of a stage', { wave: BEGUN, snapshot: { state: 'started' } }, { kind: 'note', key: 'deploy' }],
    [
      'tells of a stage once, whoever told',
      { wave: BEGUN, snapshot: { state: 'started', notes: ['deploy'] } },
      { kind: 'wait' },
    ],
    [
      'tells no more often than every ten minutes',
      {
        record: { told: { key: 'deploy', at: iso(-0.1) } },
        wave: { ...BEGUN, step: 'remove' },
        snapshot: { state: 'started' },
      },
      { kind: 'wait', until: NOW + 240_000 },
    ],
    [
      'shows the verdicts to whoever approves the removal',
      { record: TOLD, wave: { ...BEGUN, step: 'gate', gates: [GATE] }, snapshot: { state: 'started' } },
      { kind: 'attach', label: 'verdicts-gate' },
    ],
    [
      'does not approve the removal unless the plan says so',
      {
        record: { ...TOLD, files: FILES, told: { key: 'gate', at: iso(-1) } },
        wave: { ...BEGUN, step: 'gate', gates: [GATE] },
        snapshot: { state: 'started' },
      },
      { kind: 'wait' },
    ],
    [
      'approves the removal where it does',
      {
        policy: { approves: ['start', 'removal'] },
        wave: { ...BEGUN, step: 'gate', gates: [GATE] },
        snapshot: { state: 'started' },
      },
      { kind: 'approve', gate: 'removal' },
    ],
    [
      'holds a wave that is refused',
      { snapshot: { decision: 'rejected', refusedBy: ANNA, reason: 'audit' } },
      { kind: 'hold', by: ANNA.by, reason: 'Its change CHG1 was refused in the desk: audit' },
    ],
    [
      'aborts it where the plan says so',
      { policy: { onRejection: 'abort' }, snapshot: { decision: 'rejected', refusedBy: ANNA } },
      { kind: 'abort' },
    ],
    [
      'never aborts one that has begun',
      { policy: { onRejection: 'abort' }, wave: BEGUN, snapshot: { decision: 'rejected', refusedBy: ANNA } },
      { kind: 'hold' },
    ],
    [
      'holds a wave whose change is cancelled',
      { wave: BEGUN, snapshot: { state: 'cancelled' } },
      { kind: 'hold' },
    ],
    [
      'writes no more to a change that has ended',
      { record: { stoppedFor: ['ended cancelled'] }, wave: BEGUN, snapshot: { state: 'cancelled' } },
      { kind: 'settle', code: 'cancelled' },
    ],
    [
      'attaches the verdicts at the end',
      { wave: OVER, snapshot: { state: 'started' } },
      { kind: 'attach', label: 'verdicts' },
    ],
    [
      'says the last word',
      { record: { files: FILES }, wave: OVER, snapshot: { state: 'started' } },
      { kind: 'note', key: 'end' },
    ],
    [
      'closes',
      {
        record: { files: FILES },
        wave: OVER,
        phase: 'completed',
        snapshot: { state: 'started', notes: ['end'] },
      },
      { kind: 'close', code: 'successful' },
    ],
    [
      'is done',
      { wave: OVER, phase: 'completed', snapshot: { state: 'closed' } },
      { kind: 'settle', code: 'successful' },
    ],
    [
      'never was',
      { record: { ticket: null }, snapshot: null, wave: { step: 'finished' } },
      { kind: 'settle', code: 'cancelled' },
    ],
    [
      'is looked for where one may have been opened',
      { record: { ticket: null, openingAt: iso(-1) }, snapshot: null, wave: { step: 'finished' } },
      { kind: 'open' },
    ],
  ])('%s', (_, given, expected) => {
    expect(stepOf(given)).toMatchObject(expected);
  });
});

describe('the code of a change', () => {
  const standing = (phase: 'completed' | 'degraded' | 'aborted', failed = 0) => ({
    ...{ phase, message: '' },
    totals: { machines: 3, inFlight: 0, verified: 3 - failed, failed },
  });
  it.each([
    ['completed', OVER, standing('completed'), 'successful'],
    ['completed with failures', OVER, standing('completed', 1), 'successfulWithIssues'],
    ['degraded', OVER, standing('degraded', 2), 'unsuccessful'],
    ['aborted', OVER, standing('aborted'), 'unsuccessful'],
    ['aborted before it began', { ...OVER, cells: [] }, standing('aborted'), 'cancelled'],
    ['partly rolled back', { ...OVER, rollback: {} as never }, standing('completed'), 'successfulWithIssues'],
  ])('of a wave that is %s', (_, wave, how, code) => {
    expect(closeCodeOf({ ...WAVE, ...wave }, how)).toBe(code);
  });
});
