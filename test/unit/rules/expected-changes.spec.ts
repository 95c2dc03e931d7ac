import { describe, expect, it } from 'vitest';
import type { Loss } from '../../../shared/rules/convert/model.ts';
import { expectedChanges } from '../../../shared/rules/expected-changes.ts';

const loss = (code: Loss['code']): Loss => ({ origin: { sourceId: 's', kind: 'k', item: 'i' }, code });

describe('what a rule set collects otherwise on purpose', () => {
  it('is nothing where nobody chose a lever and every interval stayed', () => {
    expect(expectedChanges({ losses: [loss('unknownFacility')] })).toEqual([]);
  });

  it('are dropped events, by the names that comparisons give them', () => {
    expect(
      expectedChanges({
        losses: [],
        levers: [
          { kind: 'dropEvents', table: 'SecurityEvent', log: 'Security', eventIds: [5156, 4688] },
          { kind: 'dropEvents', table: 'Event', log: 'System', eventIds: [7036] },
          { kind: 'dropColumns', table: 'Event', columns: ['ParameterXml'] },
        ],
      }),
    ).toEqual([
      { table: 'Event', ignoredKeys: ['System/7036'], volume: 'same' },
      { table: 'SecurityEvent', ignoredKeys: ['4688', '5156'], volume: 'same' },
    ]);
  });

  it('are counters in another rhythm, each with the share of rows that comes', () => {
    const rhythms = [{ os: 'windows', counter: 'processor\\% processor time', share: 0.5 }] as const;

    expect(expectedChanges({ losses: [loss('intervalMerged')], rhythms })).toEqual([
      { table: 'Perf', ignoredKeys: [], volume: 'same', rhythms },
    ]);
    expect(expectedChanges({ losses: [loss('intervalMerged')], rhythms: [] })).toEqual([]);
  });

  it('are counters of which nobody knows how many rows come, where instances differ in it', () => {
    const unclear = { os: 'linux', counter: 'processor\\% processor time', share: null } as const;
    const known = { os: 'linux', counter: 'memory\\% used memory', share: 0.5 } as const;

    expect(expectedChanges({ losses: [], rhythms: [unclear, known] })).toEqual([
      { table: 'Perf', ignoredKeys: [], volume: 'other', rhythms: [known] },
    ]);
  });

  it.each<[string, Parameters<typeof expectedChanges>[0]]>([
    ['a lever in a rule set of before', { losses: [], levers: [{ kind: 'samplingInterval', seconds: 60 }] }],
    ['an interval out of range', { losses: [loss('intervalOutOfRange')] }],
    ['intervals that were merged', { losses: [loss('intervalMerged')] }],
  ])('is another rhythm of counters by %s', (_, ruleSet) => {
    expect(expectedChanges(ruleSet)).toEqual([{ table: 'Perf', ignoredKeys: [], volume: 'other' }]);
  });
});
