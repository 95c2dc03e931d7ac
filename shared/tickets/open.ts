import type { TicketRecord } from '../model/ticket.ts';
import type { Trouble } from '../model/trouble.ts';
import { entryOf } from './apply-verb.ts';
import type { FoundTicket, TicketDesk } from './desk.ts';
import type { TicketInput } from './next-step.ts';
import type { SyncDependencies } from './sync.ts';
import { draftOf } from './texts.ts';

type Opened =
  | { readonly kind: 'opened' }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'trouble'; readonly trouble: Trouble };

/** A request to open a change is answered, or given up, within this. */
const REQUEST_MS = 60_000;

/**
 * Opens the change of a wave, or finds the one that is there. Whoever sets out writes down that it does, and who
 * finds that somebody did waits until a search must show it: killed between the two, or done twice at once, there is
 * one change.
 */
export async function openTicket(
  { ledger, now, plan }: SyncDependencies,
  desk: TicketDesk,
  { record, wave, policy }: TicketInput,
): Promise<Opened> {
  const { waveId, correlationId } = record;
  const known = await desk.find(correlationId);
  if (!known.ok) return { kind: 'trouble', trouble: known.trouble };
  if (known.value !== undefined) return keep(known.value);

  const shows = record.openingAt === null ? 0 : Date.parse(record.openingAt) + desk.settleMs + REQUEST_MS;
  // A desk that takes the same message for the same change needs no search.
  if (desk.settleMs > 0 && now() < shows) return { kind: 'wait', until: shows };
  if (wave.step === 'finished') {
    await ledger.tickets.update(waveId, (one) => ({ ...one, openingAt: null }));
    return { kind: 'opened' };
  }
  const mine = new Date(now()).toISOString();
  let isMine = false;
  await ledger.tickets.update(waveId, (one) => {
    isMine = one.ticket === null && one.openingAt === record.openingAt;
    return isMine ? { ...one, openingAt: mine } : undefined;
  });
  if (!isMine) return { kind: 'wait', until: now() + REQUEST_MS };
  const opened = await desk.open(draftOf(record, wave, await plan(wave.planId), policy, now()));
  if (opened.ok) return keep(opened.value);
  // Refused means that there is none; after anything else there may be one.
  const { code } = opened.trouble;
  if (code === 'requestRefused' || code === 'notAuthorized' || code === 'notFound' || code === 'throttled')
    await ledger.tickets.update(waveId, (one) =>
      one.openingAt === mine ? { ...one, openingAt: record.openingAt } : undefined,
    );
  return { kind: 'trouble', trouble: opened.trouble };

  async function keep({ ref, own }: FoundTicket): Promise<Opened> {
    await ledger.audit.append('ticket', [
      entryOf(waveId, ref.number, now(), {
        ...{ event: 'effect', by: 'app', message: `its change is ${ref.number}` },
        data: { ticket: ref, desk: desk.kind, correlationId },
      }),
    ]);
    const taken = (one: TicketRecord) => (one.ticket === null ? { ...one, ticket: ref, own } : undefined);
    await ledger.tickets.update(waveId, taken);
    return { kind: 'opened' };
  }
}
