import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineQuery, renderQuery } from '../../../shared/model/query.ts';

const query = defineQuery({
  id: 'test',
  target: 'logAnalytics',
  parameters: { since: 'datetime', machines: 'strings' },
  text: `
    Heartbeat
    | where TimeGenerated > since
      and Computer in (machines)
  `,
  row: z.object({}),
});

describe('defineQuery', () => {
  it('takes the indentation of the source out of the text', () => {
    expect(query.text).toBe('Heartbeat\n| where TimeGenerated > since\n  and Computer in (machines)');
  });
});

describe('renderQuery', () => {
  it('puts one let per parameter in declared order before the unchanged text', () => {
    const text = renderQuery(query, { machines: ['a', 'b'], since: '2026-11-21T08:00:00.000Z' });

    expect(text).toBe(
      `let since = datetime(2026-11-21T08:00:00.000Z);\nlet machines = dynamic(["a","b"]);\n${query.text}`,
    );
  });

  it.each([
    ['a quote', 'a"b', '["a\\"b"]'],
    ['a backslash', 'a\\b', '["a\\\\b"]'],
    ['a closing attempt', '"]); Heartbeat | take 1 //', '["\\"]); Heartbeat | take 1 //"]'],
    ['a line break', 'a\nb', '["a\\nb"]'],
    ['a single quote', "o'brien", '["o\'brien"]'],
    ['letters outside ASCII', 'größe-東京', '["größe-東京"]'],
  ])('escapes %s', (_, value, literal) => {
    const text = renderQuery(query, { since: '2026-11-21T08:00:00Z', machines: [value] });

    expect(text.split('\n')[1]).toBe(`let machines = dynamic(${literal});`);
  });

  it('keeps any list on one line, readable back as it was, and the body last', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 5 }), (machines) => {
        const lines = renderQuery(query, { since: '2026-11-21T08:00:00Z', machines }).split('\n');
        const literal = /^let machines = dynamic\((.*)\);$/s.exec(lines[1] ?? '')?.[1] ?? '';

        expect(JSON.parse(literal)).toEqual(machines.map((m) => m.toWellFormed()));
        expect(lines.slice(2).join('\n')).toBe(query.text);
      }),
    );
  });

  it.each([
    ['an instant without Z', '2026-11-21T08:00:00'],
    ['an instant with an offset', '2026-11-21T08:00:00+01:00'],
    ['a function call', 'now()'],
    ['text behind the instant', '2026-11-21T08:00:00Z); drop'],
    ['a second line', '2026-11-21T08:00:00Z\n'],
    ['nothing', ''],
  ])('refuses %s for a datetime', (_, since) => {
    expect(() => renderQuery(query, { since, machines: [] })).toThrow(/since/);
  });

  it('refuses a list for a datetime, a text for a list, and a missing value', () => {
    expect(() => renderQuery(query, { since: [], machines: [] } as never)).toThrow(/since/);
    expect(() => renderQuery(query, { since: '2026-11-21T08:00:00Z', machines: 'a' } as never)).toThrow(
      /machines/,
    );
    expect(() => renderQuery(query, { since: '2026-11-21T08:00:00Z' } as never)).toThrow(/machines/);
  });
});

describe('the name of a table', () => {
  const ofTable = defineQuery({
    ...{ id: 'of-table', target: 'logAnalytics' as const, row: z.object({}) },
    parameters: { logTable: 'tableName' as const },
    text: 'table(logTable) | count',
  });

  it('is a plain text, which table() takes', () => {
    expect(renderQuery(ofTable, { logTable: 'App_CL' })).toBe(
      "let logTable = 'App_CL';\ntable(logTable) | count",
    );
  });

  it.each(["App_CL'; Heartbeat", 'App CL', '', '1App_CL', 'App_CL\n', 'App-CL', 'größe_CL'])(
    'is refused as %j',
    (logTable) => {
      expect(() => renderQuery(ofTable, { logTable })).toThrow('does not fit its kind');
    },
  );
});
