import { describe, expect, it } from 'vitest';
import { createLogsGateway } from '../../../shared/azure/logs.ts';
import { isTransient } from '../../../shared/model/trouble.ts';
import { customSeriesQuery } from '../../../shared/verification/queries/custom-series.ts';
import { type Answer, fakeHttp } from './fake-http.ts';

const SPAN = { since: '2026-11-20T00:00:00Z', until: '2026-11-21T00:00:00Z' };
function ask(answer: Answer) {
  const { context } = fakeHttp(() => answer);
  const parameters = { logTable: 'App_CL', machines: [], ...SPAN };
  return createLogsGateway(context).query('customer', customSeriesQuery, parameters, SPAN);
}
const refused = (innererror: object): Answer => ({
  status: 400,
  body: {
    error: { code: 'BadArgumentError', message: 'The request had some invalid properties', innererror },
  },
});

describe('a query', () => {
  it.each([
    ["'where' operator: Failed to resolve table or column expression named 'App_CL'"],
    ["'table' operator: Failed to resolve table expression named 'App_CL'"],
    ["operator: Failed to resolve table or column or scalar expression named 'App_CL'"],
  ])('of a table that is not there yet says so: %s', async (message) => {
    const innererror = { code: 'SemanticError', innererror: { code: 'SEM0100', message } };

    expect(await ask(refused(innererror))).toMatchObject({
      trouble: { code: 'tableMissing', message: expect.stringContaining('no table App_CL') },
    });
  });

  it('that is wrong otherwise is refused', async () => {
    const message = "'where' operator: Failed to resolve column or scalar expression named 'Colour'";

    expect(await ask(refused({ code: 'SEM0100', message }))).toMatchObject({
      trouble: { code: 'requestRefused' },
    });
  });

  it('that was cut is too large, whatever else it says', async () => {
    const error = { code: 'PartialError', message: 'E_QUERY_RESULT_SET_TOO_LARGE' };

    expect(await ask({ body: { tables: [], error } })).toMatchObject({
      trouble: { code: 'resultTooLarge' },
    });
  });

  it('that was answered in part only is no answer, however good its rows are', async () => {
    const columns = [{ name: 'Machine', type: 'string' }];
    const tables = [{ name: 'PrimaryResult', columns, rows: [['a']] }];
    const error = { code: 'PartialError', message: 'There were some errors when processing your query.' };

    expect(await ask({ body: { tables, error } })).toMatchObject({
      ok: false,
      trouble: { code: 'serviceUnavailable', message: expect.stringContaining('in part only') },
    });
  });

  it.each<[string, Answer, object]>([
    [
      'is throttled is asked again when the service says',
      {
        status: 429,
        body: { error: { code: 'ThrottledError', message: 'x' } },
        headers: { 'retry-after': '45' },
      },
      { code: 'throttled', retryAfterMs: 45_000 },
    ],
    [
      'timed out',
      { status: 504, body: { error: { code: 'GatewayTimeout', message: 'x' } } },
      { code: 'serviceUnavailable' },
    ],
    ['breaks off', { body: '{"tables":[{"name":"PrimaryRes' }, { code: 'serviceUnavailable' }],
  ])('that %s has a trouble that passes', async (_, answer, trouble) => {
    const found = await ask(answer);

    expect(found).toMatchObject({ ok: false, trouble });
    expect(found.ok || isTransient(found.trouble.code)).toBe(true);
  });
});
