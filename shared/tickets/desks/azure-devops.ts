import { z } from 'zod';
import type { TicketSnapshot } from '../../model/ticket.ts';
import { fail, ok, type Result } from '../../model/trouble.ts';
import type { FoundTicket, TicketDesk, TicketDraft } from '../desk.ts';
import { html, noted } from '../document.ts';
import { API, readAzureDevOps } from './azure-devops-read.ts';
import { type DeskConfig, sectionsOf, typeOf } from './config.ts';
import { endState, isState } from './states.ts';

/** Token scope of Azure DevOps ("Use service principals and managed identities in Azure DevOps"). */
export const DEVOPS_SCOPE = '499b84ac-1321-427f-aa17-267ca6975798/.default';

const Item = z.object({
  id: z.number(),
  fields: z.looseObject({ 'System.CreatedBy': z.object({ uniqueName: z.string().nullish() }).nullish() }),
});
const Found = z.object({ workItems: z.array(z.object({ id: z.number() })) });
const Uploaded = z.object({ url: z.string() });

/** States that a type for changes usually has; `docs/how-to/tickets.md` says how to make one. */
const USUAL = {
  approved: 'Approved',
  rejected: 'Rejected',
  started: 'In Progress',
  successful: 'Done',
  unsuccessful: 'Failed',
  cancelled: 'Removed',
};
const WINDOW = ['Microsoft.VSTS.Scheduling.StartDate', 'Microsoft.VSTS.Scheduling.FinishDate'];

type Patch = readonly { readonly op: 'add' | 'test'; readonly path: string; readonly value: unknown }[];

/**
 * Azure DevOps: a work item, found again by its tag; whoever moves it to the state for approved changes approves it
 * (Azure DevOps Services REST API 7.1, "Work Items", "Wiql", "Attachments", "Comments", "Updates").
 */
export function azureDevOpsDesk(given: DeskConfig): TicketDesk {
  const config: DeskConfig = {
    ...given,
    states: { ...USUAL, ...given.states },
    windowFields: given.windowFields.length === 0 ? WINDOW : given.windowFields,
  };
  const { call, user, states } = config;
  const project = `/${encodeURIComponent(config.project)}`;

  const found = (id: number, own: readonly string[]): FoundTicket => ({
    ref: { id: String(id), number: String(id), url: `${config.url}${project}/_workitems/edit/${id}` },
    own: own.filter((name) => name !== ''),
  });

  const patch = (path: string, method: 'POST' | 'PATCH', operations: Patch) =>
    call({
      ...{ method, path: `${project}/_apis/wit/workitems/${path}`, query: { 'api-version': API } },
      json: operations,
      contentType: 'application/json-patch+json',
    });

  /** Only if nobody else changed the item since it was read. */
  async function move(
    id: string,
    state: string | undefined,
    snapshot: TicketSnapshot,
  ): Promise<Result<null>> {
    if (state === undefined)
      return fail('requestRefused', 'no state is known for this; see AMA_TICKET_STATES');
    if (isState(snapshot.deskState, state)) return ok(null);
    const answer = await patch(id, 'PATCH', [
      { op: 'test', path: '/rev', value: (snapshot.detail as { rev: number }).rev },
      { op: 'add', path: '/fields/System.State', value: state },
    ]);
    return answer.ok ? ok(null) : answer;
  }

  return {
    kind: 'azureDevOps',
    settleMs: 60_000,

    async find(correlationId): Promise<Result<FoundTicket | undefined>> {
      const query = `SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Tags] CONTAINS '${correlationId}' ORDER BY [System.Id]`;
      const answer = await call({
        method: 'POST',
        path: `${project}/_apis/wit/wiql`,
        query: { 'api-version': API, $top: '5' },
        json: { query },
      });
      if (!answer.ok) return answer;
      const listed = Found.safeParse(answer.value);
      if (!listed.success) return fail('requestRefused', 'the list of work items has an unexpected form');
      const [first] = listed.data.workItems;
      if (first === undefined) return ok(undefined);
      const read = await call({
        method: 'GET',
        path: `${project}/_apis/wit/workitems/${first.id}`,
        query: { 'api-version': API, fields: 'System.CreatedBy' },
      });
      if (!read.ok) return read;
      const item = Item.safeParse(read.value);
      const creator = item.success ? item.data.fields['System.CreatedBy']?.uniqueName : undefined;
      return ok(found(first.id, [user, creator ?? '']));
    },

    async open(draft): Promise<Result<FoundTicket>> {
      const type = encodeURIComponent(typeOf(config, 'Change Request'));
      const answer = await patch(`$${type}`, 'POST', itemOf(config, draft));
      if (!answer.ok) return answer;
      const created = Item.safeParse(answer.value);
      if (!created.success) return fail('requestRefused', 'the new work item has an unexpected form');
      return ok(found(created.data.id, [user, created.data.fields['System.CreatedBy']?.uniqueName ?? '']));
    },

    read: (ref) => readAzureDevOps(config, ref),

    submit: (ref, snapshot) => move(ref.id, states.submitted, snapshot),
    start: (ref, snapshot) => move(ref.id, states.started, snapshot),

    async note(ref, { key, doc }) {
      const answer = await call({
        method: 'POST',
        path: `${project}/_apis/wit/workItems/${ref.id}/comments`,
        query: { 'api-version': `${API}-preview.4` },
        json: { text: html(noted(key, doc)) },
      });
      return answer.ok ? ok(null) : answer;
    },

    async attach(ref, { name, text }) {
      const answer = await call({
        method: 'POST',
        path: `${project}/_apis/wit/attachments`,
        query: { fileName: name, 'api-version': API },
        text,
        contentType: 'application/octet-stream',
      });
      if (!answer.ok) return answer;
      const uploaded = Uploaded.safeParse(answer.value);
      if (!uploaded.success) return fail('requestRefused', 'the upload has an unexpected form');
      const value = { rel: 'AttachedFile', url: uploaded.data.url, attributes: { name } };
      const linked = await patch(ref.id, 'PATCH', [{ op: 'add', path: '/relations/-', value }]);
      return linked.ok ? ok(null) : linked;
    },

    close: (ref, { code }, snapshot) => move(ref.id, endState(states, code), snapshot),
  };
}

function itemOf(config: DeskConfig, draft: TicketDraft): Patch {
  const { 'System.Tags': tags, ...others } = config.fields;
  const [startField = '', endField = ''] = config.windowFields;
  const fields: Readonly<Record<string, unknown>> = {
    'System.Title': draft.title.slice(0, 250),
    'System.Description': html(sectionsOf(draft)),
    ...(draft.plannedStart === null ? {} : { [startField]: draft.plannedStart }),
    ...(draft.plannedEnd === null ? {} : { [endField]: draft.plannedEnd }),
    ...others,
    'System.Tags': [...(typeof tags === 'string' ? [tags] : []), draft.correlationId].join('; '),
  };
  return Object.entries(fields).map(([name, value]) => ({ op: 'add', path: `/fields/${name}`, value }));
}
