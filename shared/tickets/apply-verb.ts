import type { Ledger } from '../ledger/ledger.ts';
import { differences } from '../model/differences.ts';
import type { TicketRef } from '../model/ticket.ts';
import type { AuditEntry, Wave } from '../model/wave.ts';
import type { ControlResult } from '../waves/control.ts';

export interface TicketVerb {
  readonly by: string;
  readonly message: string;
  change(wave: Wave): ControlResult;
}

/** Does to a wave what somebody said in its ticket: the trail first, as with every verb, with the desk as its origin. */
export async function applyVerb(
  { ledger, now }: { readonly ledger: Ledger; now(): number },
  waveId: string,
  ticket: Pick<TicketRef, 'number'>,
  { by, message, change }: TicketVerb,
): Promise<boolean> {
  const before = (await ledger.waves.get(waveId))?.wave;
  if (before === undefined) return false;
  const expected = change(before);
  if (!expected.ok || !expected.changed) return false;
  await ledger.audit.append('ticket', [
    entryOf(waveId, ticket.number, now(), {
      ...{ event: 'control', by, message },
      ...differences(before, expected.wave),
    }),
  ]);
  let isChanged = false;
  await ledger.waves.update(waveId, (wave) => {
    const result = change(wave);
    isChanged = result.ok && result.changed;
    return result.ok && result.changed ? result.wave : undefined;
  });
  return isChanged;
}

/** An entry of the trail that comes from a ticket desk. */
export function entryOf(
  waveId: string,
  number: string,
  nowMs: number,
  entry: Pick<AuditEntry, 'event' | 'by' | 'message' | 'before' | 'after' | 'data'>,
): AuditEntry {
  return {
    ...{ at: new Date(nowMs).toISOString(), waveId, machineId: null, stage: null },
    ...entry,
    origin: { signedInBy: 'desk', correlationId: number, channel: 'ticket' },
  };
}
