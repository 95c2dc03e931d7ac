import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingsBytes } from '../../../../shared/rules/convert/check-limits.ts';
import { LIMITS } from '../../../../shared/rules/convert/limits.ts';
import { collectedKey } from '../../../../shared/rules/convert/merge.ts';
import type { Collected, Origin } from '../../../../shared/rules/convert/model.ts';
import { originKey } from '../../../../shared/rules/convert/order.ts';
import { pack } from '../../../../shared/rules/convert/pack.ts';
import {
  originNumber,
  runs,
  shuffled,
  TEXT_COLUMNS,
  wantedList,
} from '../../../support/rules/arbitraries.ts';

const counter = (specifier: string, intervalSeconds: number): Collected => ({
  what: 'counter',
  os: 'windows',
  stream: 'Microsoft-Perf',
  specifier,
  intervalSeconds,
});
const syslog = (facility: string, levels: readonly string[]): Collected => ({
  what: 'syslog',
  os: 'linux',
  stream: 'Microsoft-Syslog',
  facility,
  levels,
});
const packed = (...all: readonly Collected[]) =>
  pack(all.map((collected, i) => ({ collected, origins: [originNumber(i)] })));

describe('packing', () => {
  it('puts every origin into exactly one rule, or into a loss', () => {
    fc.assert(
      fc.property(wantedList, (wanted) => {
        const { rules, losses } = pack(wanted);
        const placed = rules.flatMap((rule) => [
          ...new Set(rule.wanted.flatMap(({ origins }) => origins.map(originKey))),
        ]);
        const lost = losses.map(({ origin }) => originKey(origin));
        expect([...placed, ...lost].sort()).toEqual(
          wanted.map(({ origins }) => originKey(origins[0] as Origin)).sort(),
        );
      }),
      runs(60),
    );
  });

  it('collects nothing twice, and keeps Windows and Linux apart', () => {
    fc.assert(
      fc.property(wantedList, (wanted) => {
        const { rules } = pack(wanted);
        const keys = rules.flatMap((rule) => rule.wanted.map(({ collected }) => collectedKey(collected)));
        expect(new Set(keys).size).toBe(keys.length);
        for (const rule of rules)
          expect(rule.wanted.every(({ collected }) => collected.os === rule.os)).toBe(true);
      }),
      runs(60),
    );
  });

  it('keeps single things inside their limits', () => {
    fc.assert(
      fc.property(wantedList, (wanted) => {
        for (const { collected } of pack(wanted).rules.flatMap((rule) => rule.wanted)) {
          if (collected.what === 'logFile')
            expect(collected.transformKql.length).toBeLessThanOrEqual(LIMITS.transformCharacters);
          if (collected.what === 'extension')
            expect(settingsBytes(collected.settings)).toBeLessThanOrEqual(LIMITS.extensionSettingsBytes);
          if (collected.what === 'event')
            expect(collected.xPath.split('EventID').length - 1).toBeLessThanOrEqual(LIMITS.xPathExpressions);
        }
      }),
      runs(30),
    );
  });

  it('does not depend on the order of its input', () => {
    const pair = wantedList.chain((wanted) => fc.tuple(fc.constant(wanted), shuffled(wanted)));
    fc.assert(
      fc.property(pair, ([one, other]) => {
        expect(JSON.stringify(pack(other))).toBe(JSON.stringify(pack(one)));
      }),
      runs(40),
    );
  });

  it.each<[string, Collected, Collected]>([
    ['counters', counter('\\Memory\\Pages', 60), counter('\\MEMORY\\Pages', 60)],
    [
      'extension settings',
      { what: 'extension', os: 'linux', extensionName: 'E', streams: ['S'], settings: { a: 1, b: 2 } },
      { what: 'extension', os: 'linux', extensionName: 'e', streams: ['S'], settings: { b: 2, a: 1 } },
    ],
  ])('chooses between spellings of %s whatever comes first', (_, one, other) => {
    const texts = [
      [one, other],
      [other, one],
    ].map((all) => JSON.stringify(packed(...all).rules[0]?.wanted.map(({ collected }) => collected)));
    expect(texts[0]).toBe(texts[1]);
  });

  it('collects a counter once, at the shortest interval, and says so', () => {
    const { rules, notes } = packed(counter('\\Memory\\Pages/sec', 60), counter('\\memory\\pages/sec', 10));
    expect(rules).toHaveLength(1);
    expect(rules[0]?.wanted).toMatchObject([{ collected: { intervalSeconds: 10 } }]);
    expect(rules[0]?.wanted[0]?.origins).toHaveLength(2);
    expect(notes).toEqual([
      '\\Memory\\Pages/sec is asked for every 10 and 60 seconds; it is collected every 10.',
    ]);
  });

  it('splits where intervals, not counters, are too many', () => {
    const all = Array.from({ length: 25 }, (_, i) => counter(`\\O\\${i}`, 10 + i));
    const rules = packed(...all).rules;
    expect(rules.length).toBeLessThanOrEqual(4);
    for (const rule of rules) expect(rule.wanted.length).toBeLessThanOrEqual(LIMITS.dataSources);
  });

  it('joins the levels of one facility', () => {
    const { rules } = packed(syslog('auth', ['Error']), syslog('auth', ['Alert', 'Error']));
    expect(rules[0]?.wanted).toMatchObject([{ collected: { facility: 'auth', levels: ['Error', 'Alert'] } }]);
  });

  it('asks no facility for what * brings already', () => {
    const { rules } = packed(
      syslog('*', ['Error']),
      syslog('auth', ['Error']),
      syslog('cron', ['Error', 'Debug']),
    );
    expect(
      rules[0]?.wanted.map(({ collected, origins }) => ({ collected, from: origins.length })),
    ).toMatchObject([
      { collected: { facility: '*', levels: ['Error'] }, from: 2 },
      { collected: { facility: 'cron', levels: ['Debug'] }, from: 1 },
    ]);
  });

  it('reports what no rule can hold', () => {
    const transformKql = 'x'.repeat(LIMITS.transformCharacters + 1);
    const { rules, losses } = packed({
      ...{ what: 'logFile', os: 'linux', table: 'A_CL', filePatterns: ['/var/log/a'] },
      ...{ recordStartTimestampFormat: 'ISO 8601', transformKql, columns: TEXT_COLUMNS },
    });
    expect(rules).toEqual([]);
    expect(losses).toMatchObject([
      { code: 'limitExceeded', detail: '15361 characters in the transformation; a rule allows 15360' },
    ]);
  });
});
