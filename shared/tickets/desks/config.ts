import type { DeskStates } from '../../model/ticket-policy.ts';
import type { TicketDraft } from '../desk.ts';
import type { Doc } from '../document.ts';
import type { DeskCall } from './call.ts';

/** What a desk's client is made of. */
export interface DeskConfig {
  readonly call: DeskCall;
  readonly url: string;
  readonly project: string;
  /** `-`: what the desk usually calls it. */
  readonly type: string;
  /** The app's account, where it is known by a name. */
  readonly user: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly states: DeskStates;
  /** Fields of planned start and end; empty: the usual ones. */
  readonly windowFields: readonly string[];
}

export function typeOf({ type }: Pick<DeskConfig, 'type'>, usual: string): string {
  return type === '-' ? usual : type;
}

/** All of a change as one text, for desks that have one field for it. */
export function sectionsOf({ description, plan, risk, rollback, test }: TicketDraft): Doc {
  return [
    ...[...description, { heading: 'Plan' }, ...plan],
    ...[{ heading: 'Risk' }, ...risk, { heading: 'Rollback' }, ...rollback],
    ...[{ heading: 'Test' }, ...test],
  ];
}
