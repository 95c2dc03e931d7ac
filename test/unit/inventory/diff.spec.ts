import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareMachines, compareNames } from '../../../shared/inventory/diff.ts';
import type { Machine } from '../../../shared/model/machine.ts';
import { aMachine, anAmaExtension, anExtension, at } from '../../support/builders.ts';

const before = aMachine({
  tags: { a: '1', b: '2' },
  userIdentities: ['/i/1', '/i/2'],
  extensions: [anExtension(), anAmaExtension()],
  associations: [
    { name: 'a', ruleId: '/r/1', endpointId: null },
    { name: 'b', ruleId: null, endpointId: '/e/1' },
  ],
  legacyWorkspaces: ['/w/1', '/w/2'],
  locks: [
    { scope: '/a', level: 'ReadOnly', name: 'x' },
    { scope: '/b', level: 'CanNotDelete', name: 'y' },
  ],
  findings: [{ code: 'lowDisk' }, { code: 'multiHomed' }],
  assessment: { status: 'blocked', reasons: [{ code: 'locked' }, { code: 'heldTag' }] },
});
const changed = (changes: Partial<Machine>) => compareMachines(before, { ...before, ...changes });

describe('compareMachines', () => {
  it('knows added and removed', () => {
    const base = { machineId: before.id, name: before.name };
    expect(compareMachines(undefined, before)).toEqual({ change: 'added', ...base });
    expect(compareMachines(before, undefined)).toEqual({ change: 'removed', ...base });
    expect(compareMachines(undefined, undefined)).toBeUndefined();
  });

  it.each<[string, Partial<Machine>]>([
    ['nothing', {}],
    ['heartbeats alone', { heartbeats: { ama: at(0), legacy: at(0), scom: at(0) }, reports: [] }],
    ['the order of extensions', { extensions: before.extensions.toReversed() }],
    ['the order of associations', { associations: before.associations.toReversed() }],
    ['the order of workspaces', { legacyWorkspaces: before.legacyWorkspaces.toReversed() }],
    ['the order of identities', { userIdentities: before.userIdentities.toReversed() }],
    ['the order of tags', { tags: { b: '2', a: '1' } }],
    ['the order of locks', { locks: before.locks.toReversed() }],
    ['the order of findings', { findings: before.findings.toReversed() }],
    [
      'the detail of a finding',
      {
        findings: [
          { code: 'multiHomed', detail: 'x' },
          { code: 'lowDisk', detail: at(0) },
        ],
      },
    ],
    [
      'the detail and order of reasons',
      { assessment: { status: 'blocked', reasons: [{ code: 'heldTag', detail: 'x' }, { code: 'locked' }] } },
    ],
    ['the casing of its id', { resourceId: before.resourceId.toUpperCase() }],
    [
      'the name of an extension',
      { extensions: before.extensions.map((one) => ({ ...one, name: 'other', id: '/x' })) },
    ],
  ])('finds no change in %s', (_, changes) => {
    expect(changed(changes)).toBeUndefined();
  });

  it.each<[string, Partial<Machine>, unknown, unknown]>([
    ['assessment', { assessment: { status: 'ready' } }, ['blocked', 'heldTag', 'locked'], 'ready'],
    [
      'extensions',
      { extensions: [anAmaExtension({ version: '2.0' })] },
      expect.any(Array),
      ['Microsoft.Azure.Monitor/AzureMonitorWindowsAgent 2.0'],
    ],
    ['legacyWorkspaces', { legacyWorkspaces: ['/w/2'] }, ['/w/1', '/w/2'], ['/w/2']],
    ['associations', { associations: [] }, ['/e/1', '/r/1'], []],
    ['availability', { availability: 'stopped' }, 'running', 'stopped'],
    [
      'os',
      { osVersion: '10' },
      'windows Windows Server 2019 Datacenter',
      'windows Windows Server 2019 Datacenter 10',
    ],
    ['vmId', { vmId: 'x' }, null, 'x'],
    ['region', { region: 'x' }, 'westeurope', 'x'],
    ['identities', { systemIdentity: false }, ['system', '/i/1', '/i/2'], ['/i/1', '/i/2']],
    ['tags', { tags: { a: '2' } }, { a: '1', b: '2' }, { a: '2' }],
    ['locks', { locks: [] }, ['CanNotDelete /b', 'ReadOnly /a'], []],
    ['findings', { findings: [] }, ['lowDisk', 'multiHomed'], []],
  ])('names %s with both values', (field, changes, old, now) => {
    expect(changed(changes)).toEqual({
      change: 'changed',
      machineId: before.id,
      name: before.name,
      fields: [{ field, before: old, after: now }],
    });
  });

  it('names every field that changed, and the machine as it is now', () => {
    expect(changed({ name: 'new', region: 'x', vmId: 'y' })).toMatchObject({
      name: 'new',
      fields: [{ field: 'vmId' }, { field: 'region' }],
    });
  });

  it('is the same forth and back, with the values swapped', () => {
    const machine = fc.record({
      region: fc.constantFrom('a', 'b'),
      vmId: fc.constantFrom(null, 'x'),
      tags: fc.dictionary(fc.constantFrom('t', 'u'), fc.constantFrom('', '1')),
      legacyWorkspaces: fc.shuffledSubarray(['/w/1', '/w/2']),
    });
    fc.assert(
      fc.property(machine, machine, (one, two) => {
        const [forth, back] = [
          compareMachines(aMachine(one), aMachine(two)),
          compareMachines(aMachine(two), aMachine(one)),
        ];
        const swapped =
          back?.change === 'changed'
            ? {
                ...back,
                fields: back.fields.map(({ field, before: b, after: a }) => ({ field, before: a, after: b })),
              }
            : back;
        expect(forth).toEqual(swapped);
        expect(compareMachines(aMachine(one), aMachine(structuredClone(one)))).toBeUndefined();
      }),
    );
  });
});

describe('compareNames', () => {
  it('says what came and what went, each once and in order', () => {
    expect(compareNames(['b', 'a', 'a'], ['c', 'b', 'd'])).toEqual({ added: ['c', 'd'], removed: ['a'] });
    expect(compareNames(['a'], ['a'])).toEqual({ added: [], removed: [] });
  });
});
