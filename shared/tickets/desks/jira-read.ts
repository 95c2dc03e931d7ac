import { z } from 'zod';
import type { DeskWord, TicketDecision, TicketRef, TicketSnapshot } from '../../model/ticket.ts';
import { fail, ok, type Result } from '../../model/trouble.ts';
import { adfText, noteKeys } from '../document.ts';
import type { DeskConfig } from './config.ts';
import { isState } from './states.ts';

const Issue = z.object({
  fields: z.looseObject({
    status: z.object({ name: z.string(), statusCategory: z.object({ key: z.string() }) }),
    attachment: z.array(z.object({ filename: z.string() })).nullish(),
  }),
});
const Comments = z.object({ comments: z.array(z.object({ body: z.unknown() })) });
const User = z.object({
  accountId: z.string().nullish(),
  emailAddress: z.string().nullish(),
  displayName: z.string().nullish(),
});
const Instant = z.object({ epochMillis: z.number() });
const Approval = z.object({
  id: z.string(),
  finalDecision: z.string(),
  approvers: z.array(z.object({ approver: User, approverDecision: z.string() })),
  createdDate: Instant,
  completedDate: Instant.nullish(),
});
const Approvals = z.object({ values: z.array(Approval) });

/** Reads an issue with its comments and, where it is a request of a service desk, its approvals: three requests. */
export async function readJira(
  { call, windowFields, states }: DeskConfig,
  { id, number }: TicketRef,
): Promise<Result<TicketSnapshot>> {
  const [startField, endField] = windowFields;
  const answer = await call({
    method: 'GET',
    path: `/rest/api/3/issue/${id}`,
    query: { fields: ['status', 'attachment', ...windowFields].join(',') },
  });
  if (!answer.ok) return answer;
  const issue = Issue.safeParse(answer.value);
  if (!issue.success) return fail('requestRefused', 'the issue has an unexpected form');
  const { status, attachment, ...fields } = issue.data.fields;

  const listed = await call({
    method: 'GET',
    path: `/rest/api/3/issue/${id}/comment`,
    query: { orderBy: '-created', maxResults: '100' },
  });
  if (!listed.ok) return listed;
  const comments = Comments.safeParse(listed.value);
  const asked = await call({
    method: 'GET',
    path: `/rest/servicedeskapi/request/${number}/approval`,
    query: { limit: '50' },
  });
  if (!asked.ok) {
    if (asked.trouble.code !== 'notFound') return asked;
    return fail(
      'requestRefused',
      `${number} is no request of a service desk: AMA_TICKET_FIELDS lacks its request type`,
    );
  }
  const approvals = Approvals.safeParse(asked.value);
  if (!approvals.success) return fail('requestRefused', 'the approvals have an unexpected form');
  const last = approvals.data.values
    .toSorted((a, b) => a.createdDate.epochMillis - b.createdDate.epochMillis)
    .at(-1);

  const isCancelled = isState(status.name, states.cancelled);
  const isDone = status.statusCategory.key === 'done';
  const isRejected = isState(status.name, states.rejected) || last?.finalDecision === 'declined';
  return ok({
    // A change that is declined for good can only be replaced by another.
    state:
      isCancelled || (isDone && isRejected)
        ? 'cancelled'
        : isDone
          ? 'closed'
          : isState(status.name, states.started)
            ? 'started'
            : 'open',
    deskState: status.name,
    decision: isRejected ? 'rejected' : decisionOf(last?.finalDecision, states.submitted !== undefined),
    approvers: last?.finalDecision === 'approved' ? wordsOf(last, 'approved') : [],
    refusedBy: last === undefined ? null : (wordsOf(last, 'declined')[0] ?? null),
    reason: null,
    plannedStart: instantOf(startField === undefined ? undefined : fields[startField]),
    plannedEnd: instantOf(endField === undefined ? undefined : fields[endField]),
    files: (attachment ?? []).map(({ filename }) => filename),
    notes: (comments.success ? comments.data.comments : []).flatMap(({ body }) => noteKeys(adfText(body))),
  });
}

/** Without a state to submit to, the workflow asks for approval by itself. */
function decisionOf(final: string | undefined, isSubmitted: boolean): TicketDecision {
  if (final === 'approved') return 'approved';
  return final === undefined && isSubmitted ? 'notAsked' : 'pending';
}

/** Who answered so. An account that shows no e-mail address cannot be told from whoever asked for the wave. */
function wordsOf({ approvers, completedDate, createdDate }: z.infer<typeof Approval>, decision: string) {
  return approvers.flatMap(({ approver, approverDecision }): DeskWord[] => {
    const { emailAddress: by, displayName, accountId } = approver;
    if (approverDecision !== decision || !by) return [];
    const others = [displayName, accountId].flatMap((name) => name || []);
    return [
      {
        by,
        ...(others.length === 0 ? {} : { alsoKnownAs: others }),
        at: new Date((completedDate ?? createdDate).epochMillis).toISOString(),
      },
    ];
  });
}

function instantOf(value: unknown): string | null {
  // `+0000` is no offset that every engine reads.
  const ms =
    typeof value === 'string' ? Date.parse(value.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')) : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
