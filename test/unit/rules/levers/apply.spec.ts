import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertWorkspace } from '../../../../shared/rules/convert/convert.ts';
import type { Collected, Wanted } from '../../../../shared/rules/convert/model.ts';
import type { LeverChoice } from '../../../../shared/rules/levers/choices.ts';
import { ruleOver, runs, shuffled, wantedList } from '../../../support/rules/arbitraries.ts';
import { bodyFaults } from '../../../support/rules/body-faults.ts';
import { LITERAL, literalSettings, WORKSPACE } from '../../../support/rules/workspace.ts';
import { selects } from './select.ts';

const event = (xPath: string, stream = 'Microsoft-SecurityEvent'): Collected => ({
  ...{ what: 'event', os: 'windows', stream, xPath },
});
const counter = (specifier: string, intervalSeconds: number): Collected => ({
  ...{ what: 'counter', os: 'windows', stream: 'Microsoft-Perf', specifier, intervalSeconds },
});
const TEXT = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'RawData', type: 'string' },
];
const logFile = (extracted: readonly string[]): Collected => ({
  ...{ what: 'logFile', os: 'windows', table: 'App_AMA_CL', filePatterns: ['C:\\a.log'] },
  recordStartTimestampFormat: 'ISO 8601',
  transformKql: 'source',
  columns: [...TEXT, ...extracted.map((name) => ({ name, type: 'string' }))],
});

function convert(
  all: readonly Collected[],
  levers: readonly LeverChoice[],
  theirs: readonly Collected[] = [],
) {
  const wanted = (list: readonly Collected[]) =>
    list.map((collected, i) => ({ collected, origins: [{ sourceId: `/s/${i}`, kind: 'K', item: `${i}` }] }));
  const existingRules = theirs.length === 0 ? [] : [ruleOver(WORKSPACE.resourceId, 'theirs', wanted(theirs))];
  return convertWorkspace(literalSettings(wanted(all)), {
    existingRules,
    converters: [LITERAL],
    options: levers.length === 0 ? {} : { levers },
  });
}

const drop = (eventIds: readonly number[], log = 'Security'): LeverChoice => ({
  ...{ kind: 'dropEvents', table: 'SecurityEvent', log, eventIds },
});
const sources = (set: ReturnType<typeof convert>) => set.rules.map(({ body }) => body.properties.dataSources);
const lossCodes = (set: ReturnType<typeof convert>) => set.losses.map(({ code }) => code);

