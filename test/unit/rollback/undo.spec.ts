import { describe, expect, it } from 'vitest';
import type { ScriptResult } from '../../../shared/model/removal.ts';
import { hasUndo, type MachineUndo, mergeUndo } from '../../../shared/model/rollback.ts';
import { changesOf } from '../../../shared/rollback/preview.ts';
import { scriptWork } from '../../../shared/rollback/return-legacy.ts';
import { createdAssociations } from '../../../shared/rollback/undo-associate.ts';
import { associationName, ENDPOINT_ASSOCIATION } from '../../../shared/rules/associations.ts';
import { anAssignment, CUSTOMER_ID, endpointResource, ruleResource } from '../../support/builders.ts';

const kept = (name: string, settings: unknown = { workspaceId: CUSTOMER_ID }) => ({
  ...{ name, publisher: 'Microsoft.EnterpriseCloud.Monitoring', type: 'MicrosoftMonitoringAgent' },
  ...{ version: '1.0', settings },
});

describe('mergeUndo', () => {
  it.each<[string, MachineUndo | undefined, MachineUndo, MachineUndo]>([
    ['keeps the first', undefined, { associations: ['a'] }, { associations: ['a'] }],
    ['adds what is new', { associations: ['a'] }, { associations: ['A', 'b'] }, { associations: ['a', 'b'] }],
    [
      'never takes the own work for the state before',
      { agent: { name: 'AMA', before: null } },
      { agent: { name: 'AMA', before: kept('AMA') } },
      { agent: { name: 'AMA', before: null } },
    ],
    [
      'keeps settings of an extension that was deleted twice',
      { legacy: [kept('MMA', { workspaceId: '1' })] },
      { legacy: [kept('mma', {}), kept('OMS')] },
      { legacy: [kept('MMA', { workspaceId: '1' }), kept('OMS')] },
    ],
    [
      'keeps parts beside each other',
      { detached: ['w1'] },
      { manualInstall: true, detached: ['w2'] },
      { detached: ['w1', 'w2'], manualInstall: true },
    ],
  ])('%s', (_, known, found, expected) => {
    expect(mergeUndo(known, found)).toEqual(expected);
  });

  it('given the same twice is as given once', () => {
    const undo: MachineUndo = {
      associations: ['a'],
      legacy: [kept('MMA')],
      agent: { name: 'x', before: null },
    };
    expect(mergeUndo(mergeUndo(undefined, undo), undo)).toEqual(undo);
  });
});

describe('hasUndo', () => {
  it.each<[MachineUndo | undefined, boolean]>([
    [undefined, false],
    [{}, false],
    [{ associations: [] }, false],
    [{ associations: ['a'] }, true],
    [{ agent: { name: 'AMA', before: null } }, true],
    [{ manualInstall: true }, true],
  ])('%j: %s', (undo, expected) => {
    expect(hasUndo(undo)).toBe(expected);
  });
});

describe('createdAssociations', () => {
  const ruleId = ruleResource('rule-windows').toLowerCase();
  const endpointId = endpointResource('dce').toLowerCase();
  const planned = { rules: [anAssignment()], endpointId };
  const name = associationName(ruleId);
  const rule = { name, ruleId, endpointId: null };
  const endpoint = { name: ENDPOINT_ASSOCIATION, ruleId: null, endpointId };
  const names = (all: readonly { name: string }[]) => all.map((one) => one.name);

  it.each([
    ['what the app made', [name, ENDPOINT_ASSOCIATION], [rule, endpoint], [name, ENDPOINT_ASSOCIATION], []],
    [
      'in whatever casing Azure gives it',
      [name],
      [{ ...rule, name: name.toUpperCase() }],
      [name.toUpperCase()],
      [],
    ],
    ['nothing of others, though to the same rule', [name], [{ ...rule, name: 'by-hand' }], [], []],
    ['nothing it did not create, though named alike', [], [rule], [], []],
    ['not what points to another rule now', [name], [{ ...rule, ruleId: 'other' }], [], [name]],
    [
      'not an endpoint somebody chose',
      [ENDPOINT_ASSOCIATION],
      [{ ...endpoint, endpointId: 'other' }],
      [],
      [ENDPOINT_ASSOCIATION],
    ],
    ['nothing that is gone', [name], [], [], []],
  ])('finds %s', (_, created, existing, ours, changed) => {
    const found = createdAssociations(created, planned, existing);
    expect(names(found.ours)).toEqual(ours);
    expect(names(found.changed)).toEqual(changed);
  });
});

