import { parseJson } from '../json.ts';
import { guid } from '../random.ts';
import type { Reply } from '../wire.ts';
import {
  type Desk,
  type DeskHandler,
  type DeskItem,
  type DeskRequest,
  isBasic,
  newItem,
  overLimit,
} from './desk.ts';
import { changeFault, settleChange, taskFault } from './service-now-rules.ts';
import { answerRows, field, instant, type Row, rowsOf } from './service-now-table.ts';

/**
 * A ServiceNow instance: Table API, Attachment API, a token endpoint, the rules of a normal change (ServiceNow,
 * "Table API", "Attachment API", "REST API HTTP response codes", "Inbound REST API rate limiting").
 */
export const serviceNow: DeskHandler = (desk, request) => {
  const { method, path, query, now } = request;
  if (path === '/oauth_token.do' && method === 'POST') return token(desk, request);
  if (!isSignedIn(desk, request))
    return failure(401, 'User Not Authenticated', 'Required to provide Auth information');
  const seconds = overLimit(desk, now);
  const headers = limitHeaders(desk);
  if (seconds !== undefined)
    return {
      ...failure(429, 'Rate limit exceeded', `Limit of ${desk.entry.requestsPerHour} requests per hour`),
      headers: { ...headers, 'retry-after': String(seconds) },
    };
  for (const item of desk.items) settleChange(desk, item, now);
  const reply = route(desk, request, method, path, query);
  return { ...reply, headers: { ...headers, ...reply.headers } };
};

function route(
  desk: Desk,
  request: DeskRequest,
  method: string,
  path: string,
  query: URLSearchParams,
): Reply {
  const table = /^\/api\/now\/(?:v\d\/)?table\/(\w+)(?:\/(\w+))?$/.exec(path);
  if (table !== null) {
    const [, name = '', id] = table;
    if (!['change_request', 'change_task', 'sysapproval_approver'].includes(name))
      return failure(400, `Invalid table ${name}`, null);
    if (method === 'GET') return answerRows(rowsOf(desk, name), id, query);
    if (name === 'sysapproval_approver') return failure(403, 'Insufficient rights', null);
    if (method === 'POST' && id === undefined) return insert(desk, request, name);
    if ((method === 'PATCH' || method === 'PUT') && id !== undefined) return update(desk, request, name, id);
  }
  if (path === '/api/now/attachment' && method === 'GET')
    return answerRows(attachments(desk), undefined, query);
  if (path === '/api/now/attachment/file' && method === 'POST') return upload(desk, request);
  return failure(400, 'Requested URI does not represent any resource', null);
}

function insert(desk: Desk, { body, now }: DeskRequest, table: string): Reply {
  const fields = bodyOf(body);
  if (fields === undefined)
    return failure(400, 'Exception while reading request', 'The payload is not valid JSON.');
  desk.counter += 1;
  const id = guid(desk.seed, table, desk.counter).replaceAll('-', '');
  if (table === 'change_task') {
    const row = { sys_id: id, number: `CTASK00${10_000 + desk.counter}`, state: '1', ...fields };
    desk.rows.set('change_task', [...(desk.rows.get('change_task') ?? []), row]);
    return { status: 201, headers: { location: `/api/now/table/${table}/${id}` }, body: { result: row } };
  }
  const item = newItem(desk, {
    ...{ id, number: `CHG00${30_000 + desk.counter}`, createdAt: now, state: '-5' },
    fields: Object.entries({
      approval: 'not requested',
      ...fields,
      sys_created_by: desk.entry.user ?? 'admin',
    }),
  });
  const row = rowsOf(desk, 'change_request').find((one) => one['sys_id'] === item.id) as Row;
  const result = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, field(value).value]));
  return { status: 201, headers: { location: `/api/now/table/${table}/${id}` }, body: { result } };
}

function update(desk: Desk, { body, now }: DeskRequest, table: string, id: string): Reply {
  const fields = bodyOf(body);
  if (fields === undefined)
    return failure(400, 'Exception while reading request', 'The payload is not valid JSON.');
  if (table === 'change_task') {
    const row = desk.rows.get('change_task')?.find((one) => one['sys_id'] === id);
    if (row === undefined) return noRecord();
    const fault = taskFault(row, fields);
    if (fault !== undefined) return aborted(table, fault);
    Object.assign(row, fields);
    return { status: 200, body: { result: row } };
  }
  const item = desk.items.find((one) => one.id === id);
  if (item === undefined) return noRecord();
  const tasks = (desk.rows.get('change_task') ?? []).filter((one) => one['change_request'] === id);
  const fault = changeFault(item, fields, tasks);
  if (fault !== undefined) return aborted(table, fault);
  change(desk, item, fields, now);
  return { status: 200, body: { result: { sys_id: id, number: item.number, state: item.state } } };
}

