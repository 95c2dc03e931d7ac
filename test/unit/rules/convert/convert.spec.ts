import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertWorkspace } from '../../../../shared/rules/convert/convert.ts';
import type { ExistingRule } from '../../../../shared/rules/convert/existing.ts';
import type { Collected, SettingsSource, WorkspaceSettings } from '../../../../shared/rules/convert/model.ts';
import { ruleOver, runs, shuffled, TEXT_COLUMNS, wantedList } from '../../../support/rules/arbitraries.ts';
import { bodyFaults } from '../../../support/rules/body-faults.ts';
import {
  LITERAL,
  literalSettings,
  literalSource,
  settingsOf,
  WORKSPACE,
} from '../../../support/rules/workspace.ts';

const GROUP = '/subscriptions/s/resourceGroups/g';
const counter = (name: string): Collected => ({
  ...{ what: 'counter', os: 'windows', stream: 'Microsoft-Perf' },
  ...{ specifier: `\\Object\\${name}`, intervalSeconds: 60 },
});
const convert = (sources: readonly SettingsSource[], existingRules: readonly ExistingRule[] = []) =>
  convertWorkspace(settingsOf(sources), {
    ...{ existingRules, converters: [LITERAL], options: { resourceGroupId: GROUP } },
  });

/** The rules as Azure would give them back. */
const deployed = (set: ReturnType<typeof convert>): readonly ExistingRule[] =>
  set.rules.map(({ name, resourceId = '', kind, body }) => ({
    ...{
      id: resourceId,
      name,
      os: kind === 'Windows' ? 'windows' : 'linux',
      tags: body.tags,
      body: body.properties,
    },
  }));

