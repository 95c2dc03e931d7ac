import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPEN_ROUTES, PAGE_ROUTES, ROUTES } from '../../functions/routes.ts';
import { openSqliteStore } from '../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../shared/ledger/store.ts';
import { mayDo, ROLES, type Role } from '../../shared/model/caller.ts';
import { type Answer, openApi, type TestApi } from '../support/contract/api.ts';
import { principalHeader } from '../support/contract/principal.ts';
import { smallEstate } from '../support/small-estate.ts';

/** What an approver alone may do: whatever is added here takes on a risk that somebody else asked for. */
const APPROVERS = [
  'approveWave',
  'postDriftPolicy',
  'postException',
  'promotePlanRun',
  'promoteWave',
  'revokeException',
];
/** POST requests that change nothing and keep nothing. */
const READING_POSTS = ['postNetwork', 'postProxyProfile'];

interface Row {
  readonly name: string;
  readonly method: string;
  readonly route: string;
  readonly role: Role;
}

/** Those that need no role: they say nothing of the estate, or are let in by a signature. */
const OPEN: readonly string[] = [...OPEN_ROUTES, ...PAGE_ROUTES].map(([name]) => name);

const table: readonly Row[] = ROUTES.map(([name, method, route, role]) => ({ name, method, route, role }));

describe('the table of endpoints', () => {
  it('gives reading to readers, starting to operators, and accepting to approvers', () => {
    const expected = ({ name, method }: Row) =>
      APPROVERS.includes(name)
        ? 'approver'
        : method === 'GET' || READING_POSTS.includes(name)
          ? 'reader'
          : 'operator';
    expect(table.map(({ name, role }) => `${name} ${role}`)).toEqual(
      table.map((row) => `${row.name} ${expected(row)}`),
    );
  });
});

/** A store that counts what it is asked for. */
async function countingStore(): Promise<{ store: Store; asked: () => number }> {
  const inner = await openSqliteStore(':memory:');
  let asked = 0;
  const counted =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      asked += 1;
      return call(...args);
    };
  const store: Store = {
    get: counted(inner.get),
    list: counted(inner.list),
    write: counted(inner.write),
    close: () => inner.close(),
  };
  return { store, asked: () => asked };
}

interface Who {
  readonly what: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly key?: false;
  readonly roles: readonly Role[];
  /** What a refusal says. */
  readonly refusal: { readonly status: number; readonly code?: string };
}

const FORBIDDEN = { status: 403, code: 'roleMissing' };
const person = (roles: readonly Role[]): Who => ({
  what: roles.join(' and ') || 'a person without a role',
  headers: principalHeader({ id: `id-${roles.join('-')}`, upn: 'olive@contoso.example', roles }),
  roles,
  refusal: FORBIDDEN,
});

describe.each([
  {
    mode: 'keys give reading',
    keyRoles: 'reader',
    others: [
      { what: 'nobody', headers: {}, key: false, roles: [], refusal: { status: 401 } },
      { what: 'a bare key', headers: {}, roles: ['reader'], refusal: FORBIDDEN },
    ] as readonly Who[],
  },
  {
    mode: 'keys give nothing',
    keyRoles: 'none',
    others: [
      { what: 'a bare key', headers: {}, roles: [], refusal: { status: 401, code: 'signInRequired' } },
      {
        what: 'somebody another provider signed in',
        headers: principalHeader({ id: 'g', upn: 'g@example.com', roles: ROLES, provider: 'google' }),
        roles: [],
        refusal: { status: 401, code: 'signInRequired' },
      },
      {
        what: 'a header that is none',
        headers: { 'x-ms-client-principal': '%%%' },
        roles: [],
        refusal: { status: 401, code: 'signInRequired' },
      },
    ] as readonly Who[],
  },
])('all endpoints where people sign in and $mode', ({ keyRoles, others }) => {
  let api: TestApi;
  let asked: () => number;
  beforeAll(async () => {
    Object.assign(process.env, { AMA_SIGN_IN: 'platform', AMA_KEY_ROLES: keyRoles });
    const counting = await countingStore();
    asked = counting.asked;
    api = await openApi(smallEstate(), { store: counting.store });
  });
  afterAll(async () => {
    await api.close();
    for (const name of ['AMA_SIGN_IN', 'AMA_KEY_ROLES']) delete process.env[name];
  });

  function registered(): readonly Row[] {
    const http = api.session.host.functions.filter(({ trigger }) => trigger === 'http');
    return http.map(({ name, binding }) => {
      const row = table.find((one) => one.name === name);
      if (row === undefined && !OPEN.includes(name)) throw new Error(`${name} has no role`);
      const [method = ''] = binding['methods'] as string[];
      return { name, method, route: String(binding['route']), role: row?.role ?? 'reader' };
    });
  }

  function ask({ method, route }: Row, who: Who): Promise<Answer> {
    const path = `/${route.replace(/\{\w+\}/g, 'x')}`;
    const body = method === 'GET' ? {} : { body: {} };
    return api.call(method, path, {
      ...body,
      headers: who.headers,
      ...(who.key === false && { key: false }),
    });
  }

  it('are those of the table', () => {
    const names = registered().map(({ name }) => name);
    expect(names.sort()).toEqual([...table.map(({ name }) => name), ...OPEN].sort());
    expect(OPEN).toEqual(['getHealth', 'ticketCallback', 'getDashboard', 'getDashboardFile']);
    expect(names.length).toBeGreaterThan(55);
  });

  const callers: readonly Who[] = [
    ...others,
    person([]),
    ...ROLES.map((role) => person([role])),
    person(ROLES),
  ];
  it.each(callers)('answer $what as the table says', async (who) => {
    const requests = () => api.session.estate.requestLog.entries({}).length;
    for (const row of registered().filter(({ name }) => !OPEN.includes(name))) {
      const before = [asked(), requests(), api.session.host.instances().length];
      const answer = await ask(row, who);
      const what = `${row.name} for ${who.what}: ${answer.text}`;
      if (mayDo(who.roles, row.role)) {
        expect([401, 403], what).not.toContain(answer.status);
        continue;
      }
      expect(answer.status, what).toBe(who.refusal.status);
      if (who.refusal.code !== undefined) expect(answer.json?.['code'], what).toBe(who.refusal.code);
      if (who.refusal.code === 'roleMissing') expect(answer.json?.['detail']).toContain(`"${row.role}"`);
      expect([asked(), requests(), api.session.host.instances().length], what).toEqual(before);
    }
  });

  it('leave health to everyone', async () => {
    expect((await api.call('GET', '/health', { key: false })).json).toEqual({ status: 'healthy' });
  });
});

describe('where nobody signs in', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openApi(smallEstate());
  });
  afterAll(() => api.close());

  it('a header that anyone could write is not believed, neither its roles nor its name', async () => {
    const headers = {
      ...principalHeader({ id: 'forged', upn: 'anna@contoso.example', roles: [] }),
      'x-ms-client-principal-name': 'anna@contoso.example',
    };
    expect((await api.call('GET', '/waves', { headers })).status).toBe(200);
    const body = { planId: 'none', wave: 0 };
    expect((await api.call('POST', '/waves', { body, headers })).json?.['code']).toBe('missingBy');
  });

  it('answers say nothing to caches and nothing to guess at', async () => {
    for (const path of ['/waves', '/waves/none', '/health']) {
      const { headers } = await api.call('GET', path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });
});