function change(desk: Desk, item: DeskItem, fields: Readonly<Record<string, unknown>>, now: number): void {
  const { state, work_notes: notes, ...others } = fields;
  if (typeof notes === 'string' && notes !== '') item.notes.push({ at: now, text: notes, body: notes });
  for (const [name, value] of Object.entries(others)) item.fields.set(name, value);
  const to = state === undefined ? item.state : String(state);
  if (to === item.state) return;
  item.moves.push({
    at: now,
    from: item.state,
    to,
    by: { login: desk.entry.user ?? '', name: 'integration' },
  });
  item.state = to;
  if (to === '-4') {
    item.submittedAt = now;
    item.fields.set('approval', 'requested');
  }
}

function attachments(desk: Desk): Row[] {
  return desk.items.flatMap((item) =>
    item.files.map(({ name, contentType, text }) => ({
      ...{ table_name: 'change_request', table_sys_id: item.id, file_name: name, content_type: contentType },
      size_bytes: String(Buffer.byteLength(text)),
    })),
  );
}

function upload(desk: Desk, { query, headers, body, now }: DeskRequest): Reply {
  const [table, id, name] = ['table_name', 'table_sys_id', 'file_name'].map((key) => query.get(key) ?? '');
  if (!table || !id || !name || !headers['content-type'])
    return failure(400, 'Missing mandatory parameter', 'table_name, table_sys_id and file_name are required');
  const item = desk.items.find((one) => one.id === id);
  if (item === undefined || table !== 'change_request') return noRecord();
  item.files.push({ name, contentType: headers['content-type'], text: body ?? '' });
  const result = {
    sys_id: guid(desk.seed, 'file', id, name),
    file_name: name,
    table_sys_id: id,
    sys_created_on: instant(now),
  };
  return { status: 201, body: { result } };
}

function isSignedIn(desk: Desk, { headers }: DeskRequest): boolean {
  const { authorization = '' } = headers;
  if (authorization.startsWith('Bearer ')) return desk.tokens.has(authorization.slice('Bearer '.length));
  return isBasic(desk, authorization);
}

function token(desk: Desk, { body }: DeskRequest): Reply {
  const form = new URLSearchParams(body ?? '');
  const { user, password } = desk.entry;
  const isKnown = form.get('client_id') === user && form.get('client_secret') === password;
  if (form.get('grant_type') !== 'client_credentials' || !isKnown)
    return { status: 401, body: { error: 'invalid_client', error_description: 'access_denied' } };
  const access_token = `now-${guid(desk.seed, 'token', desk.tokens.size)}`;
  desk.tokens.add(access_token);
  return {
    status: 200,
    body: { access_token, token_type: 'Bearer', expires_in: 1799, scope: 'useraccount' },
  };
}

function limitHeaders({ entry, window, seed }: Desk): Readonly<Record<string, string>> {
  return {
    'x-ratelimit-limit': String(entry.requestsPerHour ?? 3600),
    'x-ratelimit-reset': String(Math.ceil((window.from + 3_600_000) / 1000)),
    'x-ratelimit-rule': guid(seed, 'rule').replaceAll('-', ''),
  };
}

function bodyOf(body: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const parsed = parseJson(body);
  return parsed.ok && typeof parsed.value === 'object' && parsed.value !== null
    ? (parsed.value as Record<string, unknown>)
    : undefined;
}

function noRecord(): Reply {
  return failure(404, 'No Record found', "Record doesn't exist or ACL restricts the record retrieval");
}

function aborted(table: string, rule: string): Reply {
  const detail = `Operation against file '${table}' was aborted by Business Rule '${rule}'`;
  return failure(403, 'Operation Failed', detail);
}

function failure(status: number, message: string, detail: string | null): Reply {
  return { status, body: { error: { message, detail }, status: 'failure' } };
}
