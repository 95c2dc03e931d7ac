import { describe, expect, it } from 'vitest';
import type { AnyQuery } from '../../../../shared/model/query.ts';
import { fail, ok, type Result } from '../../../../shared/model/trouble.ts';
import { measure, windowBefore } from '../../../../shared/rules/levers/measure.ts';
import type { LogsGateway } from '../../../../shared/verification/gateway.ts';

const NOW = Date.parse('2026-11-21T14:30:00Z');

type Answers = Readonly<Record<string, Result<readonly object[]>>>;

function ask(answers: Answers, tables: readonly string[]) {
  const asked: { id: string; parameters: object }[] = [];
  let under = 0;
  let most = 0;
  const logs = {
    async query(_: string, query: AnyQuery, parameters: object) {
      asked.push({ id: query.id, parameters });
      under += 1;
      most = Math.max(most, under);
      await new Promise((done) => setImmediate(done));
      under -= 1;
      return answers[query.id] ?? ok([]);
    },
  } as unknown as LogsGateway;
  const result = measure({ logs, now: () => NOW }, 'customer', tables);
  return result.then((measured) => ({ measured, asked, most }));
}

const volume = (DataType: string, megabytes: number, IsBillable = true) => ({
  ...{ DataType, IsBillable, megabytes, lastSeen: '' },
});
const usageOf = (...rows: object[]): Answers => ({ usage: ok(rows) });

describe('the window', () => {
  it('is the seven full days before, without the one that runs', () => {
    expect(windowBefore(NOW)).toEqual({
      since: '2026-11-14T00:00:00.000Z',
      until: '2026-11-20T23:59:59.999Z',
      days: 7,
    });
  });
});

describe('measuring', () => {
  it('asks only about the tables that the rules fill', async () => {
    const { asked } = await ask(usageOf(volume('Event', 5)), ['Event', 'Other_CL']);

    expect(asked.map(({ id }) => id)).toEqual(['usage', 'lever-event-ids', 'lever-column-bytes']);
    expect(asked[1]?.parameters).toMatchObject({ since: '2026-11-14T00:00:00.000Z', top: '200' });
  });

  it('reads keys, with the rest apart, and leaves out what is not billed', async () => {
    const rows = [
      { Log: 'Security', EventID: 4624, rowCount: 2, billedBytes: 20 },
      { Log: '', EventID: 1, rowCount: 1, billedBytes: 5 },
      { Log: '', EventID: -1, rowCount: 9, billedBytes: 7 },
    ];
    const { measured } = await ask(
      {
        ...usageOf(volume('SecurityEvent', 3), volume('SecurityEvent', 4, false)),
        'lever-security-event-ids': ok(rows),
      },
      ['SecurityEvent'],
    );

    expect(measured).toMatchObject({
      ok: true,
      value: {
        tables: { found: [{ table: 'securityevent', bytes: 3e6 }] },
        keys: {
          SecurityEvent: {
            found: [
              { key: ['Security', '4624'], rows: 2, bytes: 20 },
              { key: ['Security', '1'], rows: 1, bytes: 5 },
              { key: null, rows: 9, bytes: 7 },
            ],
          },
        },
      },
    });
  });

  it('samples the legacy table while the new one has less, and few tables of many', async () => {
    const many = Array.from({ length: 100 }, (_, i) => `T${i}_AMA_CL`);
    const rows = many.map((name, i) => volume(name.replace('_AMA', ''), 1000 - i));
    const { asked, most } = await ask(usageOf(...rows, volume('T3_AMA_CL', 5000)), many);

    const sampled = asked.filter(({ id }) => id === 'lever-column-bytes');
    expect(sampled.map(({ parameters }) => (parameters as { logTable: string }).logTable)).toEqual([
      ...['T3_AMA_CL', 'T0_CL', 'T1_CL', 'T2_CL', 'T4_CL', 'T5_CL'],
      ...['T6_CL', 'T7_CL', 'T8_CL', 'T9_CL', 'T10_CL', 'T11_CL'],
    ]);
    expect(most).toBe(3);
  });

  it('keeps the trouble of one query with its table and goes on', async () => {
    const { measured } = await ask(
      { ...usageOf(volume('Perf', 1)), 'lever-perf-counters': fail('throttled', 'busy') },
      ['Perf'],
    );

    expect(measured).toMatchObject({
      ok: true,
      value: { keys: { Perf: { found: [], trouble: 'busy' } }, columns: { Perf: { found: [] } } },
    });
  });

  it.each([
    ['throttled', false],
    ['notAuthorized', true],
  ] as const)('that fails everywhere with %s is a result: %s', async (code, good) => {
    const trouble = fail(code, 'no', 17_000);
    const { measured } = await ask({ usage: trouble, 'lever-syslog-severities': trouble }, ['Syslog']);

    expect(measured).toMatchObject(good ? { ok: true } : { ok: false, trouble: { retryAfterMs: 17_000 } });
  });
});
