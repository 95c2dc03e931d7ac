import { app, type HttpRequest, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';

app.http('hello', {
  methods: ['GET', 'POST'],
  route: 'hello/{name?}',
  handler: async (request: HttpRequest) => ({
    jsonBody: {
      name: request.params['name'] ?? null,
      query: Object.fromEntries(request.query),
      text: await request.text(),
      header: request.headers.get('x-test'),
    },
  }),
});

app.http('literal', { methods: ['GET'], route: 'hello/literal', handler: () => ({ body: 'literal' }) });

app.http('number', {
  methods: ['GET'],
  route: 'items/{id:int}',
  handler: (request: HttpRequest) => ({ body: `item ${request.params['id']}` }),
});

app.http('files', {
  methods: ['GET'],
  route: 'files/{*path}',
  handler: (request: HttpRequest) => ({ body: `file ${request.params['path'] ?? ''}` }),
});

app.http('bytes', {
  methods: ['PUT'],
  handler: async (request: HttpRequest) => ({
    body: Buffer.from(await request.arrayBuffer()),
    headers: { 'content-type': 'application/octet-stream' },
    cookies: [{ name: 'a', value: '1', httpOnly: true, sameSite: 'Strict' as const }],
  }),
});

app.http('secret', { methods: ['GET'], authLevel: 'function', handler: () => ({ body: 'secret' }) });
app.http('admin', { methods: ['GET'], authLevel: 'admin', handler: () => ({ body: 'admin' }) });
app.http('nothing', { methods: ['GET'], handler: () => ({ status: 204 }) });
app.http('broken', {
  methods: ['GET'],
  handler: () => {
    throw new Error('the password is hunter2');
  },
});

/** Calls one method of the durable client: `{method, args}`; revives dates and entity ids. */
app.http('client', {
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request: HttpRequest, context: InvocationContext) => {
    const { method, args } = (await request.json()) as { method: string; args: unknown[] };
    const client = df.getClient(context) as unknown as Record<string, (...args: unknown[]) => unknown>;
    try {
      const value = await client[method]?.(...args.map(revive));
      return { jsonBody: { value: value ?? null } };
    } catch (error) {
      return { jsonBody: { error: error instanceof Error ? error.message : String(error) } };
    }
  },
});

function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  if ('entity' in fields) return new df.EntityId(String(fields['entity']), String(fields['key']));
  for (const name of ['createdTimeFrom', 'createdTimeTo']) {
    if (name in fields) fields[name] = new Date(String(fields[name]));
  }
  return fields;
}

app.http('start', {
  methods: ['POST'],
  route: 'start/{name}',
  extraInputs: [df.input.durableClient()],
  handler: async (request: HttpRequest, context: InvocationContext) => {
    const client = df.getClient(context);
    const id = await client.startNew(request.params['name'] ?? '', { input: await request.json() });
    return client.createCheckStatusResponse(request, id);
  },
});
