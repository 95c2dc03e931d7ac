import { describe, expect, it } from 'vitest';
import { convertWorkspace } from '../../../../shared/rules/convert/convert.ts';
import { counterOf } from '../../../../shared/rules/convert/rhythms.ts';
import { settingsOf } from '../../../support/rules/workspace.ts';
import { aSource } from './kind-fixtures.ts';

const counter = (name: string, intervalSeconds: number, changes: object = {}) =>
  aSource('WindowsPerformanceCounter', `${name}-${intervalSeconds}`, {
    ...{ objectName: 'Processor', instanceName: '_Total', counterName: name, intervalSeconds },
    ...changes,
  });
const rhythms = (sources: readonly ReturnType<typeof counter>[], seconds?: number) =>
  convertWorkspace(settingsOf(sources), {
    existingRules: [],
    options: seconds === undefined ? {} : { levers: [{ kind: 'samplingInterval', seconds }] },
  }).rhythms;

describe('counters in another rhythm', () => {
  it('are none where every interval stays', () => {
    expect(rhythms([counter('A', 10), counter('B', 60)])).toEqual([]);
  });

  it.each([
    ['an interval longer than a rule takes', [counter('A', 3600)], undefined, 2],
    ['a cost lever', [counter('A', 10)], 60, 1 / 6],
    // Both settings wrote rows: six and one a minute become six.
    ['two intervals that were merged', [counter('A', 10), counter('A', 60)], undefined, 6 / 7],
    ['both', [counter('A', 10), counter('A', 60)], 60, 1 / 7],
  ])('come from %s', (_, sources, seconds, share) => {
    expect(rhythms(sources, seconds)).toEqual([
      { os: 'windows', counter: 'processor\\a', share: expect.closeTo(share, 9) },
    ]);
  });

  it('are unclear where instances of one counter differ in it', () => {
    const all = counter('A', 60, { instanceName: '*' });

    expect(rhythms([counter('A', 10), all], 60)).toEqual([
      { os: 'windows', counter: 'processor\\a', share: null },
    ]);
  });
});

it.each([
  ['\\Processor(_Total)\\% Processor Time', 'processor\\% processor time'],
  ['\\Memory\\Available MBytes', 'memory\\available mbytes'],
  ['Logical Disk(*)\\% Used Space', 'logical disk\\% used space'],
  ['\\SQLServer:Databases(a(b))\\Size', 'sqlserver:databases(a(b))\\size'],
])('counterOf reads %s', (specifier, name) => {
  expect(counterOf(specifier)).toBe(name);
});