describe('converting a workspace', () => {
  it('gives the same bytes for the same settings in any order', () => {
    const input = wantedList.chain((wanted) => {
      const settings = literalSettings(wanted);
      const some = ruleOver(WORKSPACE.resourceId, 'theirs', wanted.slice(0, 5));
      const rules = [some, { ...some, id: `${some.id}-2`, name: 'theirs-2' }];
      return fc.record({
        one: fc.constant({ settings, rules }),
        other: fc.record({
          settings: shuffled(settings.sources).map((sources) => ({ ...settings, sources })),
          rules: shuffled(rules),
        }),
      });
    });
    const text = ({ settings, rules }: { settings: WorkspaceSettings; rules: readonly ExistingRule[] }) =>
      JSON.stringify(convertWorkspace(settings, { existingRules: rules, converters: [LITERAL] }));
    fc.assert(
      fc.property(input, ({ one, other }) => {
        expect(text(other)).toBe(text(one));
      }),
      runs(25),
    );
  });

  it('has every source in a rule or in a loss, and explains each', () => {
    fc.assert(
      fc.property(wantedList, (wanted) => {
        const settings = literalSettings(wanted);
        const existing = ruleOver(WORKSPACE.resourceId, 'theirs', wanted.slice(0, 5));
        const set = convertWorkspace(settings, { existingRules: [existing], converters: [LITERAL] });
        expect(set.explanations.map(({ sourceId }) => sourceId).sort()).toEqual(
          settings.sources.map(({ id }) => id).sort(),
        );
        for (const { placements, losses } of set.explanations) {
          expect(placements.length + losses.length).toBeGreaterThan(0);
          expect(placements.length).toBeLessThanOrEqual(1);
        }
      }),
      runs(30),
    );
  });

  it('explains in one sentence', () => {
    const { explanations, rules } = convert([literalSource('a', counter('A'))]);
    expect(explanations[0]?.sentence).toBe(
      `1 item to counters-60s of rule ${rules[0]?.name} (Windows counter into Microsoft-Perf, every 60 seconds).`,
    );
  });

  it('reports unknown and unread kinds, and sources of which nothing was made', () => {
    const silent = { kinds: ['Silent'], convert: () => ({ wanted: [], losses: [] }) };
    const source = (kind: string) => ({ id: `/ws/${kind}`, name: kind, kind, properties: {} });
    const settings = {
      ...settingsOf([source('Silent'), source('Strange')]),
      unread: [{ kind: 'WindowsEvent', reason: 'AuthorizationFailed' }],
    };
    const set = convertWorkspace(settings, { existingRules: [], converters: [silent] });
    expect(set.rules).toEqual([]);
    expect(set.losses.map(({ origin, code, detail }) => [origin.kind, code, detail])).toEqual([
      ['WindowsEvent', 'unreadable', 'AuthorizationFailed'],
      ['Silent', 'nothingSelected', undefined],
      ['Strange', 'unknownKind', 'Strange'],
    ]);
    expect(set.explanations).toHaveLength(3);
  });

  it('recognises its own rules, and leaves them the id they have', () => {
    const first = convert([
      literalSource('a', counter('A')),
      literalSource('i', { what: 'iisLog', os: 'windows', stream: 'S' }),
    ]);
    expect(first.rules.map(({ state }) => state)).toEqual(['create', 'create']);
    const moved = deployed(first).map((rule) => ({ ...rule, id: rule.id.replace('/g/', '/elsewhere/') }));
    const again = convert([literalSource('a', counter('A'))], moved);
    expect(again.rules).toMatchObject([
      { state: 'unchanged', resourceId: moved[0]?.id, hash: first.rules[0]?.hash },
    ]);
    expect(again.obsolete).toEqual([{ resourceId: moved[1]?.id, name: moved[1]?.name }]);
    expect(again.losses).toEqual([]);
    const more = convert([literalSource('a', counter('A')), literalSource('b', counter('B'))], moved);
    expect(more.rules.map(({ state }) => state)).toEqual(['update']);
  });

  it('has the same id before and after its rules are deployed', () => {
    const sources = [literalSource('a', counter('A'))];
    const first = convert(sources);
    expect(convert(sources, deployed(first)).id).toBe(first.id);
    expect(convert([literalSource('a', counter('B'))]).id).not.toBe(first.id);
  });

  it('names the tables of custom logs once', () => {
    const log = (os: 'windows' | 'linux'): Collected => ({
      ...{ what: 'logFile', os, table: 'App_CL', filePatterns: ['/a'] },
      ...{ recordStartTimestampFormat: 'ISO 8601', transformKql: 'source', columns: TEXT_COLUMNS },
    });
    const { tables, rules } = convert([literalSource('a', log('linux')), literalSource('b', log('windows'))]);
    expect(rules).toHaveLength(2);
    expect(tables.map(({ name }) => name)).toEqual(['App_CL']);
    expect(tables[0]?.columns.map(({ name }) => name)).toEqual(['TimeGenerated', 'RawData']);
  });

  it('gives a custom log without columns those of the agent', () => {
    const log: Collected = {
      ...{ what: 'logFile', os: 'linux', table: 'App_CL', filePatterns: ['/a'] },
      ...{ recordStartTimestampFormat: 'ISO 8601', transformKql: 'source' },
    };
    const { tables, rules } = convert([literalSource('a', log)]);
    const names = ['TimeGenerated', 'RawData', 'FilePath', 'Computer'];
    expect(tables[0]?.columns.map(({ name }) => name)).toEqual(names);
    const [declared] = Object.values(rules[0]?.body.properties.streamDeclarations ?? {});
    expect(declared?.columns.map(({ name }) => name)).toEqual(names);
  });

  it('is quick for a large workspace', () => {
    const sources = large(1000, 300, 100);
    const began = performance.now();
    const { rules } = convert(sources);
    // A loose bound for busy computers; the figure itself is in the benchmark.
    expect(performance.now() - began).toBeLessThan(3000);
    expect(rules).toHaveLength(12 + 4 + 12);
    for (const { name, body } of rules) expect(bodyFaults(name, body)).toEqual([]);
  });
});

function large(counters: number, events: number, logs: number): readonly SettingsSource[] {
  const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
  return [
    ...many(counters, (i) => literalSource(`c${i}`, counter(`Counter ${i}`))),
    ...many(events, (i) =>
      literalSource(`e${i}`, {
        what: 'event',
        os: 'windows',
        stream: 'Microsoft-Event',
        xPath: `Log ${i}!*`,
      }),
    ),
    ...many(logs, (i) =>
      literalSource(`l${i}`, {
        ...{ what: 'logFile', os: 'linux', table: `App${i}_CL`, filePatterns: [`/var/log/${i}`] },
        ...{ recordStartTimestampFormat: 'ISO 8601', transformKql: 'source', columns: TEXT_COLUMNS },
      }),
    ),
  ];
}
