import { type Desk, type DeskItem, dueAnswers } from './desk.ts';
import { instant } from './service-now-table.ts';

/** Moves of a normal change that a person or an integration makes; the rest comes with approvals. */
const MOVES: Readonly<Record<string, readonly string[]>> = {
  '-5': ['-4', '4'],
  '-4': ['4'],
  '-3': ['4'],
  '-2': ['-1', '4'],
  '-1': ['0', '4'],
  '0': ['3', '4'],
  '3': [],
  '4': [],
};

/** The rule that stops an update of a change; undefined: none. */
export function changeFault(
  item: DeskItem,
  fields: Readonly<Record<string, unknown>>,
  tasks: readonly Record<string, unknown>[],
): string | undefined {
  if (item.state === '3' || item.state === '4') return 'Prevent update of closed change';
  const { state } = fields;
  if (state === undefined || String(state) === item.state) return undefined;
  const to = String(state);
  const has = (name: string) => Boolean(fields[name] ?? item.fields.get(name));
  if (!(MOVES[item.state] ?? []).includes(to)) return 'Change Model: Check State Transition';
  if (to === '-4' && !has('assignment_group')) return 'Assignment group is mandatory';
  if (to === '0' && tasks.some((task) => Number(task['state']) < 3)) return 'Open change tasks';
  if (to === '3' && !(has('close_code') && has('close_notes')))
    return 'Close code and close notes are mandatory';
  return undefined;
}

/** The same for a task. */
export function taskFault(
  task: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, unknown>>,
): string | undefined {
  const state = Number(task['state']);
  if (state >= 3) return 'Prevent update of closed task';
  const to = Number(fields['state'] ?? state);
  const isNoted = Boolean(fields['close_code']) && Boolean(fields['close_notes']);
  return to >= 3 && !isNoted ? 'Close code and close notes are mandatory' : undefined;
}

/** What approvers did by now: all must approve, one refuses for all, and a refused change is new again. */
export function settleChange(desk: Desk, item: DeskItem, now: number): void {
  for (const { at, answer } of dueAnswers(desk, item, now)) {
    if (item.state === '3' || item.state === '4') continue;
    item.words.push({ at, answer });
    const move = (to: string) => {
      item.moves.push({ at, from: item.state, to, by: answer.by });
      item.state = to;
    };
    if (answer.plannedStart !== undefined)
      item.fields.set('start_date', instant(at + answer.plannedStart * 1000));
    if (answer.plannedEnd !== undefined) item.fields.set('end_date', instant(at + answer.plannedEnd * 1000));
    if (answer.does === 'cancels') {
      move('4');
      continue;
    }
    if (answer.does === 'rejects') {
      item.fields.set('approval', 'rejected');
      move('-5');
      continue;
    }
    const asked = (desk.entry.answers ?? []).filter(({ does }) => does === 'approves').length;
    const given = item.words.filter((word) => word.answer.does === 'approves').length;
    if (given < asked) continue;
    item.fields.set('approval', 'approved');
    if (item.state === '-4') {
      move('-3');
      move('-2');
    }
  }
}
