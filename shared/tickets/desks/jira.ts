import { z } from 'zod';
import { shortHash } from '../../model/ids.ts';
import { fail, ok, type Result } from '../../model/trouble.ts';
import type { FoundTicket, TicketDesk, TicketDraft } from '../desk.ts';
import { adf, noted } from '../document.ts';
import { type DeskConfig, sectionsOf, typeOf } from './config.ts';
import { readJira } from './jira-read.ts';
import { endState, isState } from './states.ts';

const Issue = z.object({ id: z.string(), key: z.string() });
const Found = z.object({
  issues: z.array(
    Issue.extend({
      fields: z.object({
        labels: z.array(z.string()),
        creator: z.object({ emailAddress: z.string().nullish(), accountId: z.string().nullish() }).nullish(),
      }),
    }),
  ),
});
const Transitions = z.object({
  transitions: z.array(z.object({ id: z.string(), name: z.string(), to: z.object({ name: z.string() }) })),
});

/** Names of the workflow that Jira Service Management gives its change requests. */
const USUAL = {
  started: 'Implementing',
  successful: 'Completed',
  unsuccessful: 'Failed',
  cancelled: 'Canceled',
  rejected: 'Declined',
};

/**
 * Jira Service Management in the cloud: an issue that is a request of a service desk, found again by its label
 * (Jira Cloud platform REST API v3, "Issues", "Issue search"; Jira Service Management REST API, "Request").
 */
export function jiraDesk(given: DeskConfig): TicketDesk {
  const config: DeskConfig = { ...given, states: { ...USUAL, ...given.states } };
  const { call, user, project, states } = config;

  const found = ({ id, key }: z.infer<typeof Issue>, own: readonly string[]): FoundTicket => ({
    ref: { id, number: key, url: `${config.url}/browse/${key}` },
    own: own.filter((name) => name !== ''),
  });

  /** Moves an issue to a state that its workflow can reach from where it is. */
  async function move(id: string, state: string | undefined, now: string): Promise<Result<null>> {
    if (state === undefined)
      return fail('requestRefused', 'no state is known for this; see AMA_TICKET_STATES');
    if (isState(now, state)) return ok(null);
    const path = `/rest/api/3/issue/${id}/transitions`;
    const answer = await call({ method: 'GET', path });
    if (!answer.ok) return answer;
    const parsed = Transitions.safeParse(answer.value);
    const all = parsed.success ? parsed.data.transitions : [];
    const way = all.find(({ to }) => isState(to.name, state));
    if (way === undefined) {
      const ways = all.map(({ to }) => to.name).join(', ') || 'nowhere';
      return fail('requestRefused', `from ${now} the workflow leads to ${ways}, not to ${state}`);
    }
    const moved = await call({ method: 'POST', path, json: { transition: { id: way.id } } });
    return moved.ok ? ok(null) : moved;
  }

  return {
    kind: 'jira',
    // What was written may be missing from searches for a while ("Search and reconcile issues").
    settleMs: 300_000,

    async find(correlationId): Promise<Result<FoundTicket | undefined>> {
      const answer = await call({
        method: 'POST',
        path: '/rest/api/3/search/jql',
        json: {
          jql: `project = "${project}" AND labels = "${correlationId}" ORDER BY created ASC`,
          fields: ['labels', 'creator'],
          maxResults: 5,
        },
      });
      if (!answer.ok) return answer;
      const listed = Found.safeParse(answer.value);
      if (!listed.success) return fail('requestRefused', 'the list of issues has an unexpected form');
      const [first] = listed.data.issues.filter(({ fields }) => fields.labels.includes(correlationId));
      if (first === undefined) return ok(undefined);
      const { creator } = first.fields;
      return ok(found(first, [user, creator?.emailAddress ?? '', creator?.accountId ?? '']));
    },

    async open(draft): Promise<Result<FoundTicket>> {
      const json = { fields: fieldsOf(config, draft) };
      const answer = await call({ method: 'POST', path: '/rest/api/3/issue', json });
      if (!answer.ok) return answer;
      const created = Issue.safeParse(answer.value);
      if (!created.success) return fail('requestRefused', 'the new issue has an unexpected form');
      return ok(found(created.data, [user]));
    },

    read: (ref) => readJira(config, ref),

    submit: (ref, { deskState }) => move(ref.id, states.submitted, deskState),
    start: (ref, { deskState }) => move(ref.id, states.started, deskState),

    async note(ref, { key, doc }) {
      const path = `/rest/api/3/issue/${ref.id}/comment`;
      const answer = await call({ method: 'POST', path, json: { body: adf(noted(key, doc)) } });
      return answer.ok ? ok(null) : answer;
    },

    async attach(ref, { name, contentType, text }) {
      const boundary = `ama-${shortHash(text, 32)}`;
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${contentType}\r\n\r\n`;
      const answer = await call({
        method: 'POST',
        path: `/rest/api/3/issue/${ref.id}/attachments`,
        text: `${head}${text}\r\n--${boundary}--\r\n`,
        contentType: `multipart/form-data; boundary=${boundary}`,
        headers: { 'x-atlassian-token': 'no-check' },
      });
      return answer.ok ? ok(null) : answer;
    },

    close: (ref, { code }, { deskState }) => move(ref.id, endState(states, code), deskState),
  };
}

function fieldsOf(config: DeskConfig, draft: TicketDraft): Readonly<Record<string, unknown>> {
  const { labels = [], ...others } = config.fields;
  const [startField, endField] = config.windowFields;
  const { plannedStart, plannedEnd } = draft;
  return {
    project: { key: config.project },
    issuetype: { name: typeOf(config, '[System] Change') },
    summary: draft.title.slice(0, 250),
    description: adf(sectionsOf(draft)),
    ...(startField !== undefined && plannedStart !== null ? { [startField]: jiraInstant(plannedStart) } : {}),
    ...(endField !== undefined && plannedEnd !== null ? { [endField]: jiraInstant(plannedEnd) } : {}),
    ...others,
    labels: [...(Array.isArray(labels) ? labels : []), draft.correlationId],
  };
}

/** Instants of custom fields: `2026-11-21T08:00:00.000+0000`. */
function jiraInstant(instant: string): string {
  return new Date(instant).toISOString().replace('Z', '+0000');
}
