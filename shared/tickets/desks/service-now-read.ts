import { z } from 'zod';
import type { DeskWord, TicketDecision, TicketRef, TicketSnapshot } from '../../model/ticket.ts';
import { fail, ok, type Result } from '../../model/trouble.ts';
import { noteKeys } from '../document.ts';
import type { DeskConfig } from './config.ts';

const Both = z.object({ value: z.string().nullish(), display_value: z.string().nullish() });
const Change = z.object({ result: z.record(z.string(), Both) });
const List = z.object({ result: z.array(z.record(z.string(), z.string().nullish())) });

/** Reads a change with its approvals, tasks and attachments: four requests. */
export async function readServiceNow(
  { call, windowFields }: DeskConfig,
  { id }: TicketRef,
  correlationId: string,
): Promise<Result<TicketSnapshot>> {
  const [startField = 'start_date', endField = 'end_date'] = windowFields;
  const answer = await call({
    method: 'GET',
    path: `/api/now/table/change_request/${id}`,
    query: {
      // Journals are in the display value alone, instants in UTC in the value alone.
      sysparm_display_value: 'all',
      sysparm_fields: `state,approval,work_notes,sys_updated_on,${startField},${endField}`,
    },
  });
  if (!answer.ok) return answer;
  const change = Change.safeParse(answer.value);
  const fields = change.success ? change.data.result : {};
  const state = fields['state']?.value ?? '';
  if (state === '') return fail('requestRefused', 'the change has an unexpected form');

  const approvals = await listOf(call, '/api/now/table/sysapproval_approver', {
    sysparm_query: `sysapproval=${id}`,
    sysparm_fields: 'state,approver.user_name,approver.email,approver.name,sys_updated_on,comments',
  });
  if (!approvals.ok) return approvals;
  const tasks = await listOf(call, '/api/now/table/change_task', {
    sysparm_query: `change_request=${id}^correlation_idSTARTSWITH${correlationId}`,
    sysparm_fields: 'sys_id,correlation_id,state',
  });
  if (!tasks.ok) return tasks;
  const files = await listOf(call, '/api/now/attachment', {
    sysparm_query: `table_name=change_request^table_sys_id=${id}`,
    sysparm_fields: 'file_name',
  });
  if (!files.ok) return files;

  const rejected = approvals.value.find((row) => row['state'] === 'rejected');
  return ok({
    state: state === '4' ? 'cancelled' : state === '3' ? 'closed' : Number(state) >= -1 ? 'started' : 'open',
    deskState: fields['state']?.display_value || state,
    decision: decisionOf(fields['approval']?.value ?? '', state),
    approvers: approvals.value.flatMap((row) => (row['state'] === 'approved' ? (wordOf(row) ?? []) : [])),
    refusedBy: rejected === undefined ? null : (wordOf(rejected) ?? null),
    reason: rejected?.['comments']?.slice(0, 500) || null,
    plannedStart: instantOf(fields[startField]?.value),
    plannedEnd: instantOf(fields[endField]?.value),
    files: files.value.flatMap((row) => row['file_name'] ?? []),
    notes: noteKeys(fields['work_notes']?.display_value ?? ''),
    detail: {
      state,
      tasks: tasks.value.map((row) => ({
        id: row['sys_id'] ?? '',
        correlationId: row['correlation_id'] ?? '',
        state: row['state'] ?? '',
      })),
    },
  });
}

/** The approval of the change as a whole: however its own rules count. */
function decisionOf(approval: string, state: string): TicketDecision {
  if (approval === 'approved' || approval === 'rejected') return approval;
  return state === '-5' ? 'notAsked' : 'pending';
}

/** Undefined for an account that has no name a person signs in with. */
function wordOf(row: Readonly<Record<string, string | null | undefined>>): DeskWord | undefined {
  const email = row['approver.email'] ?? '';
  const userName = row['approver.user_name'] ?? '';
  const by = email || userName;
  if (by === '') return undefined;
  const others = [userName, row['approver.name'] ?? ''].filter((name) => name !== '' && name !== by);
  return {
    by,
    ...(others.length === 0 ? {} : { alsoKnownAs: others }),
    at: instantOf(row['sys_updated_on']) ?? '',
  };
}

async function listOf(
  call: DeskConfig['call'],
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<Result<z.infer<typeof List>['result']>> {
  const answer = await call({ method: 'GET', path, query: { ...query, sysparm_limit: '200' } });
  if (!answer.ok) return answer;
  const list = List.safeParse(answer.value);
  return list.success ? ok(list.data.result) : fail('requestRefused', `${path} has an unexpected form`);
}

/** Values of instants are UTC, `2026-11-21 08:00:00`. */
export function instantText(instant: string): string {
  return new Date(instant).toISOString().slice(0, 19).replace('T', ' ');
}

function instantOf(value: string | null | undefined): string | null {
  const ms = Date.parse(`${(value ?? '').trim().replace(' ', 'T')}Z`);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
