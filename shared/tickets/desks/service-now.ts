import { z } from 'zod';
import type { TicketSnapshot } from '../../model/ticket.ts';
import { fail, ok, type Result } from '../../model/trouble.ts';
import type { FoundTicket, TicketDesk, TicketDraft } from '../desk.ts';
import { journalText, noted } from '../document.ts';
import { type DeskConfig, typeOf } from './config.ts';
import { endServiceNow } from './service-now-end.ts';
import { instantText, readServiceNow } from './service-now-read.ts';
import { createTasks, moveTasks } from './service-now-tasks.ts';

export const CHANGES = '/api/now/table/change_request';
const Created = z.object({ result: z.object({ sys_id: z.string(), number: z.string() }) });
const Listed = z.object({
  result: z.array(
    z.object({
      sys_id: z.string(),
      number: z.string(),
      correlation_id: z.string(),
      sys_created_by: z.string().optional(),
    }),
  ),
});

/** What `read` leaves for the next step. */
export interface ServiceNowDetail {
  readonly state: string;
  readonly tasks: readonly { readonly id: string; readonly correlationId: string; readonly state: string }[];
}

/**
 * ServiceNow: a change request with two change tasks, over the Table and Attachment APIs (ServiceNow, "Table API",
 * "Attachment API"; states of a change as in "State model and transitions", New -5 to Canceled 4).
 */
export function serviceNowDesk(config: DeskConfig): TicketDesk {
  const { call, user } = config;

  const found = ({ sys_id, number }: { sys_id: string; number: string }, own: readonly string[]) => ({
    ref: { id: sys_id, number, url: `${config.url}/change_request.do?sys_id=${sys_id}` },
    own: own.filter((name) => name !== ''),
  });

  async function patch(id: string, json: Readonly<Record<string, string>>): Promise<Result<null>> {
    const answer = await call({ method: 'PATCH', path: `${CHANGES}/${id}`, json });
    return answer.ok ? ok(null) : answer;
  }

  return {
    kind: 'serviceNow',
    settleMs: 60_000,

    async find(correlationId): Promise<Result<FoundTicket | undefined>> {
      const answer = await call({
        method: 'GET',
        path: CHANGES,
        query: {
          sysparm_query: `correlation_id=${correlationId}^ORDERBYsys_created_on`,
          sysparm_fields: 'sys_id,number,correlation_id,sys_created_by',
          sysparm_limit: '5',
        },
      });
      if (!answer.ok) return answer;
      const listed = Listed.safeParse(answer.value);
      if (!listed.success) return fail('requestRefused', 'the list of changes has an unexpected form');
      // A condition that the instance does not know is left out there, and every change would be an answer.
      const [first] = listed.data.result.filter((one) => one.correlation_id === correlationId);
      return ok(first === undefined ? undefined : found(first, [user, first.sys_created_by ?? '']));
    },

    async open(draft): Promise<Result<FoundTicket>> {
      const answer = await call({ method: 'POST', path: CHANGES, json: changeOf(config, draft) });
      if (!answer.ok) return answer;
      const created = Created.safeParse(answer.value);
      if (!created.success) return fail('requestRefused', 'the new change has an unexpected form');
      return ok(found(created.data.result, [user]));
    },

    read: (ref, { correlationId }) => readServiceNow(config, ref, correlationId),

    async submit(ref, snapshot, { correlationId }) {
      const tasks = await createTasks(call, ref.id, correlationId, detailOf(snapshot));
      if (!tasks.ok) return tasks;
      // Assess: the instance asks its approvers.
      return patch(ref.id, { state: '-4' });
    },

    async start(ref, snapshot) {
      const { state } = detailOf(snapshot);
      // The instance itself moves an approved change on to Scheduled.
      if (state !== '-2')
        return fail('serviceUnavailable', `the change is approved and still in state ${state}`);
      return patch(ref.id, { state: '-1' });
    },

    async note(ref, { key, doc, halves }, snapshot, { correlationId }) {
      const tasks = await moveTasks(call, correlationId, detailOf(snapshot), halves);
      if (!tasks.ok) return tasks;
      return patch(ref.id, { work_notes: journalText(noted(key, doc)) });
    },

    async attach(ref, { name, contentType, text }) {
      const answer = await call({
        method: 'POST',
        path: '/api/now/attachment/file',
        query: { table_name: 'change_request', table_sys_id: ref.id, file_name: name },
        text,
        contentType,
      });
      return answer.ok ? ok(null) : answer;
    },

    close: (ref, closing, snapshot) => endServiceNow(call, patch, ref.id, closing, detailOf(snapshot)),
  };
}

function detailOf({ detail }: TicketSnapshot): ServiceNowDetail {
  return detail as ServiceNowDetail;
}

function changeOf(config: DeskConfig, draft: TicketDraft): Readonly<Record<string, unknown>> {
  const { plannedStart, plannedEnd } = draft;
  const [startField = 'start_date', endField = 'end_date'] = config.windowFields;
  return {
    type: typeOf(config, 'normal'),
    short_description: draft.title.slice(0, 160),
    description: journalText(draft.description),
    implementation_plan: journalText(draft.plan),
    risk_impact_analysis: journalText(draft.risk),
    backout_plan: journalText(draft.rollback),
    test_plan: journalText(draft.test),
    ...(plannedStart === null ? {} : { [startField]: instantText(plannedStart) }),
    ...(plannedEnd === null ? {} : { [endField]: instantText(plannedEnd) }),
    ...config.fields,
    correlation_id: draft.correlationId,
    correlation_display: 'AMA migration',
  };
}
