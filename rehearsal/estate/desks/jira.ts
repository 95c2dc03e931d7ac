import { dict, dig, list, parseJson, text } from '../json.ts';
import type { Reply } from '../wire.ts';
import {
  type Desk,
  type DeskHandler,
  type DeskItem,
  type DeskRequest,
  dueAnswers,
  isBasic,
  newItem,
  overLimit,
} from './desk.ts';
import { approvalsOf, isDocument, userOf } from './jira-parts.ts';

/** The field that says which request type of the portal an issue is. */
export const REQUEST_TYPE = 'customfield_10010';
const KNOWN = [
  'project',
  'issuetype',
  'summary',
  'description',
  'labels',
  REQUEST_TYPE,
  'customfield_10050',
  'customfield_10051',
  'priority',
];
const WAYS: Readonly<Record<string, readonly string[]>> = {
  'Awaiting CAB approval': ['Canceled'],
  'Awaiting implementation': ['Implementing', 'Canceled'],
  Implementing: ['Completed', 'Failed', 'Canceled'],
};
const DONE = ['Completed', 'Failed', 'Canceled', 'Declined'];

/**
 * A Jira Cloud site with a service desk: issues, searches that lag, transitions, comments, attachments, approvals
 * (Jira Cloud platform REST API v3; Jira Service Management REST API; "Rate limiting").
 */
export const jira: DeskHandler = (desk, request) => {
  const { headers, now } = request;
  if (!isBasic(desk, headers['authorization']))
    return { status: 401, text: 'Client must be authenticated to access this resource.' };
  const seconds = overLimit(desk, now);
  if (seconds !== undefined)
    return {
      status: 429,
      headers: {
        'retry-after': String(seconds),
        'x-ratelimit-reset': new Date(now + seconds * 1000).toISOString(),
      },
      body: { errorMessages: ['Rate limit exceeded.'], errors: {} },
    };
  for (const item of desk.items) settle(desk, item, now);
  return route(desk, request);
};

function route(desk: Desk, request: DeskRequest): Reply {
  const { method, path, body } = request;
  const json = request.headers['content-type']?.startsWith('application/json') ? parseJson(body) : undefined;
  if (json?.ok === false)
    return refused(400, ['There was an error parsing JSON. Check that your request body is valid.']);
  const value = json?.value;
  if (method === 'POST' && path === '/rest/api/3/search/jql') return search(desk, value, request.now);
  if (method === 'POST' && path === '/rest/api/3/issue') return create(desk, value, request.now);
  const [, id = '', part] = /^\/rest\/api\/3\/issue\/([\w-]+)(?:\/(\w+))?$/.exec(path) ?? [];
  const [, requested] = /^\/rest\/servicedeskapi\/request\/([\w-]+)\/approval$/.exec(path) ?? [];
  const item = desk.items.find((one) => [one.id, one.number].includes(requested ?? id));
  if (requested !== undefined) return approvalsOf(desk, item);
  if (item === undefined)
    return refused(404, ['Issue does not exist or you do not have permission to see it.']);
  if (method === 'GET' && part === undefined) return { status: 200, body: issue(desk, item) };
  if (part === 'comment') return comments(item, method, value, request.now);
  if (part === 'transitions') return transitions(desk, item, method, value, request.now);
  if (part === 'attachments' && method === 'POST') return attach(item, request);
  return refused(405, []);
}

function create(desk: Desk, value: unknown, now: number): Reply {
  const fields = dict(dig(value, 'fields'));
  const errors: Record<string, string> = {};
  for (const name of Object.keys(fields).filter((one) => !KNOWN.includes(one)))
    errors[name] = `Field '${name}' cannot be set. It is not on the appropriate screen, or unknown.`;
  if (text(dig(fields, 'project', 'key')) !== project(desk)) errors['project'] = 'valid project is required';
  if (text(dig(fields, 'issuetype', 'name')) === undefined) errors['issuetype'] = 'Specify an issue type';
  const summary = text(fields['summary']) ?? '';
  if (summary === '' || summary.length > 255) errors['summary'] = 'You must specify a summary of the issue.';
  if (fields['description'] !== undefined && !isDocument(fields['description']))
    errors['description'] = 'Operation value must be an Atlassian Document';
  if (list(fields['labels']).some((label) => /\s/.test(String(label)) || String(label).length > 255))
    errors['labels'] = "The label can't contain spaces.";
  if (Object.keys(errors).length > 0) return { status: 400, body: { errorMessages: [], errors } };
  desk.counter += 1;
  const item = newItem(desk, {
    ...{ id: String(10_000 + desk.counter), number: `${project(desk)}-${desk.counter}`, createdAt: now },
    state: 'Awaiting CAB approval',
    fields: Object.entries(fields),
  });
  item.submittedAt = now;
  const self = `https://${desk.entry.host}/rest/api/3/issue/${item.id}`;
  return { status: 201, body: { id: item.id, key: item.number, self } };
}

