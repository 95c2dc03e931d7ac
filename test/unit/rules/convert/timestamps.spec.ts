import { describe, expect, it } from 'vitest';
import type { PublishedName } from '../../../../shared/rules/convert/kinds/delimiters.ts';
import { timeOf } from '../../../../shared/rules/convert/kinds/timestamps.ts';

/** The few functions of Kusto that these expressions call, as Kusto documents them. */
const KUSTO: Readonly<Record<string, (...values: never[]) => unknown>> = {
  extract: (regex: string, group: number, text: string) => new RegExp(regex).exec(text)?.[group] ?? '',
  strcat: (...texts: readonly string[]) => texts.join(''),
  strlen: (text: string) => text.length,
  substring: (text: string, start: number, length: number) => text.slice(start).slice(0, length),
  indexof: (text: string, part: string) => text.indexOf(part),
  toint: (text: string) => (text === '' ? null : Number(text)),
  todouble: (text: string) => (text === '' ? null : Number(text)),
  isempty: (text: string) => text === '',
  datetime: (none: null) => none,
  tolower: (text: string) => text.toLowerCase(),
  iif: (condition: boolean, yes: unknown, no: unknown) => (condition ? yes : no),
  todatetime: (text: string) => instant(/(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`),
  make_datetime: (...[y, mo, d, h, mi, s]: readonly (number | null)[]) =>
    y === null ? null : instant(Date.UTC(y ?? 0, (mo ?? 0) - 1, d ?? 0, h ?? 0, mi ?? 0, s ?? 0)),
};

function instant(value: string | number): string | null {
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** KQL of calls, numbers, texts and arithmetic is JavaScript as well. */
function evaluate(kql: string, record: string): unknown {
  return new Function(...Object.keys(KUSTO), 'RawData', `return ${kql};`)(...Object.values(KUSTO), record);
}

describe('the time of a record', () => {
  it.each<[PublishedName, string, string | null]>([
    ['YYYY-MM-DD HH:MM:SS', '2024-10-29 18:28:34,1423,Error', '2024-10-29T18:28:34.000Z'],
    ['YYYY-MM-DD HH:MM:SS', '2024-10-29 8:28:34', '2024-10-29T08:28:34.000Z'],
    ['YYYY-MM-DD HH:MM:SS', 'no time', null],
    ['yyyy-MM-ddTHH:mm:ss', 'at 2024-10-29T18:28:34Z x', '2024-10-29T18:28:34.000Z'],
    ['M/D/YYYY HH:MM:SS AM/PM', '10/29/2024 06:28:34 PM', '2024-10-29T18:28:34.000Z'],
    ['M/D/YYYY HH:MM:SS AM/PM', '1/2/2024 12:00:01 am', '2024-01-02T00:00:01.000Z'],
    ['M/D/YYYY HH:MM:SS AM/PM', '1/2/2024 12:00:01 PM', '2024-01-02T12:00:01.000Z'],
    ['M/D/YYYY HH:MM:SS AM/PM', 'no time', null],
    ['dd/MMM/yyyy HH:MM:SS', '09/Sep/2024 18:28:34', '2024-09-09T18:28:34.000Z'],
    ['dd/MMM/yyyy HH:MM:SS', 'no time', null],
    ['MMM dd yyyy HH:MM:SS', 'October 29, 2024 18:28:34', '2024-10-29T18:28:34.000Z'],
    ['MMM dd yyyy HH:MM:SS', 'Dec 1 2024 8:28:34', '2024-12-01T08:28:34.000Z'],
    ['MMM dd yyyy HH:MM:SS', 'Dec 1 2024 8:28:34 PM', null],
    ['yyMMdd HH:mm:ss', '241029 18:28:34', '2024-10-29T18:28:34.000Z'],
    ['ddMMyy HH:mm:ss', '291024  8:28:34', '2024-10-29T08:28:34.000Z'],
    ['dd/MMM/yyyy:HH:mm:ss +zzzz', '[14/Oct/2024:18:28:34 +0130]', '2024-10-14T16:58:34.000Z'],
    ['dd/MMM/yyyy:HH:mm:ss +zzzz', '14/Jan/2024:18:28:34 -0000', '2024-01-14T18:28:34.000Z'],
  ])('%s of %j is %s', (name, record, time) => {
    expect(evaluate(timeOf(name) ?? '', record)).toBe(time);
  });

  it('cannot be told without a year', () => {
    expect(timeOf('MMM d HH:mm:ss')).toBeUndefined();
  });
});
