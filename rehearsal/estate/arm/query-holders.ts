import { type Dict, dict, dig, text } from '../json.ts';
import type { Other, State } from '../state/state.ts';
import type { Reply } from '../wire.ts';
import type { Call, Route } from './call.ts';
import { badRequest, notFound } from './errors.ts';
import { paged } from './paging.ts';
import { withoutNulls } from './view.ts';

const ALERT_RULES = 'Microsoft.SecurityInsights/alertRules';
const SAVED_SEARCHES = 'Microsoft.OperationalInsights/workspaces/savedSearches';

/** Analytics rules of Sentinel, as the estate file has them. */
export const alertRules: Route = {
  kinds: { read: 'alertRule.read' },
  list: (call) =>
    onWorkspace(call, call.path.parent?.id ?? '', (id) =>
      hasSentinel(call.state, id)
        ? paged(call, beneath(call, ALERT_RULES).filter(isShownIn(call.apiVersion)), view(ALERT_RULES))
        : noSentinel(id),
    ),
  get: (call) => one(call, ALERT_RULES),
};

/** Stable versions list no near-real-time rules (github.com/Azure/azure-sdk-for-python/issues/39996). */
function isShownIn(apiVersion: string): (rule: Other) => boolean {
  return ({ resource }) => apiVersion.endsWith('-preview') || text(resource['kind'])?.toLowerCase() !== 'nrt';
}

/** Saved searches and functions; Azure lists them all in one answer. */
export const savedSearches: Route = {
  kinds: { read: 'savedSearch.read' },
  list: (call) =>
    onWorkspace(call, call.path.id.split('/').slice(0, -1).join('/'), () => ({
      status: 200,
      body: { value: beneath(call, SAVED_SEARCHES).map(view(SAVED_SEARCHES)) },
    })),
  get: (call) => one(call, SAVED_SEARCHES),
};

function onWorkspace(call: Call, id: string, answer: (id: string) => Reply): Reply {
  return call.state.workspaces.has(id.toLowerCase())
    ? answer(id)
    : notFound(id, 'Microsoft.OperationalInsights/workspaces');
}

function beneath(call: Call, type: string): Other[] {
  const start = `${call.path.id}/`.toLowerCase();
  return [...call.state.others.values()]
    .filter((other) => other.type === type.toLowerCase() && other.id.toLowerCase().startsWith(start))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Sentinel is a solution on the workspace; a workspace with rules of it surely has it. */
function hasSentinel({ others }: State, workspaceId: string): boolean {
  const id = workspaceId.toLowerCase();
  return [...others.values()].some((other) => {
    if (other.type === ALERT_RULES.toLowerCase()) return other.id.toLowerCase().startsWith(`${id}/`);
    if (other.type !== 'microsoft.operationsmanagement/solutions') return false;
    const { resource } = other;
    const on = text(dig(resource, 'properties', 'workspaceResourceId'))?.toLowerCase() === id;
    return on && /(^|\/)SecurityInsights$/i.test(text(dig(resource, 'plan', 'product')) ?? '');
  });
}

/** Azure's words, seen in several public tools; the error within the error as well. */
function noSentinel(workspaceId: string): Reply {
  const message = `Workspace '${workspaceId.split('/').at(-1)}' is not onboarded to Microsoft Sentinel. Please onboard through the portal or use the OnboardingStates ARM api to onboard to Sentinel.`;
  return badRequest('BadRequest', JSON.stringify({ error: { code: 'BadRequest', message } }));
}

function one(call: Call, type: string): Reply {
  const found = call.state.others.get(call.path.id.toLowerCase());
  return found === undefined ? notFound(call.path.id, type) : { status: 200, body: view(type)(found) };
}

function view(type: string): (other: Other) => Dict {
  return ({ id, resource }) =>
    withoutNulls({
      ...{ id, name: id.split('/').at(-1), type, kind: resource['kind'], etag: resource['etag'] },
      properties: dict(resource['properties']),
    });
}
