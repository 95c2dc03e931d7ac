import { z } from 'zod';
import type { DeskWord, TicketDecision, TicketRef, TicketSnapshot } from '../../model/ticket.ts';
import { fail, ok, type Result } from '../../model/trouble.ts';
import { noteKeys } from '../document.ts';
import type { DeskConfig } from './config.ts';
import { isState } from './states.ts';

const Item = z.object({
  rev: z.number(),
  fields: z.looseObject({ 'System.State': z.string() }),
  relations: z
    .array(z.object({ rel: z.string(), attributes: z.looseObject({ name: z.string().nullish() }).nullish() }))
    .nullish(),
});
const Identity = z.object({ displayName: z.string().nullish(), uniqueName: z.string().nullish() });
const Change = z.object({ newValue: z.unknown().optional() });
const Updates = z.object({
  value: z.array(
    z.object({
      revisedBy: Identity.nullish(),
      fields: z
        .looseObject({ 'System.State': Change.nullish(), 'System.ChangedDate': Change.nullish() })
        .nullish(),
    }),
  ),
});
const Comments = z.object({ comments: z.array(z.object({ text: z.string().nullish() })) });
export const API = '7.1';
/** Updates of a page; the API gives no more than that at once. */
const PAGE = 200;

/** Reads a work item, who moved it from state to state, and its comments: three requests. */
export async function readAzureDevOps(
  { call, project, states, windowFields }: DeskConfig,
  { id }: TicketRef,
): Promise<Result<TicketSnapshot>> {
  const base = `/${encodeURIComponent(project)}/_apis/wit/workItems/${id}`;
  const answer = await call({
    method: 'GET',
    path: base,
    query: { $expand: 'relations', 'api-version': API },
  });
  if (!answer.ok) return answer;
  const item = Item.safeParse(answer.value);
  if (!item.success) return fail('requestRefused', 'the work item has an unexpected form');
  const moves = await readMoves(call, base);
  if (!moves.ok) return moves;
  const listed = await call({
    method: 'GET',
    path: `${base}/comments`,
    query: { $top: '200', order: 'desc', 'api-version': `${API}-preview.4` },
  });
  if (!listed.ok) return listed;
  const comments = Comments.safeParse(listed.value);

  const { fields, relations, rev } = item.data;
  const state = fields['System.State'];
  const is = (wanted: string | undefined) => isState(state, wanted);
  const isOver = is(states.successful) || is(states.issues) || is(states.unsuccessful);
  // An approval holds from the move into its state until the item is moved back before it.
  const last = moves.value.findLast((move) => isState(move.state, states.approved));
  const wentOn = is(states.approved) || is(states.started) || isOver;
  const refused = moves.value.findLast(
    (move) => isState(move.state, states.rejected) || isState(move.state, states.cancelled),
  );
  const [startField = '', endField = ''] = windowFields;
  return ok({
    state: is(states.cancelled) ? 'cancelled' : isOver ? 'closed' : is(states.started) ? 'started' : 'open',
    deskState: state,
    decision: is(states.rejected)
      ? 'rejected'
      : decisionOf(wentOn && last !== undefined, state, states.submitted),
    approvers: wentOn && last?.word !== undefined ? [last.word] : [],
    refusedBy: is(states.rejected) || is(states.cancelled) ? (refused?.word ?? null) : null,
    reason: null,
    plannedStart: instantOf(fields[startField]),
    plannedEnd: instantOf(fields[endField]),
    files: (relations ?? []).flatMap(({ rel, attributes }) =>
      rel === 'AttachedFile' ? (attributes?.name ?? []) : [],
    ),
    notes: (comments.success ? comments.data.comments : []).flatMap(({ text }) => noteKeys(text ?? '')),
    detail: { rev },
  });
}

function decisionOf(isApproved: boolean, state: string, submitted: string | undefined): TicketDecision {
  if (isApproved) return 'approved';
  return submitted !== undefined && !isState(state, submitted) ? 'notAsked' : 'pending';
}

interface Move {
  readonly state: string;
  readonly word: DeskWord | undefined;
}

/** Who moved the item to which state, the oldest first. */
async function readMoves(call: DeskConfig['call'], base: string): Promise<Result<Move[]>> {
  const moves: Move[] = [];
  for (let skip = 0; skip < 10 * PAGE; skip += PAGE) {
    const answer = await call({
      method: 'GET',
      path: `${base}/updates`,
      query: { $top: String(PAGE), $skip: String(skip), 'api-version': API },
    });
    if (!answer.ok) return answer;
    const page = Updates.safeParse(answer.value);
    if (!page.success) return fail('requestRefused', 'the updates have an unexpected form');
    for (const { revisedBy, fields } of page.data.value) {
      const state = fields?.['System.State']?.newValue;
      if (typeof state !== 'string') continue;
      moves.push({ state, word: wordOf(revisedBy, fields?.['System.ChangedDate']?.newValue) });
    }
    if (page.data.value.length < PAGE) break;
  }
  return ok(moves);
}

function wordOf(by: z.infer<typeof Identity> | null | undefined, at: unknown): DeskWord | undefined {
  if (!by?.uniqueName) return undefined;
  return {
    by: by.uniqueName,
    ...(by.displayName ? { alsoKnownAs: [by.displayName] } : {}),
    at: instantOf(at) ?? '',
  };
}

function instantOf(value: unknown): string | null {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
