import { describe, expect, it } from 'vitest';
import { createGraphGateway } from '../../../shared/azure/resource-graph.ts';
import type { GraphScope } from '../../../shared/inventory/gateway.ts';
import { extensionsQuery } from '../../../shared/inventory/queries/extensions.ts';
import { machinesQuery } from '../../../shared/inventory/queries/machines.ts';
import { policyAssignmentsQuery } from '../../../shared/inventory/queries/policy-assignments.ts';
import { policySetsQuery } from '../../../shared/inventory/queries/policy-sets.ts';
import { rulesQuery } from '../../../shared/inventory/queries/rules.ts';
import { scaleSetsQuery } from '../../../shared/inventory/queries/scale-sets.ts';
import { subscriptionsQuery } from '../../../shared/inventory/queries/subscriptions.ts';
import type { AnyQuery } from '../../../shared/model/query.ts';
import { must, SUB } from '../../support/builders.ts';
import { type Answer, fakeHttp } from './fake-http.ts';

const ROW = { id: `/subscriptions/${SUB}`, subscriptionId: SUB };
const EVERYWHERE: GraphScope = { managementGroups: [], subscriptions: [] };
const body = (data: readonly unknown[], more: object = {}) => ({
  totalRecords: data.length,
  count: data.length,
  data,
  resultTruncated: 'false',
  ...more,
});

async function page(answer: Answer, scope = EVERYWHERE, skipToken?: string) {
  const { context, sent } = fakeHttp(() => answer);
  const result = await createGraphGateway(context).page(subscriptionsQuery, scope, skipToken);
  return { result, sent: must(sent[0]), calls: sent.length };
}

describe('a page that is too large', () => {
  const refusal: Answer = {
    status: 400,
    body: { error: { code: 'ResponsePayloadTooLarge', message: 'Response payload size is too large' } },
  };
  const topOf = (sent: { body: unknown }) => (sent.body as { options: { $top: number } }).options.$top;

  it('is asked for again with fewer rows', async () => {
    const { context, sent } = fakeHttp((_, index) => (index === 0 ? refusal : { body: body([ROW]) }));
    const result = await createGraphGateway(context).page(subscriptionsQuery, EVERYWHERE);

    expect(result).toMatchObject({ ok: true, value: { rows: [ROW] } });
    expect(sent.map(topOf)).toEqual([1000, 200]);
  });

  it('is given up when even few rows are too many', async () => {
    const { context, sent } = fakeHttp(() => refusal);
    const result = await createGraphGateway(context).page(subscriptionsQuery, EVERYWHERE);

    expect(result).toMatchObject({ ok: false, trouble: { code: 'requestRefused' } });
    expect(sent.map(topOf)).toEqual([1000, 200, 40]);
  });

  it('is another thing than a gateway that answers in a form of its own', async () => {
    const { context } = fakeHttp(() => ({ status: 429, body: { message: 'slow down' } }));
    const result = await createGraphGateway(context).page(subscriptionsQuery, EVERYWHERE);

    expect(result).toMatchObject({ ok: false, trouble: { code: 'throttled' } });
  });
});

