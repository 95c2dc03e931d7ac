import type { Ledger } from '../ledger/ledger.ts';
import { type Plan, policyOfWave } from '../model/plan.ts';
import type { TicketRecord, TicketSnapshot, TicketTrouble } from '../model/ticket.ts';
import type { DeskKind } from '../model/ticket-policy.ts';
import type { Trouble } from '../model/trouble.ts';
import type { Wave } from '../model/wave.ts';
import { act } from './act.ts';
import { entryOf } from './apply-verb.ts';
import type { TicketDesk } from './desk.ts';
import { nextTicketStep, type TicketInput } from './next-step.ts';
import { openTicket } from './open.ts';
import { standingOf } from './standing.ts';

export interface SyncDependencies {
  readonly ledger: Ledger;
  readonly pollSeconds: number;
  now(): number;
  plan(planId: string): Promise<Plan>;
  /** The desk that the settings name; its secrets are read when they are needed and forgotten with it. */
  openDesk(): TicketDesk | undefined;
}

export type Synced =
  | { readonly kind: 'finished'; readonly wokeWave: boolean }
  | { readonly kind: 'wait'; readonly until: string; readonly wokeWave: boolean };

/** Steps of one look at most: a ticket's whole opening, or its whole end. */
const MAX_STEPS = 12;
const BACKOFF_MS = [60_000, 120_000, 300_000, 900_000];

/** Brings a wave and its ticket together as far as it goes now: observe, decide, act, record. Safe to repeat. */
export async function syncTicket(
  dependencies: SyncDependencies,
  waveId: string,
  problem: string | null,
): Promise<Synced> {
  const { ledger, now } = dependencies;
  const desk = dependencies.openDesk();
  let wokeWave = false;
  let done = '';
  const wait = async (ms: number, record: Partial<TicketRecord> = {}): Promise<Synced> => {
    const until = new Date(Math.max(ms, now() + 1000)).toISOString();
    await ledger.tickets.update(waveId, (one) => ({ ...one, ...record, nextAt: until }));
    return { kind: 'wait', until, wokeWave };
  };
  const stuck = async (
    record: TicketRecord,
    trouble: Pick<TicketTrouble, 'code' | 'message'> & Pick<Trouble, 'retryAfterMs'>,
  ) => {
    const noted = await noteTrouble(dependencies, record, trouble);
    const pause = BACKOFF_MS[Math.min(noted.count, BACKOFF_MS.length) - 1] ?? 60_000;
    return wait(now() + Math.max(pause, trouble.retryAfterMs ?? 0), { trouble: noted });
  };

  for (let round = 0; round < MAX_STEPS; round += 1) {
    const record = await ledger.tickets.get(waveId);
    if (record === undefined || record.closed !== null) return { kind: 'finished', wokeWave };
    const found = (await ledger.waves.get(waveId))?.wave;
    if (found === undefined) return { kind: 'finished', wokeWave };
    if (problem !== null && round === 0) return stuck(record, { code: 'unexpected', message: problem });
    if (desk === undefined || desk.kind !== record.desk)
      return stuck(record, { code: 'requestRefused', message: otherDesk(record.desk) });
    const read = record.ticket === null ? undefined : await desk.read(record.ticket, record);
    if (read?.ok === false) return stuck(record, read.trouble);
    const input = await inputOf(dependencies, record, read?.value, found);
    const step = nextTicketStep(input);
    if (read !== undefined) await observe(ledger, record, read.value);
    if (step.kind === 'wait') {
      if (step.trouble !== undefined) return stuck(record, { code: 'nobodyNamed', message: step.trouble });
      return wait(step.until, { trouble: null });
    }
    if (step.kind === 'settle') {
      await settle(dependencies, record, step.code);
      return { kind: 'finished', wokeWave };
    }
    if (step.kind === 'open') {
      const opened = await openTicket(dependencies, desk, input);
      if (opened.kind === 'trouble') return stuck(record, opened.trouble);
      if (opened.kind === 'wait') return wait(opened.until);
      continue;
    }
    const key = JSON.stringify([step, read?.value.deskState]);
    // What was done must show, or it would be done again and again.
    if (key === done)
      return stuck(record, {
        code: 'unexpectedState',
        message: `${step.kind} was accepted and is not to be seen`,
      });
    done = key;
    const acted = await act(dependencies, desk, input, step);
    wokeWave ||= acted.wokeWave;
    if (!acted.result.ok) return stuck(record, acted.result.trouble);
    await ledger.tickets.update(waveId, (one) => ({ ...acted.change(one), trouble: null }));
  }
  return wait(now() + 1000);
}

function otherDesk(desk: DeskKind): string {
  return `the ticket is at ${desk}, and AMA_TICKET_DESK names another desk or none`;
}

async function inputOf(
  { ledger, plan, now, pollSeconds }: SyncDependencies,
  record: TicketRecord,
  snapshot: TicketSnapshot | undefined,
  wave: Wave,
): Promise<TicketInput> {
  const policy = policyOfWave(await plan(wave.planId), wave.index);
  const summaries = await ledger.waves.summaries(wave.id);
  const nowMs = now();
  const standing = standingOf(wave, policy, summaries, nowMs);
  return { record, snapshot, wave, standing, policy, nowMs, pollMs: pollSeconds * 1000 };
}

/** Keeps what the desk shows, for those who look at the wave. */
async function observe(ledger: Ledger, record: TicketRecord, snapshot: TicketSnapshot): Promise<void> {
  const { deskState, decision, plannedStart, plannedEnd } = snapshot;
  const isSame =
    record.deskState === deskState &&
    record.decision === decision &&
    record.plannedStart === plannedStart &&
    record.plannedEnd === plannedEnd;
  if (isSame) return;
  await ledger.tickets.update(record.waveId, (one) => ({
    ...one,
    deskState,
    decision,
    plannedStart,
    plannedEnd,
  }));
}

/** The trail first: it says how the change ended. */
async function settle(
  { ledger, now }: SyncDependencies,
  record: TicketRecord,
  code: NonNullable<TicketRecord['closed']>['code'],
): Promise<void> {
  const { ticket, waveId } = record;
  if (ticket !== null)
    await ledger.audit.append('ticket', [
      entryOf(waveId, ticket.number, now(), {
        ...{ event: 'effect', by: 'app', message: `change ${ticket.number} has ended: ${code}` },
        data: { ticket, code, files: record.files },
      }),
    ]);
  const at = new Date(now()).toISOString();
  await ledger.tickets.update(waveId, (one) =>
    // Why there never was a change is still to be read.
    one.closed === null
      ? { ...one, closed: { at, code }, nextAt: null, trouble: one.ticket === null ? one.trouble : null }
      : undefined,
  );
}

/** Trouble is told in the trail when it begins, and stays in the record while it lasts. */
async function noteTrouble(
  { ledger, now }: SyncDependencies,
  { waveId, trouble: known, ticket }: TicketRecord,
  { code, message }: Pick<TicketTrouble, 'code' | 'message'>,
): Promise<TicketTrouble> {
  const at = new Date(now()).toISOString();
  if (known?.code === code) return { ...known, message, at, count: known.count + 1 };
  await ledger.audit.append('ticket', [
    entryOf(waveId, ticket?.number ?? '', now(), {
      ...{ event: 'problem', by: 'app', message: `the ticket desk: ${message}` },
    }),
  ]);
  return { code, message, since: known?.since ?? at, at, count: 1 };
}
