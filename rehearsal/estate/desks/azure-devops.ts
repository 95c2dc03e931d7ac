import { PUBLIC } from '../clouds.ts';
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
  type Person,
} from './desk.ts';

const STATES = ['Proposed', 'Approved', 'Rejected', 'In Progress', 'Done', 'Failed', 'Removed'];
const APP: Person = { login: 'ama-migration@contoso.example', name: 'ama-migration' };
const START = 'Microsoft.VSTS.Scheduling.StartDate';
const FINISH = 'Microsoft.VSTS.Scheduling.FinishDate';

/**
 * An organisation of Azure DevOps Services: work items by JSON patch, WIQL, attachments, comments, updates (Azure
 * DevOps Services REST API 7.1; "Rate and usage limits"). Who is not signed in is shown a page, as there.
 */
export const azureDevOps: DeskHandler = (desk, request) => {
  const { headers, now, identity } = request;
  const token = headers['authorization'];
  const isKnown =
    desk.entry.password === undefined
      ? identity.check(token, 'devops', PUBLIC).ok
      : isBasic({ ...desk, entry: { ...desk.entry, user: '' } }, token);
  if (!isKnown)
    return {
      status: 203,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      text: '<!DOCTYPE html><html><title>Azure DevOps Services | Sign In</title></html>',
    };
  const seconds = overLimit(desk, now);
  if (seconds !== undefined)
    return {
      ...failure(
        429,
        'TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource',
      ),
      headers: {
        'retry-after': String(seconds),
        'x-ratelimit-remaining': '0',
        'x-ratelimit-resource': 'WorkItemTracking',
      },
    };
  for (const item of desk.items) settle(desk, item, now);
  return route(desk, request);
};

function route(desk: Desk, request: DeskRequest): Reply {
  const { method, path, query } = request;
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const [, project, apis, area, kind = '', id = '', rest] = parts;
  if (apis !== '_apis' || area !== 'wit') return failure(404, 'The controller for path was not found.');
  if (project !== (desk.entry.project ?? 'OPS'))
    return failure(404, `TF200016: The following project does not exist: ${project}.`);
  const version = query.get('api-version') ?? '';
  const isPreview = rest === 'comments';
  if (!(isPreview ? /^7\.1-preview\.\d$/ : /^7\.1$/).test(version))
    return failure(
      400,
      `VssVersionNotSpecifiedException: the api-version "${version}" is not known for this.`,
    );
  if (kind === 'wiql' && method === 'POST') return wiql(desk, request);
  if (kind === 'attachments' && method === 'POST') return upload(desk, request);
  if (kind.toLowerCase() !== 'workitems') return failure(404, 'The controller for path was not found.');
  if (method === 'POST' && id.startsWith('$')) return create(desk, request, id.slice(1));
  const item = desk.items.find((one) => one.id === id);
  if (item === undefined)
    return failure(
      404,
      `TF401232: Work item ${id} does not exist, or you do not have permissions to read it.`,
    );
  if (rest === 'updates') return updates(item, query);
  if (rest === 'comments') return comments(item, request);
  if (method === 'PATCH') return patch(desk, item, request);
  return { status: 200, body: itemBody(desk, item, query) };
}

function operationsOf({ headers, body }: DeskRequest): readonly unknown[] | Reply {
  if (!headers['content-type']?.startsWith('application/json-patch+json'))
    return failure(415, 'The request contains an entity body of a media type that is not supported.');
  const parsed = parseJson(body);
  return parsed.ok && Array.isArray(parsed.value)
    ? parsed.value
    : failure(400, 'You must pass a valid patch document in the body of the request.');
}

function create(desk: Desk, request: DeskRequest, type: string): Reply {
  const operations = operationsOf(request);
  if (!Array.isArray(operations)) return operations as Reply;
  desk.counter += 1;
  const item = newItem(desk, {
    ...{ id: String(4700 + desk.counter), number: String(4700 + desk.counter), createdAt: request.now },
    state: 'Proposed',
    fields: [['System.WorkItemType', type]],
  });
  item.submittedAt = request.now;
  item.moves.push({ at: request.now, from: '', to: 'Proposed', by: APP });
  const fault = apply(desk, item, operations, request.now);
  const title = text(item.fields.get('System.Title')) ?? '';
  if (fault !== undefined || title === '' || title.length > 255) {
    desk.items.pop();
    return fault ?? failure(400, 'TF401320: Rule Error for field Title. Error code: Required, InvalidEmpty.');
  }
  return { status: 200, body: itemBody(desk, item, request.query) };
}

function patch(desk: Desk, item: DeskItem, request: DeskRequest): Reply {
  const operations = operationsOf(request);
  if (!Array.isArray(operations)) return operations as Reply;
  const fault = apply(desk, item, operations, request.now);
  if (fault !== undefined) return fault;
  item.rev += 1;
  return { status: 200, body: itemBody(desk, item, request.query) };
}

