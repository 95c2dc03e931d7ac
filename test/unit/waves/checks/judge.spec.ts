import { describe, expect, it } from 'vitest';
import { Check, Checks, type PassRule } from '../../../../shared/model/checks.ts';
import { fail, ok } from '../../../../shared/model/trouble.ts';
import { askHttp, askQuery } from '../../../../shared/waves/checks/ask.ts';
import {
  judgeHeartbeats,
  judgeInstallFailures,
  judgeTimeInStage,
  judgeVerdicts,
} from '../../../../shared/waves/checks/judge-counts.ts';
import { fieldOf, passes } from '../../../../shared/waves/checks/pass-rule.ts';
import { aSummary, at, NOW, WORKSPACE_ID } from '../../../support/builders.ts';
import { fakeLogs } from '../../verification/fake-logs.ts';

type Of<K extends Check['kind']> = Extract<Check, { kind: K }>;
const check = <K extends Check['kind']>(kind: K, fields: object) =>
  Check.parse({ kind, name: 'one', ...fields }) as Of<K>;
/** A batch of as many machines as have a verdict, and `waiting` more. */
const verdicts = (pass: number, failed: number, inconclusive: number, error: number, waiting = 0) => {
  const ended = pass + failed + inconclusive + error;
  return aSummary({
    ...{ verdicts: { pass, fail: failed, inconclusive, error }, size: ended + waiting },
    counts: { verify: { done: pass, blocked: ended - pass, waiting } },
  });
};
const NONE = aSummary({ size: 0 });

describe('the pass rule', () => {
  it.each<[PassRule['is'], unknown, unknown, boolean | undefined]>([
    ['equals', 3, 3, true],
    ['equals', 3, '3', true],
    ['equals', 'up', 'up', true],
    ['equals', true, 'true', true],
    ['notEquals', 'up', 'down', true],
    ['below', 3, 2.9, true],
    ['below', 3, 3, false],
    ['atMost', 3, 3, true],
    ['above', 0, -1, false],
    ['atLeast', 0, '0', true],
    ['atLeast', 0, '', undefined],
    ['below', 3, 'many', undefined],
    ['below', 3, null, undefined],
    ['equals', 'up', undefined, undefined],
    ['above', 0, true, undefined],
  ])('%s %j lets %j be %s', (is, value, found, expected) => {
    expect(passes({ is, value } as PassRule, found)).toBe(expected);
  });

  it('finds fields by their path, and nothing that an object only inherits', () => {
    const body = { status: { ok: [{ n: 7 }] } };

    expect(fieldOf(body, 'status.ok.0.n')).toBe(7);
    expect(fieldOf(body, 'status.none.n')).toBeUndefined();
    expect(fieldOf(body, 'constructor')).toBeUndefined();
    expect(fieldOf('text', 'length')).toBeUndefined();
  });
});

describe('checks by counts', () => {
  const installs = (counts: Record<string, number>) => {
    const size = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return [aSummary({ counts: { install: counts }, size }), NONE];
  };

  it.each([
    [{ done: 8, failed: 1, blocked: 1 }, 'pass'],
    [{ done: 7, failed: 2, blocked: 1 }, 'fail'],
    [{ done: 3, failed: 1, waiting: 90 }, 'inconclusive'],
    [{ alreadyDone: 5, skipped: 3 }, 'pass'],
    // A wave of three machines has no fourth to wait for.
    [{ done: 2, failed: 1 }, 'fail'],
    [{ done: 3 }, 'pass'],
    [{}, 'inconclusive'],
  ])('install failures of %j: %s', (counts, result) => {
    const found = judgeInstallFailures(check('installFailures', { maxShare: 0.2 }), installs(counts));

    expect(found.result).toBe(result);
  });

  it.each([
    ['each within its limit', [90, 5, 3, 2], 'pass', /90 pass/],
    ['too many that fail', [89, 6, 3, 2], 'fail', /5 % may fail\./],
    [
      'too many that are inconclusive and that have no answer',
      [80, 5, 9, 6],
      'fail',
      /inconclusive, and .* made/,
    ],
    ['too few of them', [3, 0, 0, 0, 1], 'inconclusive', /Too few/],
    ['none at all', [0, 0, 0, 0], 'inconclusive', /Too few/],
    ['all that a small wave has', [3, 0, 0, 0], 'pass', /Of 3 verdicts/],
    ['one of a small wave that fails', [2, 1, 0, 0], 'fail', /5 % may fail/],
  ] as const)('verdicts with %s', (_, [pass, failed, open, error, waiting = 0], result, message) => {
    const limits = { maxFailedShare: 0.05, maxInconclusiveShare: 0.05, maxErrorShare: 0.05 };

    const summaries = [verdicts(pass, failed, open, error, waiting), NONE];
    const found = judgeVerdicts(check('verdicts', limits), summaries);

    expect(found).toMatchObject({ result, message: expect.stringMatching(message) });
  });

  it('does not judge by a limit that is not given', () => {
    const found = judgeVerdicts(check('verdicts', { maxErrorShare: 0 }), [verdicts(5, 90, 5, 0)]);

    expect(found.result).toBe('pass');
  });

  it.each([
    ['pass', 3599],
    ['fail', 3601],
  ])('time in a stage: %s after %i seconds', (result, seconds) => {
    const slow = check('timeInStage', { stage: 'install', maxSeconds: 3600 });
    const summaries = [
      aSummary({ oldest: { install: at(-60) } }),
      aSummary({ oldest: { install: at(-seconds) } }),
    ];

    expect(judgeTimeInStage(slow, summaries, NOW).result).toBe(result);
    expect(judgeTimeInStage(slow, [aSummary({ oldest: { verify: at(-99_999) } })], NOW).result).toBe('pass');
  });

  it.each([
    [99, 100, true, 'pass'],
    [94, 100, true, 'fail'],
    [0, 2, true, 'inconclusive'],
    [0, 2, false, 'fail'],
    [2, 2, false, 'pass'],
    [0, 0, false, 'inconclusive'],
  ])('heartbeats of %i among %i (more to come: %s): %s', (heard, expected, more, result) => {
    const few = { heard, expected, more };
    expect(judgeHeartbeats(check('heartbeats', { minShare: 0.95 }), few).result).toBe(result);
  });
});

