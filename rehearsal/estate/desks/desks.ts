import type { DeskAnswer, DeskEntry } from '../file/desks.ts';
import type { Reply } from '../wire.ts';
import { azureDevOps } from './azure-devops.ts';
import { type Desk, type DeskHandler, type DeskItem, type DeskRequest, newDesk } from './desk.ts';
import { jira } from './jira.ts';
import { serviceNow } from './service-now.ts';
import { webhook } from './webhook.ts';

const HANDLERS: Readonly<Record<DeskEntry['kind'], DeskHandler>> = { serviceNow, jira, azureDevOps, webhook };

/** Desks by their hosts. */
export function loadDesks(entries: readonly DeskEntry[] | undefined, seed: number): Map<string, Desk> {
  return new Map((entries ?? []).map((entry) => [entry.host, newDesk(entry, seed)]));
}

export function answerDesk(desk: Desk, request: DeskRequest): Reply {
  return HANDLERS[desk.entry.kind](desk, request);
}

/** A desk as tests and demonstrations see it. */
export interface DeskView {
  readonly items: readonly DeskItem[];
  readonly tasks: readonly Readonly<Record<string, unknown>>[];
  /** Somebody at the desk does something to a change, by default now. */
  answer(number: string, answer: Omit<DeskAnswer, 'afterSeconds'>, at?: number): void;
}

export function viewDesk(desk: Desk, now: () => number): DeskView {
  return {
    items: desk.items,
    get tasks() {
      return desk.rows.get('change_task') ?? [];
    },
    answer(number, answer, at = now()) {
      desk.extra.push({ number, at, answer: { ...answer, afterSeconds: 0 }, given: false });
    },
  };
}