/** Searches that this app sends, and no other. A new issue takes its time to show. */
function search(desk: Desk, value: unknown, now: number): Reply {
  const jql = text(dig(value, 'jql')) ?? '';
  const [, key, label] = /^project = "([^"]+)" AND labels = "([^"]+)" ORDER BY created ASC$/.exec(jql) ?? [];
  if (label === undefined) return refused(400, [`Error in the JQL Query: '${jql.slice(0, 40)}'`]);
  if (key !== project(desk))
    return refused(400, [`The value '${key}' does not exist for the field 'project'.`]);
  const lagMs = (desk.entry.searchLagSeconds ?? 30) * 1000;
  const found = desk.items.filter(
    ({ fields, createdAt }) => list(fields.get('labels')).includes(label) && createdAt + lagMs <= now,
  );
  const wanted = list(dig(value, 'fields')).map(String);
  const issues = found.map((item) => {
    const { fields, ...rest } = issue(desk, item);
    // Without a list of fields only ids come.
    return { ...rest, fields: Object.fromEntries(wanted.map((name) => [name, fields[name]])) };
  });
  return { status: 200, body: { issues, isLast: true } };
}

function issue(desk: Desk, item: DeskItem) {
  const category = DONE.includes(item.state) ? 'done' : 'indeterminate';
  return {
    id: item.id,
    key: item.number,
    self: `https://${desk.entry.host}/rest/api/3/issue/${item.id}`,
    fields: {
      ...Object.fromEntries(item.fields),
      status: { name: item.state, statusCategory: { key: category } },
      creator: userOf({ login: desk.entry.user ?? '', name: 'AMA migration' }, false),
      attachment: item.files.map(({ name }, i) => ({ id: String(i), filename: name })),
    } as Readonly<Record<string, unknown>>,
  };
}

function comments(item: DeskItem, method: string, value: unknown, now: number): Reply {
  if (method === 'GET') {
    const all = item.notes.toReversed().map(({ body }, i) => ({ id: String(i), body }));
    return { status: 200, body: { startAt: 0, maxResults: 100, total: all.length, comments: all } };
  }
  const body = dig(value, 'body');
  if (!isDocument(body))
    return { status: 400, body: { errorMessages: [], errors: { comment: 'Comment body is not valid!' } } };
  item.notes.push({ at: now, text: JSON.stringify(body), body });
  return { status: 201, body: { id: String(item.notes.length), body } };
}

function transitions(desk: Desk, item: DeskItem, method: string, value: unknown, now: number): Reply {
  const ways = (WAYS[item.state] ?? []).map((name, i) => ({
    id: String(11 + i * 10),
    name: `To ${name}`,
    to: { name },
  }));
  if (method === 'GET') return { status: 200, body: { expand: 'transitions', transitions: ways } };
  const way = ways.find(({ id }) => id === dig(value, 'transition', 'id'));
  if (way === undefined)
    return refused(400, [
      'It seems that you have tried to perform a workflow operation that is not valid for the current state of this issue.',
    ]);
  item.moves.push({
    at: now,
    from: item.state,
    to: way.to.name,
    by: { login: desk.entry.user ?? '', name: 'AMA' },
  });
  item.state = way.to.name;
  return { status: 204 };
}

function attach(item: DeskItem, { headers, body = '' }: DeskRequest): Reply {
  if (headers['x-atlassian-token'] !== 'no-check') return { status: 403, text: 'XSRF check failed' };
  const boundary = /^multipart\/form-data; boundary=([\w-]+)$/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return refused(415, ['Unsupported Media Type']);
  const parts = body.split(`--${boundary}`).slice(1, -1);
  const added = parts.flatMap((part) => {
    const split = part.indexOf('\r\n\r\n');
    const head = part.slice(0, split);
    const name = /name="file"; filename="([^"]+)"/.exec(head)?.[1];
    const contentType = /Content-Type: (\S+)/i.exec(head)?.[1] ?? '';
    return name === undefined ? [] : [{ name, contentType, text: part.slice(split + 4, -2) }];
  });
  if (added.length === 0) return refused(400, ['No file was attached.']);
  item.files.push(...added);
  return { status: 200, body: added.map(({ name }) => ({ filename: name })) };
}

function settle(desk: Desk, item: DeskItem, now: number): void {
  for (const { at, answer } of dueAnswers(desk, item, now)) {
    if (DONE.includes(item.state)) continue;
    item.words.push({ at, answer });
    if (answer.plannedStart !== undefined)
      item.fields.set('customfield_10050', jiraInstant(at + answer.plannedStart * 1000));
    if (answer.plannedEnd !== undefined)
      item.fields.set('customfield_10051', jiraInstant(at + answer.plannedEnd * 1000));
    const asked = (desk.entry.answers ?? []).filter(({ does }) => does === 'approves').length;
    const given = item.words.filter((word) => word.answer.does === 'approves').length;
    const to =
      answer.does === 'cancels'
        ? 'Canceled'
        : answer.does === 'rejects'
          ? 'Declined'
          : given >= asked && item.state === 'Awaiting CAB approval'
            ? 'Awaiting implementation'
            : item.state;
    if (to !== item.state) item.moves.push({ at, from: item.state, to, by: answer.by });
    item.state = to;
  }
}

function jiraInstant(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000');
}

function project({ entry }: Desk): string {
  return entry.project ?? 'OPS';
}

function refused(status: number, errorMessages: readonly string[]): Reply {
  return { status, body: { errorMessages, errors: {} } };
}