describe('a check by query', () => {
  const ask = (rows: readonly object[] | ReturnType<typeof fail>, fields: object = {}, customerId = 'c') => {
    const { logs, asked } = fakeLogs({ check: () => rows as never });
    const definition = check('query', {
      ...{ workspaceId: WORKSPACE_ID, query: 'Heartbeat | count', column: 'Count' },
      ...{ pass: { is: 'above', value: 0 }, ...fields },
    });
    return askQuery(logs, customerId, definition, NOW).then((judged) => ({ ...judged, asked }));
  };

  it.each<[string, readonly object[], object, string]>([
    ['every row is good', [{ Count: 1 }, { Count: 2 }], {}, 'pass'],
    ['one row is not', [{ Count: 1 }, { Count: 0 }], {}, 'fail'],
    ['one of them is enough', [{ Count: 1 }, { Count: 0 }], { rows: 'any' }, 'pass'],
    ['a value is missing', [{ Count: 1 }, { Count: null }], {}, 'fail'],
    ['the column is not there', [{ count_: 1 }], {}, 'error'],
    ['there are no rows', [], {}, 'inconclusive'],
    ['no rows are what is wanted', [], { noRows: 'pass' }, 'pass'],
  ])('where %s', async (_, rows, fields, result) => {
    expect((await ask(rows, fields)).result).toBe(result);
  });

  it('is an error where the workspace cannot be asked, or is unknown', async () => {
    expect(await ask(fail('throttled', 'busy'))).toMatchObject({ result: 'error', message: /busy/ });
    expect((await ask([], {}, undefined as unknown as string)).asked).toHaveLength(1);
  });

  it('looks back as far as it says', async () => {
    const { asked } = await ask([{ Count: 1 }], { lookbackSeconds: 600 });

    expect(asked[0]?.parameters).toEqual({ since: at(-600), until: at(0) });
  });
});

describe('a check by http', () => {
  const get = (status: number, body?: unknown) => ({ get: async () => ok({ status, body }) });
  const url = 'https://status.contoso.com/health';
  const field = { field: 'status.errors', pass: { is: 'atMost', value: 2 } };

  it.each<[string, number, unknown, object, string]>([
    ['the status is as wanted', 200, undefined, {}, 'pass'],
    ['it is another', 503, undefined, {}, 'fail'],
    ['it is as wanted, and no success', 204, undefined, { status: 204 }, 'pass'],
    ['a field is good', 200, { status: { errors: 2 } }, field, 'pass'],
    ['a field is not', 200, { status: { errors: 3 } }, field, 'fail'],
    ['a field is missing', 200, 'text', field, 'error'],
  ])('where %s', async (_, status, body, fields, result) => {
    expect((await askHttp(get(status, body), check('http', { url, ...fields }))).result).toBe(result);
  });

  it('is an error without an answer', async () => {
    const none = { get: async () => fail('serviceUnavailable', 'reset') };

    expect((await askHttp(none, check('http', { url }))).result).toBe('error');
  });
});

describe('checks of a plan', () => {
  const http = { kind: 'http', name: 'health', url: 'https://status.contoso.com' };

  it.each<[string, readonly object[], string]>([
    ['two of one name', [http, { ...http, name: 'HEALTH' }], '1.name'],
    ['a field without a rule', [{ ...http, field: 'x' }], '0.pass'],
    ['another protocol', [{ ...http, url: 'http://status.contoso.com' }], '0.url'],
    ['a password in the address', [{ ...http, url: 'https://a:b@status.contoso.com' }], '0.url'],
    ['no limit', [{ kind: 'verdicts', name: 'v' }], '0'],
    ['a share above one', [{ kind: 'heartbeats', name: 'h', minShare: 1.5 }], '0.minShare'],
    [
      'an enormous number',
      [{ kind: 'timeInStage', name: 't', stage: 'install', maxSeconds: 1e12 }],
      '0.maxSeconds',
    ],
    [
      'a stage of workspaces',
      [{ kind: 'timeInStage', name: 't', stage: 'disableConnector', maxSeconds: 60 }],
      '0.stage',
    ],
    ['size of a text', [{ ...http, field: 'x', pass: { is: 'below', value: 'y' } }], '0.pass.value'],
  ])('are refused with %s', (_, checks, path) => {
    expect(Checks.safeParse(checks).error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});
