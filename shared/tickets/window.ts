import type { Policy } from '../model/policy.ts';
import type { TicketRecord, TicketSnapshot } from '../model/ticket.ts';
import type { Wave } from '../model/wave.ts';

/**
 * When a wave starts that was asked for some time and whose change is planned for another: the later. null: at once.
 */
export function startOf(
  { record, policy }: { readonly record: TicketRecord; readonly policy: Policy },
  { plannedStart }: TicketSnapshot,
): string | null {
  const { requestedStartAt } = record;
  if (policy.ticket?.window !== 'narrows' || plannedStart === null) return requestedStartAt;
  if (requestedStartAt === null) return plannedStart;
  return Date.parse(plannedStart) > Date.parse(requestedStartAt) ? plannedStart : requestedStartAt;
}

/** From when on a change of a machine would likely end after the planned end; undefined without one. */
export function stopBefore(
  { cells }: Pick<Wave, 'cells'>,
  { expectedSeconds }: Pick<Policy, 'expectedSeconds'>,
  { plannedEnd }: TicketSnapshot,
): number | undefined {
  const endMs = Date.parse(plannedEnd ?? '');
  if (Number.isNaN(endMs)) return undefined;
  const { scaleSet, ...machine } = expectedSeconds;
  const longest = Math.max(
    ...Object.values(machine),
    cells.some(({ kind }) => kind === 'scaleSet') ? scaleSet : 0,
  );
  return endMs - longest * 1000;
}
