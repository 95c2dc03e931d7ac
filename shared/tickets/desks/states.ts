import type { CloseCode } from '../../model/ticket.ts';
import type { DeskStates } from '../../model/ticket-policy.ts';

/** Where a change goes at the end. */
export function endState(states: DeskStates, code: CloseCode): string | undefined {
  if (code === 'successful') return states.successful;
  if (code === 'successfulWithIssues') return states.issues ?? states.successful;
  return code === 'unsuccessful' ? states.unsuccessful : states.cancelled;
}

export function isState(name: string, wanted: string | undefined): boolean {
  return wanted !== undefined && name.trim().toLowerCase() === wanted.trim().toLowerCase();
}