describe('a chosen lever', () => {
  it('leaves events out of the query, and says so in the losses and to the source', () => {
    const set = convert([event('Security!*')], [drop([4662])]);

    expect(sources(set)[0]?.windowsEventLogs?.[0]?.xPathQueries).toEqual([
      'Security!*[System[(EventID != 4662)]]',
    ]);
    expect(set.losses).toEqual([
      expect.objectContaining({ code: 'narrowedByLever', detail: 'events 4662 of log Security' }),
    ]);
    expect(set.explanations[0]?.sentence).toContain('1 item changed (narrowedByLever)');
    expect(set.levers).toEqual([drop([4662])]);
  });

  it('takes away a query of which nothing is left', () => {
    const set = convert(
      [event('Security!*[System[(EventID=1)]]'), event('System!*', 'Microsoft-Event')],
      [drop([1])],
    );

    expect(JSON.stringify(sources(set))).not.toContain('Security!');
    expect(JSON.stringify(sources(set))).toContain('System!*');
    expect(lossCodes(set)).toEqual(['droppedByLever']);
  });

  it.each([
    ['another table', event('Security!*', 'Microsoft-Event'), drop([1])],
    ['another log', event('System!*'), drop([1])],
    ['an id that is not listed', event('Security!*[System[(EventID=2)]]'), drop([1])],
    [
      'another table for columns',
      event('Security!*'),
      { kind: 'dropColumns', table: 'Syslog', columns: ['HostIP'] },
    ],
    ['counters that are slow enough', counter('\\A\\b', 60), { kind: 'samplingInterval', seconds: 30 }],
    ['a table nobody makes', event('Security!*'), { kind: 'basicPlan', table: 'App_CL' }],
  ] as const)('about %s changes nothing, and says so', (_, collected, choice) => {
    const plain = convert([collected], []);
    const set = convert([collected], [choice]);

    expect(set.rules).toEqual(plain.rules);
    expect(lossCodes(set)).toEqual(['leverNotApplied']);
    expect(set.id).not.toBe(plain.id);
  });

  it('that would need too many expressions is not applied at all', () => {
    const ids = Array.from({ length: 21 }, (_, i) => i + 1);
    const set = convert([event('Security!*')], [drop(ids)]);

    expect(sources(set)[0]?.windowsEventLogs?.[0]?.xPathQueries).toEqual(['Security!*']);
    expect(set.losses[0]).toMatchObject({ code: 'leverNotApplied', detail: /21 expressions/ });
  });

  it('drops columns by a transformation of the flow', () => {
    const columns = ['EventData', 'ParentProcessName'];
    const set = convert([event('Security!*')], [{ kind: 'dropColumns', table: 'SecurityEvent', columns }]);

    expect(set.rules[0]?.body.properties.dataFlows).toEqual([
      {
        streams: ['Microsoft-SecurityEvent'],
        destinations: ['workspace'],
        transformKql: "source\n| project-away ['EventData'], ['ParentProcessName']",
        outputStream: 'Microsoft-SecurityEvent',
      },
    ]);
  });

  it('drops the text of a log only where something was extracted from it', () => {
    const choice: LeverChoice = { kind: 'dropColumns', table: 'App_AMA_CL', columns: ['RawData'] };

    const plain = convert([logFile([])], [choice]);
    const extracted = convert([logFile(['Level'])], [choice]);

    expect(plain.rules[0]?.body.properties.dataFlows[0]?.transformKql).toBe('source');
    expect(lossCodes(plain)).toEqual(['leverNotApplied']);
    expect(extracted.rules[0]?.body.properties.dataFlows[0]?.transformKql).toBe(
      "source\n| project-away ['RawData']",
    );
  });

  it.each([
    ['a key', 'SecurityEvent', 'EventID'],
    ['a column of every table', 'SecurityEvent', '_ResourceId'],
  ])('never drops %s', (_, table, column) => {
    const set = convert([event('Security!*')], [{ kind: 'dropColumns', table, columns: [column] }]);

    expect(set.rules[0]?.body.properties.dataFlows[0]).not.toHaveProperty('transformKql');
    expect(lossCodes(set)).toEqual(['leverNotApplied']);
  });

  it('reads counters less often, and leaves the others', () => {
    const set = convert(
      [counter('\\A\\fast', 10), counter('\\A\\slow', 300)],
      [{ kind: 'samplingInterval', seconds: 60 }],
    );

    expect(
      sources(set)[0]?.performanceCounters?.map((one) => [
        one.samplingFrequencyInSeconds,
        one.counterSpecifiers,
      ]),
    ).toEqual([
      [60, ['\\A\\fast']],
      [300, ['\\A\\slow']],
    ]);
    expect(set.losses).toEqual([
      expect.objectContaining({ code: 'narrowedByLever', detail: '\\A\\fast was read every 10 seconds' }),
    ]);
  });

  it('gives a new table the Basic plan', () => {
    const set = convert([logFile(['Level'])], [{ kind: 'basicPlan', table: 'app_ama_cl' }]);

    expect(set.tables).toEqual([expect.objectContaining({ name: 'App_AMA_CL', plan: 'Basic' })]);
    expect(lossCodes(set)).toEqual(['planChangedByLever']);
  });

  it('has nothing to act on where the rule of somebody else collects', () => {
    const set = convert([event('Security!*')], [drop([4662])], [event('Security!*')]);

    expect(set.rules).toEqual([]);
    expect(lossCodes(set).sort()).toEqual(['alreadyCollected', 'leverNotApplied']);
  });

  it('is the same whatever order the choices are in', () => {
    const choices: readonly LeverChoice[] = [
      drop([2, 1]),
      drop([3]),
      { kind: 'dropColumns', table: 'SecurityEvent', columns: ['EventData', 'Task'] },
      { kind: 'samplingInterval', seconds: 60 },
      { kind: 'samplingInterval', seconds: 120 },
    ];
    const all = [event('Security!*'), counter('\\A\\b', 10)];
    const expected = JSON.stringify(convert(all, choices));
    fc.assert(
      fc.property(shuffled(choices), (order) => {
        expect(JSON.stringify(convert(all, order))).toBe(expected);
      }),
      { numRuns: 20 },
    );
  });
});

