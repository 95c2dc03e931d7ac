import { timingSafeEqual } from 'node:crypto';
import type { DeskAnswer, DeskEntry } from '../file/desks.ts';
import type { Identity } from '../identity.ts';
import type { Reply } from '../wire.ts';

/** A change at a simulated desk. Each desk keeps its own words in `fields`. */
export interface DeskItem {
  readonly id: string;
  readonly number: string;
  readonly createdAt: number;
  readonly fields: Map<string, unknown>;
  state: string;
  /** When approval was asked for; undefined before. */
  submittedAt: number | undefined;
  /** Answers that were given already, by their place. */
  readonly given: Set<number>;
  readonly files: { readonly name: string; readonly contentType: string; readonly text: string }[];
  /** Texts that were added, the oldest first. */
  readonly notes: { readonly at: number; readonly text: string; readonly body: unknown }[];
  /** Moves from state to state. */
  readonly moves: { readonly at: number; readonly from: string; readonly to: string; readonly by: Person }[];
  readonly words: { readonly at: number; readonly answer: DeskAnswer }[];
  rev: number;
}

export interface Person {
  readonly login: string;
  readonly name: string;
}

export interface Desk {
  readonly entry: DeskEntry;
  readonly items: DeskItem[];
  /** Answers that tests give beside those of the file. */
  readonly extra: {
    readonly number: string;
    readonly at: number;
    readonly answer: DeskAnswer;
    given: boolean;
  }[];
  /** Tokens that were issued, and the messages a webhook desk knows. */
  readonly tokens: Set<string>;
  readonly messages: Map<string, unknown>;
  /** Whatever else a desk keeps: tasks, uploads. */
  readonly rows: Map<string, Record<string, unknown>[]>;
  readonly seed: number;
  counter: number;
  window: { from: number; used: number };
}

export interface DeskRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly now: number;
  readonly identity: Identity;
}

export type DeskHandler = (desk: Desk, request: DeskRequest) => Reply;

export function newDesk(entry: DeskEntry, seed: number): Desk {
  return {
    ...{ entry, seed, items: [], extra: [], tokens: new Set(), messages: new Map(), rows: new Map() },
    counter: 0,
    window: { from: 0, used: 0 },
  };
}

export function newItem(
  desk: Desk,
  item: Pick<DeskItem, 'id' | 'number' | 'createdAt' | 'state'> & { fields: Iterable<[string, unknown]> },
): DeskItem {
  const made: DeskItem = {
    ...item,
    fields: new Map(item.fields),
    submittedAt: undefined,
    ...{ given: new Set<number>(), files: [], notes: [], moves: [], words: [], rev: 1 },
  };
  desk.items.push(made);
  return made;
}

/** What is due by now of what people at the desk do, in the order of its time. */
export function dueAnswers(desk: Desk, item: DeskItem, now: number): { at: number; answer: DeskAnswer }[] {
  const due: { at: number; answer: DeskAnswer }[] = [];
  const { submittedAt } = item;
  desk.entry.answers?.forEach((answer, i) => {
    const at = (submittedAt ?? Number.POSITIVE_INFINITY) + answer.afterSeconds * 1000;
    if (at > now || item.given.has(i)) return;
    item.given.add(i);
    due.push({ at, answer });
  });
  for (const one of desk.extra) {
    if (one.number !== item.number || one.given || one.at > now) continue;
    one.given = true;
    due.push({ at: one.at, answer: one.answer });
  }
  return due.sort((a, b) => a.at - b.at);
}

/** Whether a request carries the user and password of the file. */
export function isBasic({ entry }: Desk, authorization: string | undefined): boolean {
  const expected = Buffer.from(`${entry.user ?? ''}:${entry.password ?? ''}`).toString('base64');
  return isSame(authorization ?? '', `Basic ${expected}`);
}

export function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const HOUR_MS = 3_600_000;

/** Requests of a fixed hour; undefined when one more is allowed, else the seconds until the next hour. */
export function overLimit(desk: Desk, now: number): number | undefined {
  const { window, entry } = desk;
  if (now - window.from >= HOUR_MS) desk.window = { from: now - (now % HOUR_MS), used: 0 };
  if (desk.window.used >= (entry.requestsPerHour ?? 3600))
    return Math.max(1, Math.ceil((desk.window.from + HOUR_MS - now) / 1000));
  desk.window.used += 1;
  return undefined;
}
