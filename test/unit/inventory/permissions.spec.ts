import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingActions, neededActions } from '../../../shared/inventory/permissions.ts';

const VM = 'Microsoft.Compute/virtualMachines';
const WRITE = `${VM}/extensions/write`;
const NEEDED = [`${VM}/read`, WRITE, 'Microsoft.Insights/dataCollectionRuleAssociations/write'];

describe('neededActions', () => {
  it.each([
    [[], false, false],
    [['azureVm'], true, false],
    [['arcServer'], false, true],
    [['azureVm', 'arcServer'], true, true],
  ] as const)('of %j', (kinds, compute, hybrid) => {
    const needed = neededActions(new Set(kinds));
    for (const action of ['read', 'extensions/read', 'extensions/write', 'extensions/delete']) {
      expect(needed.includes(`${VM}/${action}`)).toBe(compute);
      expect(needed.includes(`Microsoft.HybridCompute/machines/${action}`)).toBe(hybrid);
    }
    expect(needed).toContain('Microsoft.Insights/dataCollectionRuleAssociations/write');
    expect(new Set(needed).size).toBe(needed.length);
  });

  it('of scale sets are those of the model, its instances and their upgrades', () => {
    const sets = 'Microsoft.Compute/virtualMachineScaleSets';
    const needed = neededActions(new Set(['scaleSet']));
    expect(needed.filter((action) => action.startsWith(`${sets}/`))).toEqual([
      `${sets}/read`,
      `${sets}/extensions/write`,
      `${sets}/extensions/delete`,
      `${sets}/virtualMachines/read`,
      `${sets}/manualUpgrade/action`,
      `${sets}/rollingUpgrades/read`,
    ]);
    expect(neededActions(new Set(['azureVm'])).some((action) => action.startsWith(sets))).toBe(false);
  });
});

describe('missingActions', () => {
  const only = (actions: string[], notActions: string[] = []) => ({ actions, notActions });
  it.each([
    ['nothing', [], NEEDED],
    ['everything', [only(['*'])], []],
    ['no actions', [only([])], NEEDED],
    ['everything of a provider', [only(['Microsoft.Compute/*'])], [NEEDED[2]]],
    ['a wildcard inside', [only(['Microsoft.Compute/*/write', 'Microsoft.Insights/*'])], [NEEDED[0]]],
    ['a wildcard for reading', [only(['*/read'])], [WRITE, NEEDED[2]]],
    [
      'an action in another casing',
      [only(['microsoft.compute/VIRTUALMACHINES/EXTENSIONS/WRITE'])],
      [NEEDED[0], NEEDED[2]],
    ],
    ['an action that is only a beginning', [only([`${VM}/extensions`])], NEEDED],
    ['an action that is only an end', [only(['extensions/write', 'read'])], NEEDED],
    ['a dot that would be any letter', [only(['MicrosoftxCompute/virtualMachines/read'])], NEEDED],
    ['everything but', [only(['*'], [WRITE])], [WRITE]],
    ['everything but, by wildcard and casing', [only(['*'], ['microsoft.compute/*'])], NEEDED.slice(0, 2)],
    ['what one role leaves out and another grants', [only(['*'], [WRITE]), only([WRITE])], []],
    ['what two roles leave out', [only(['*'], [WRITE]), only(['*'], ['*/write'])], [WRITE]],
    ['the two halves', [only([`${VM}/*`]), only(['Microsoft.Insights/*'])], []],
  ])('granted %s', (_, permissions, missing) => {
    expect(missingActions(permissions, NEEDED)).toEqual(missing);
  });

  it('grants an action by any of its beginnings and a star', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NEEDED), fc.nat(), (action, cut) => {
        const pattern = `${action.slice(0, cut % (action.length + 1))}*`;
        expect(missingActions([only([pattern])], [action])).toEqual([]);
        expect(missingActions([only([pattern], [pattern])], [action])).toEqual([action]);
      }),
    );
  });

  it('takes nothing in a pattern for more than a star', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('*')),
        (text) => {
          expect(missingActions([only([text])], [text])).toEqual([]);
          expect(missingActions([only([text])], [`${text}x`])).toEqual([`${text}x`]);
        },
      ),
    );
  });
});