describe('levers of any kind', () => {
  const choice: fc.Arbitrary<LeverChoice> = fc.oneof(
    fc.record({
      kind: fc.constant('dropEvents' as const),
      table: fc.constantFrom('SecurityEvent' as const, 'Event' as const),
      log: fc.nat(150).map((n) => `Log ${n}`),
      eventIds: fc.uniqueArray(fc.nat(25), { minLength: 1, maxLength: 25 }),
    }),
    fc.record({
      kind: fc.constant('dropColumns' as const),
      table: fc.constantFrom('SecurityEvent', 'Event', 'Perf', 'Syslog', 'App3_CL'),
      columns: fc.uniqueArray(fc.constantFrom('EventData', 'CounterPath', 'RawData', 'EventID'), {
        minLength: 1,
      }),
    }),
    fc.record({
      kind: fc.constant('samplingInterval' as const),
      seconds: fc.integer({ min: 1, max: 1800 }),
    }),
    fc.record({ kind: fc.constant('basicPlan' as const), table: fc.nat(9).map((n) => `App${n}_CL`) }),
  );

  it('never make a rule collect more, lose nothing without saying so, and hold every limit', () => {
    fc.assert(
      fc.property(wantedList, fc.array(choice, { maxLength: 6 }), (wanted, levers) => {
        const settings = literalSettings(wanted);
        const input = { existingRules: [], converters: [LITERAL] };
        const before = convertWorkspace(settings, input);
        const after = convertWorkspace(settings, { ...input, options: { levers } });
        for (const { name, body } of after.rules) expect(bodyFaults(name, body)).toEqual([]);
        for (const id of [3, 12, 24, 99]) {
          // A query that was too long for a rule may fit once it is narrowed, so what was asked is the measure.
          const asked = logsAsked(wanted, id);
          expect(logsSelected(after, id).filter((log) => !asked.includes(log))).toEqual([]);
        }
        const intervals = (set: typeof before) =>
          new Map(
            set.rules.flatMap(({ body }) =>
              (body.properties.dataSources.performanceCounters ?? []).flatMap((one) =>
                one.counterSpecifiers.map((name) => [
                  `${body.kind} ${one.streams} ${name}`,
                  one.samplingFrequencyInSeconds,
                ]),
              ),
            ),
          );
        for (const [name, seconds] of intervals(after))
          expect(seconds).toBeGreaterThanOrEqual(intervals(before).get(name) as number);
        expect([...intervals(after).keys()].sort()).toEqual([...intervals(before).keys()].sort());
        const said = after.losses.filter(({ code }) => /lever/i.test(code));
        if (levers.length > 0) expect(said.length).toBeGreaterThan(0);
        if (JSON.stringify(after.rules) !== JSON.stringify(before.rules))
          expect(said.some(({ code }) => code !== 'leverNotApplied')).toBe(true);
      }),
      runs(40),
    );
  }, 30_000);

  /** Logs of which an event with this id is collected, with the stream. */
  function logsSelected(set: ReturnType<typeof convertWorkspace>, id: number): readonly string[] {
    return set.rules.flatMap(({ body }) =>
      (body.properties.dataSources.windowsEventLogs ?? []).flatMap(({ streams, xPathQueries }) =>
        logsOf(`${streams}`, xPathQueries, id),
      ),
    );
  }

  /** The same of the settings, whether a rule can hold the query or not. */
  function logsAsked(wanted: readonly Wanted[], id: number): readonly string[] {
    return wanted.flatMap(({ collected: one }) =>
      one.what === 'event' ? logsOf(one.stream, [one.xPath], id) : [],
    );
  }

  function logsOf(stream: string, xPathQueries: readonly string[], id: number): readonly string[] {
    return xPathQueries
      .filter((xPath) => selects(xPath, { id, level: 4 }))
      .map((xPath) => `${stream} ${xPath.split('!')[0]}`);
  }
});