describe('a page of Resource Graph', () => {
  it('is asked for 1,000 rows of everything, with the token of the app', async () => {
    const { result, sent } = await page({ body: body([ROW]) });
    expect(result).toEqual({ ok: true, value: { rows: [ROW], odd: [], total: 1, waitMs: 0 } });
    expect(sent.url).toMatch(
      /^https:\/\/management\.azure\.com\/providers\/Microsoft\.ResourceGraph\/resources\?api-version=/,
    );
    expect(sent).toMatchObject({ method: 'POST', authorization: 'Bearer token' });
    expect(sent.body).toEqual({
      query: subscriptionsQuery.text,
      options: expect.objectContaining({ $top: 1000, resultFormat: 'objectArray' }),
    });
    expect(JSON.stringify(sent.body)).not.toContain('authorizationScopeFilter');
  });

  it.each([
    [{ managementGroups: [], subscriptions: [SUB] }, { subscriptions: [SUB] }],
    [{ managementGroups: ['mg'], subscriptions: [] }, { managementGroups: ['mg'] }],
    [
      { managementGroups: ['mg'], subscriptions: [], above: true },
      { options: { authorizationScopeFilter: 'AtScopeAboveAndBelow' } },
    ],
  ])('looks at %j', async (scope, expected) => {
    expect((await page({ body: body([]) }, scope)).sent.body).toMatchObject(expected);
  });

  it('goes on with a token, and says how to go on', async () => {
    const { result, sent } = await page(
      { body: body([ROW], { totalRecords: 7, $skipToken: 'next', resultTruncated: 'true' }) },
      EVERYWHERE,
      'here',
    );
    expect(sent.body).toMatchObject({ options: { $skipToken: 'here' } });
    expect(result).toMatchObject({ value: { total: 7, skipToken: 'next' } });
  });

  it.each([
    [{}, 0],
    [{ 'x-ms-user-quota-remaining': '3' }, 0],
    [{ 'x-ms-user-quota-remaining': '0', 'x-ms-user-quota-resets-after': '00:00:03' }, 3000],
    [{ 'x-ms-user-quota-remaining': '0', 'x-ms-user-quota-resets-after': '01:02:03' }, 3_723_000],
    [{ 'x-ms-user-quota-remaining': '0', 'x-ms-user-quota-resets-after': '00:00:00' }, 1000],
    [{ 'x-ms-user-quota-remaining': '0' }, 5000],
  ])('with the headers %j waits %i ms', async (headers, waitMs) => {
    expect((await page({ body: body([]), headers: headers as Record<string, string> })).result).toMatchObject(
      { value: { waitMs } },
    );
  });

  it('sets rows of another form aside, with the places', async () => {
    const rows = [
      ROW,
      { id: 7, subscriptionId: SUB },
      { id: '/x' },
      null,
      'text',
      { ...ROW, tenantId: null, more: 1 },
    ];
    const { result } = await page({ body: body(rows) });
    if (!result.ok) throw new Error(result.trouble.message);
    expect(result.value.rows).toHaveLength(2);
    expect(
      result.value.odd.map(({ query, id, faults }) => [query, id, faults.map(({ path }) => path)]),
    ).toEqual([
      ['subscriptions', null, ['id']],
      ['subscriptions', '/x', ['subscriptionId']],
      ['subscriptions', null, expect.anything()],
      ['subscriptions', null, expect.anything()],
    ]);
  });

  it.each([
    [
      'left out subscriptions',
      { headers: { 'x-ms-tenant-subscription-limit-hit': 'True' }, body: body([ROW]) },
      'requestRefused',
      /beyond 10,000/,
    ],
    [
      'cut off without a way on',
      { body: body([ROW], { resultTruncated: 'true' }) },
      'requestRefused',
      /cut the result off/,
    ],
    [
      'refused',
      { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'no' } } },
      'notAuthorized',
      /no/,
    ],
    [
      'busy',
      {
        status: 429,
        headers: { 'retry-after': '7' },
        body: { error: { code: 'RateLimiting', message: 'slow' } },
      },
      'throttled',
      /slow/,
    ],
    ['down', { status: 503, body: 'x' }, 'serviceUnavailable', /./],
    [
      'faulty',
      { status: 400, body: { error: { code: 'BadRequest', message: 'query' } } },
      'requestRefused',
      /query/,
    ],
  ] as const)('is trouble when it is %s, and asked once', async (_, answer, code, message) => {
    const { result, calls } = await page(answer);
    expect(result).toMatchObject({ ok: false, trouble: { code, message: expect.stringMatching(message) } });
    expect(calls).toBe(1);
  });

  it('says how long a busy service asks to wait', async () => {
    expect((await page({ status: 429, headers: { 'retry-after': '7' }, body: '' })).result).toMatchObject({
      trouble: { retryAfterMs: 7000 },
    });
  });

  // A dynamic column drops what is not set; that is no odd row.
  it.each<[string, AnyQuery, object]>([
    ['parameters of a policy', policyAssignmentsQuery as AnyQuery, { id: '/p', name: 'p' }],
    [
      'parameters in an initiative',
      policySetsQuery as AnyQuery,
      { id: '/s', name: 's', definitions: [{ policyDefinitionId: '/d' }, {}] },
    ],
    [
      'settings in a scale set',
      scaleSetsQuery as AnyQuery,
      {
        id: '/v',
        name: 'v',
        subscriptionId: SUB,
        extensions: [{ properties: { publisher: 'a', type: 'b' } }, {}],
      },
    ],
    [
      'settings of an extension',
      extensionsQuery as AnyQuery,
      { id: '/e', name: 'e', subscriptionId: SUB, publisher: 'a', extensionType: 'b' },
    ],
    [
      'metrics of a rule',
      rulesQuery as AnyQuery,
      { id: '/r', name: 'r', dataFlows: [{}], logAnalytics: [{}] },
    ],
    [
      'everything of a machine',
      machinesQuery as AnyQuery,
      {
        id: '/m',
        name: 'm',
        type: 't',
        subscriptionId: SUB,
        imageReference: {},
        arcProcessors: [{}],
        arcDisks: [{}],
      },
    ],
  ])('takes a row without %s', async (_, query, row) => {
    const { context } = fakeHttp(() => ({ body: body([row]) }));
    const result = await createGraphGateway(context).page(query, EVERYWHERE);
    expect(result).toMatchObject({ ok: true, value: { rows: [row], odd: [] } });
  });

  it.each([null, undefined, {}, { effect: { value: 'Deny' } }, 'x'])(
    'takes parameters %j',
    async (parameters) => {
      const { context } = fakeHttp(() => ({ body: body([{ id: '/1', name: 'a', parameters }]) }));
      const result = await createGraphGateway(context).page(policyAssignmentsQuery, EVERYWHERE);
      expect(result).toMatchObject({ ok: true, value: { odd: [] } });
    },
  );
});