describe('scriptWork', () => {
  const script: ScriptResult = {
    schema: 1,
    action: 'remove',
    result: 'removed',
    reason: '',
    before: [],
    after: [],
  } as const;
  it.each<[string, Parameters<typeof scriptWork>[0], string | undefined]>([
    ['nothing', {}, undefined],
    [
      'a removal that nobody heard the end of',
      { undo: { manualInstall: true } },
      'the agent that was installed by hand',
    ],
    [
      'a removal',
      { undo: { manualInstall: true }, removal: { script } },
      'the agent that was installed by hand',
    ],
    [
      'a script that found nothing',
      { undo: { manualInstall: true }, removal: { script: { ...script, result: 'absent' } } },
      undefined,
    ],
    [
      'a detachment',
      {
        undo: { detached: ['w1', 'w2'] },
        removal: { script: { ...script, action: 'detach', before: ['w1', 'w3'], after: ['w3'] } },
      },
      'taken off w1',
    ],
    ['a detachment that nobody heard the end of', { undo: { detached: ['w1'] } }, 'taken off w1'],
    [
      'a detachment that took nothing off',
      {
        undo: { detached: ['w1'] },
        removal: { script: { ...script, action: 'detach', before: ['w3'], after: ['w3'] } },
      },
      undefined,
    ],
  ])('%s', (_, record, expected) => {
    expect(scriptWork(record)).toBe(expected);
  });
});

describe('changesOf', () => {
  const all = { connectors: true, legacyAgent: true, associations: true, agentSettings: true, agent: true };
  const none = {
    connectors: false,
    legacyAgent: false,
    associations: false,
    agentSettings: false,
    agent: false,
  };
  const keyed = new Set([CUSTOMER_ID]);
  const installed = { agent: { name: 'AMA', before: null } };
  const repaired = { agent: { name: 'AMA', before: kept('AMA', { proxy: { mode: 'none' } }) } };
  const proxied = {
    agent: { name: 'AMA', before: kept('AMA', { proxy: { mode: 'application', auth: true } }) },
  };

  it.each<[string, MachineUndo, typeof all, ReadonlySet<string>, string[], string[], boolean]>([
    ['nothing', {}, all, keyed, [], [], false],
    ['an installed agent', installed, all, keyed, ['agent'], [], false],
    ['an installed agent nobody names', installed, none, keyed, [], ['agent'], false],
    ['a repaired agent', repaired, all, keyed, ['agentSettings'], [], false],
    ['credentials nobody can read', proxied, all, keyed, [], ['credentialsUnknown'], false],
    ['a deleted legacy agent', { legacy: [kept('MMA')] }, all, keyed, ['legacyAgent'], [], false],
    ['one without its key', { legacy: [kept('MMA')] }, all, new Set(), [], ['workspaceKeyMissing'], true],
    [
      'one that stays gone',
      { legacy: [kept('MMA')], associations: ['a'] },
      { ...none, associations: true },
      keyed,
      ['associations'],
      ['legacyAgent'],
      true,
    ],
    ['one a script removed', { manualInstall: true }, all, keyed, [], ['byScript'], true],
  ])('%s', (_, undo, choice, keys, undone, stays, legacyGone) => {
    const found = changesOf({ undo }, choice, keys);
    expect(found.undone.map(([kind]) => kind)).toEqual(undone);
    expect(found.stays).toEqual(stays);
    expect(found.legacyGone).toBe(legacyGone);
  });
});
