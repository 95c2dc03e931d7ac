import { guid } from '../random.ts';
import type { Reply } from '../wire.ts';
import type { Desk, DeskItem } from './desk.ts';

/** A record: texts, or values with what a person is shown. */
export type Row = Record<string, unknown>;

const STATES: Readonly<Record<string, string>> = {
  '-5': 'New',
  '-4': 'Assess',
  '-3': 'Authorize',
  '-2': 'Scheduled',
  '-1': 'Implement',
  '0': 'Review',
  '3': 'Closed',
  '4': 'Canceled',
};

/** Instants are UTC in the database. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

export function rowsOf(desk: Desk, table: string): Row[] {
  if (table === 'change_task') return desk.rows.get('change_task') ?? [];
  if (table === 'change_request') return desk.items.map(changeRow);
  return desk.items.flatMap((item) => approvals(desk, item));
}

function changeRow(item: DeskItem): Row {
  const journal = item.notes
    .toReversed()
    .map(({ at, text }) => `${instant(at)} - Integration (Work notes)\n${text}\n`)
    .join('\n');
  return {
    ...Object.fromEntries(item.fields),
    ...{ sys_id: item.id, number: item.number, sys_created_on: instant(item.createdAt) },
    state: { value: item.state, display_value: STATES[item.state] ?? item.state },
    // A journal has no value of its own: its entries are shown.
    work_notes: { value: '', display_value: journal },
  };
}

/** One row for each approver that was asked. */
function approvals(desk: Desk, item: DeskItem): Row[] {
  if (item.submittedAt === undefined) return [];
  const asked = (desk.entry.answers ?? []).filter(({ does }) => does !== 'cancels');
  const others = item.words
    .map(({ answer }) => answer)
    .filter((one) => one.does !== 'cancels' && !asked.includes(one));
  return [...asked, ...others].map((answer) => {
    const word = item.words.find((one) => one.answer === answer);
    return {
      sys_id: guid(desk.seed, 'approval', item.id, answer.by.login).replaceAll('-', ''),
      sysapproval: item.id,
      state: word === undefined ? 'requested' : answer.does === 'approves' ? 'approved' : 'rejected',
      'approver.user_name': answer.by.login.split('@')[0] ?? '',
      'approver.email': answer.hidesEmail ? '' : answer.by.login,
      'approver.name': answer.by.name,
      sys_updated_on: instant(word?.at ?? item.submittedAt ?? item.createdAt),
      comments: '',
    };
  });
}

export function field(value: unknown): { value: string; display_value: string } {
  if (typeof value === 'object' && value !== null) return value as { value: string; display_value: string };
  const text = String(value ?? '');
  return { value: text, display_value: text };
}

/** One record by its id, or those that an encoded query finds. A field that no record has is left out of the query. */
export function answerRows(rows: readonly Row[], id: string | undefined, query: URLSearchParams): Reply {
  if (id !== undefined) {
    const row = rows.find((one) => one['sys_id'] === id);
    if (row !== undefined) return { status: 200, body: { result: shown(row, query) } };
    const error = {
      message: 'No Record found',
      detail: "Record doesn't exist or ACL restricts the record retrieval",
    };
    return { status: 404, body: { error, status: 'failure' } };
  }
  const limit = Number(query.get('sysparm_limit') ?? 10_000);
  const found = selected(rows, query.get('sysparm_query') ?? '').slice(0, limit);
  const headers = { 'x-total-count': String(found.length) };
  return { status: 200, headers, body: { result: found.map((row) => shown(row, query)) } };
}

function selected(rows: readonly Row[], encoded: string): Row[] {
  let found = [...rows];
  for (const term of encoded.split('^')) {
    const order = /^ORDERBY(\w+)$/.exec(term)?.[1];
    if (order !== undefined) {
      found = found.toSorted((a, b) => (field(a[order]).value < field(b[order]).value ? -1 : 1));
      continue;
    }
    const [, name = '', operator, value = ''] = /^([\w.]+?)(STARTSWITH|=)(.*)$/.exec(term) ?? [];
    if (name === '' || !rows.some((row) => name in row)) continue;
    found = found.filter((row) => {
      const own = field(row[name]).value;
      return operator === '=' ? own === value : own.startsWith(value);
    });
  }
  return found;
}

function shown(row: Row, query: URLSearchParams): Row {
  const names = query.get('sysparm_fields')?.split(',') ?? Object.keys(row);
  const isBoth = query.get('sysparm_display_value') === 'all';
  return Object.fromEntries(names.map((name) => [name, isBoth ? field(row[name]) : field(row[name]).value]));
}