/** All operations or none. */
function apply(desk: Desk, item: DeskItem, operations: readonly unknown[], now: number): Reply | undefined {
  const test = operations
    .map(dict)
    .find(({ op, path, value }) => op === 'test' && path === '/rev' && value !== item.rev);
  if (test !== undefined) return failure(412, 'VS403351: Test Operation for path /rev failed.');
  const state = operations.map(dict).find(({ path }) => path === '/fields/System.State')?.['value'];
  if (state !== undefined && !STATES.includes(String(state)))
    return failure(
      400,
      'TF401320: Rule Error for field State. Error code: HasValues, LimitedToValues, InvalidListValue.',
    );
  for (const { op, path, value } of operations.map(dict)) {
    if (op !== 'add') continue;
    const name = /^\/fields\/(.+)$/.exec(String(path))?.[1];
    if (name === 'System.State') {
      item.moves.push({ at: now, from: item.state, to: String(value), by: APP });
      item.state = String(value);
    } else if (name !== undefined) item.fields.set(name, value);
    else if (path === '/relations/-') {
      const url = text(dig(value, 'url')) ?? '';
      const uploaded = desk.rows.get('uploads')?.find((one) => one['url'] === url);
      if (uploaded === undefined) return failure(400, 'TF201035: the attachment does not exist');
      item.files.push({
        name: String(uploaded['name']),
        contentType: 'application/octet-stream',
        text: String(uploaded['text']),
      });
    }
  }
  return undefined;
}

function itemBody({ entry }: Desk, item: DeskItem, query: URLSearchParams) {
  const all: Record<string, unknown> = {
    ...Object.fromEntries(item.fields),
    'System.State': item.state,
    'System.CreatedBy': identityOf(APP),
    'System.TeamProject': entry.project ?? 'OPS',
  };
  const wanted = query.get('fields')?.split(',');
  const fields = wanted === undefined ? all : Object.fromEntries(wanted.map((name) => [name, all[name]]));
  const relations = item.files.map(({ name }) => ({ rel: 'AttachedFile', url: '', attributes: { name } }));
  const isExpanded = query.get('$expand') === 'relations' && relations.length > 0;
  return { id: Number(item.id), rev: item.rev, fields, ...(isExpanded ? { relations } : {}) };
}

/** Queries that this app sends, and no other. */
function wiql(desk: Desk, { body }: DeskRequest): Reply {
  const parsed = parseJson(body);
  const query = parsed.ok ? (text(dig(parsed.value, 'query')) ?? '') : '';
  const tag =
    /^SELECT \[System\.Id\] FROM WorkItems WHERE \[System\.TeamProject\] = @project AND \[System\.Tags\] CONTAINS '([^']+)' ORDER BY \[System\.Id\]$/.exec(
      query,
    )?.[1];
  if (tag === undefined) return failure(400, 'TF51006: The query statement is missing or malformed.');
  const tagsOf = (item: DeskItem) =>
    String(item.fields.get('System.Tags') ?? '')
      .split(';')
      .map((one) => one.trim());
  const workItems = desk.items
    .filter((item) => tagsOf(item).includes(tag))
    .map(({ id }) => ({ id: Number(id), url: '' }));
  return { status: 200, body: { queryType: 'flat', workItems } };
}

function upload(desk: Desk, { query, body = '', headers }: DeskRequest): Reply {
  if (headers['content-type'] !== 'application/octet-stream')
    return failure(415, 'The media type is not supported.');
  desk.counter += 1;
  const name = query.get('fileName') ?? 'file';
  const url = `https://${desk.entry.host}/_apis/wit/attachments/${desk.counter}?fileName=${name}`;
  desk.rows.set('uploads', [...(desk.rows.get('uploads') ?? []), { url, name, text: body }]);
  return { status: 201, body: { id: String(desk.counter), url } };
}

function updates(item: DeskItem, query: URLSearchParams): Reply {
  const skip = Number(query.get('$skip') ?? 0);
  const value = item.moves
    .slice(skip, skip + Number(query.get('$top') ?? 200))
    .map(({ at, from, to, by }, i) => ({
      id: skip + i + 1,
      revisedBy: identityOf(by),
      fields: {
        'System.State': { ...(from === '' ? {} : { oldValue: from }), newValue: to },
        'System.ChangedDate': { newValue: new Date(at).toISOString() },
      },
    }));
  return { status: 200, body: { count: value.length, value } };
}

function comments(item: DeskItem, { method, body, now }: DeskRequest): Reply {
  if (method === 'GET') {
    const all = item.notes.toReversed().map((note, i) => ({ id: i + 1, text: note.text }));
    return { status: 200, body: { totalCount: all.length, count: all.length, comments: all } };
  }
  const parsed = parseJson(body);
  const words = parsed.ok ? text(dig(parsed.value, 'text')) : undefined;
  if (!words) return failure(400, 'The comment text must not be empty.');
  item.notes.push({ at: now, text: words, body: words });
  return { status: 200, body: { id: item.notes.length, text: words } };
}

/** People here move the item, and whoever does so decides. */
function settle(desk: Desk, item: DeskItem, now: number): void {
  for (const { at, answer } of dueAnswers(desk, item, now)) {
    if (['Done', 'Failed', 'Removed'].includes(item.state)) continue;
    item.words.push({ at, answer });
    if (answer.plannedStart !== undefined)
      item.fields.set(START, new Date(at + answer.plannedStart * 1000).toISOString());
    if (answer.plannedEnd !== undefined)
      item.fields.set(FINISH, new Date(at + answer.plannedEnd * 1000).toISOString());
    const to = { approves: 'Approved', rejects: 'Rejected', cancels: 'Removed' }[answer.does];
    item.moves.push({ at, from: item.state, to, by: answer.by });
    item.state = to;
    item.rev += 1;
  }
}

function identityOf({ login, name }: Person) {
  return { displayName: name, uniqueName: login };
}

function failure(status: number, message: string): Reply {
  const typeKey = message.split(':')[0] ?? '';
  return {
    status,
    body: {
      $id: '1',
      innerException: null,
      message,
      typeKey,
      errorCode: 0,
      eventId: 3000,
      total: list([]).length,
    },
  };
}
