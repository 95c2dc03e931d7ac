import type { TicketRecord, TicketRef, TicketSnapshot } from '../model/ticket.ts';
import { ok, type Result } from '../model/trouble.ts';
import { abort, approve, changed, hold } from '../waves/control.ts';
import { applyVerb, entryOf } from './apply-verb.ts';
import type { TicketDesk, TicketNote } from './desk.ts';
import { fileOf } from './evidence.ts';
import type { TicketInput, TicketStep } from './next-step.ts';
import { halvesOf } from './standing.ts';
import type { SyncDependencies } from './sync.ts';
import { closingText, endText, progressText, refusalText } from './texts.ts';

/** What a step left to be written into the ticket's record. */
export interface Acted {
  readonly result: Result<null>;
  /** Whether the wave was changed, so that it should look. */
  readonly wokeWave: boolean;
  change(record: TicketRecord): TicketRecord;
}

const same = (record: TicketRecord) => record;
type DeskStep = Exclude<TicketStep, { kind: 'open' | 'settle' | 'wait' }>;

/** Does one step for a ticket that is there. */
export async function act(
  dependencies: SyncDependencies,
  desk: TicketDesk,
  input: TicketInput,
  step: DeskStep,
): Promise<Acted> {
  const { record } = input;
  const ref = record.ticket as TicketRef;
  const snapshot = input.snapshot as TicketSnapshot;
  switch (step.kind) {
    case 'attach':
      return attach(dependencies, desk, input, step);
    case 'submit':
      return sent('submit', await desk.submit(ref, snapshot, record));
    case 'start':
      return sent('start', await desk.start(ref, snapshot, record));
    case 'note':
      return note(dependencies, desk, input, {
        key: step.key,
        doc: step.isEnd ? endText(input.standing, record) : progressText(input.standing),
        halves: halvesOf(input.wave),
      });
    case 'close':
      return sent(
        'close',
        await desk.close(
          ref,
          { code: step.code, doc: closingText(step.code, input.standing) },
          snapshot,
          record,
        ),
      );
    case 'refuse':
      return refuse(dependencies, desk, input, step);
    case 'approve':
    case 'schedule':
      return { ...(await steer(dependencies, input, step)), change: same };
    case 'hold':
    case 'abort': {
      const done = await steer(dependencies, input, step);
      return { ...done, change: (one) => ({ ...one, stoppedFor: [...one.stoppedFor, step.cause] }) };
    }
  }
}

function sent(key: string, result: Result<null>): Acted {
  return { result, wokeWave: false, change: (record) => withSent(record, key) };
}

function withSent(record: TicketRecord, key: string): TicketRecord {
  return record.sent.includes(key) ? record : { ...record, sent: [...record.sent, key] };
}

async function attach(
  { ledger }: SyncDependencies,
  desk: TicketDesk,
  { record, wave, standing, snapshot }: TicketInput,
  { label }: Extract<TicketStep, { kind: 'attach' }>,
): Promise<Acted> {
  const file = await fileOf(label, ledger, wave, standing);
  // A look before this one may have brought it there and died over it.
  const result = snapshot?.files.includes(file.name)
    ? ok(null)
    : await desk.attach(record.ticket as TicketRef, file, record);
  const { name, sha256 } = file;
  const change = (one: TicketRecord) => ({ ...one, files: [...one.files, { label, name, sha256 }] });
  return { result, wokeWave: false, change };
}

async function note(
  { now }: SyncDependencies,
  desk: TicketDesk,
  { record, snapshot }: TicketInput,
  text: TicketNote,
): Promise<Acted> {
  const result = await desk.note(record.ticket as TicketRef, text, snapshot as TicketSnapshot, record);
  const told = { key: text.key, at: new Date(now()).toISOString() };
  return { result, wokeWave: false, change: (one) => ({ ...withSent(one, `note-${text.key}`), told }) };
}

/** Says in the ticket and in the trail that somebody's approval does not count, once. */
async function refuse(
  dependencies: SyncDependencies,
  desk: TicketDesk,
  input: TicketInput,
  { who }: Extract<TicketStep, { kind: 'refuse' }>,
): Promise<Acted> {
  const { record, wave } = input;
  const key = `refused-${record.refused.length}`;
  const isThere = input.snapshot?.notes.includes(key);
  const told = isThere
    ? { result: ok(null) }
    : await note(dependencies, desk, input, { key, doc: refusalText(who.by), halves: halvesOf(wave) });
  if (told.result.ok)
    await dependencies.ledger.audit.append('ticket', [
      entryOf(wave.id, record.ticket?.number ?? '', dependencies.now(), {
        ...{ event: 'problem', by: who.by },
        message: 'approved the change of a wave of their own; that does not count',
      }),
    ]);
  const change = (one: TicketRecord) => ({
    ...withSent(one, `note-${key}`),
    refused: [...one.refused, who.by],
  });
  return { result: told.result, wokeWave: false, change };
}

/** Changes the wave as the ticket says. */
async function steer(
  dependencies: SyncDependencies,
  { record, wave, policy, nowMs }: TicketInput,
  step: Extract<TicketStep, { kind: 'approve' | 'schedule' | 'hold' | 'abort' }>,
): Promise<Pick<Acted, 'result' | 'wokeWave'>> {
  const ticket = record.ticket as TicketRef;
  const at = new Date(nowMs).toISOString();
  const verb = () => {
    if (step.kind === 'approve') {
      const { gate, who, startAt } = step;
      return {
        by: who.by,
        message: `approved the ${gate} gate in ${ticket.number}`,
        change: (current: typeof wave) => {
          const result = approve(current, policy, gate, { ...who, via: 'ticket' });
          const isEarly = gate === 'start' && result.ok && result.changed;
          return isEarly ? changed({ ...result.wave, startAt }) : result;
        },
      };
    }
    if (step.kind === 'schedule') {
      const { startAt } = step;
      return {
        by: 'the ticket desk',
        message: `starts ${startAt === null ? 'at once' : `at ${startAt}`}, as ${ticket.number} is planned`,
        change: (current: typeof wave) => changed({ ...current, startAt }),
      };
    }
    const { reason, by, kind } = step;
    return {
      by,
      message: `${kind === 'hold' ? 'held' : 'aborted'}: ${reason}`,
      change: (current: typeof wave) => (kind === 'hold' ? hold : abort)(current, reason, { by, at }),
    };
  };
  const wokeWave = await applyVerb(dependencies, wave.id, ticket, verb());
  return { result: ok(null), wokeWave };
}
