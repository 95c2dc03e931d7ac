import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cellOf,
  contentHash,
  hasPlainParts,
  normalizeId,
  normalizeRegion,
  ownerMachineId,
  parseMachineId,
  shortHash,
} from '../../../shared/model/ids.ts';
import { arcResource, SUB, vmResource } from '../../support/builders.ts';

const VM = vmResource('Web-01');
const ARC = arcResource('DC-01');

describe('normalizeId', () => {
  it.each([
    ['mixed case', '/Subscriptions/A/ResourceGroups/B', '/subscriptions/a/resourcegroups/b'],
    ['one trailing slash', '/subscriptions/a/', '/subscriptions/a'],
    ['several trailing slashes', '/subscriptions/a///', '/subscriptions/a'],
    ['surrounding white space', '  /subscriptions/a\n', '/subscriptions/a'],
    ['white space and slash', ' /subscriptions/a/ ', '/subscriptions/a'],
  ])('brings %s to one form', (_, given, expected) => {
    expect(normalizeId(given)).toBe(expected);
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[A-Za-z0-9._-]{1,10}$/), { minLength: 1 }), (parts) => {
        const once = normalizeId(`/${parts.join('/')}/`);

        expect(normalizeId(once)).toBe(once);
      }),
    );
  });
});

const SCALE_SET = `/subscriptions/${SUB}/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/Shop`;

describe('parseMachineId', () => {
  it.each([
    ['an Azure VM', VM, 'azureVm', 'Web-01'],
    ['an Arc server', ARC, 'arcServer', 'DC-01'],
    ['a scale set', SCALE_SET, 'scaleSet', 'Shop'],
    ['a scale set in lower case', SCALE_SET.toLowerCase(), 'scaleSet', 'shop'],
    ['a VM in lower case', VM.toLowerCase(), 'azureVm', 'web-01'],
    ['a VM in upper case', VM.toUpperCase(), 'azureVm', 'WEB-01'],
    ['an Arc server with a trailing slash', `${ARC}/`, 'arcServer', 'DC-01'],
  ])('reads %s', (_, id, kind, name) => {
    const address = parseMachineId(id);

    expect(address).toMatchObject({ kind, name, subscriptionId: SUB });
  });

  it('keeps the casing of group and name and lowers the subscription', () => {
    const address = parseMachineId(
      '/subscriptions/ABC/resourceGroups/RG-App/providers/Microsoft.Compute/virtualMachines/Web-01',
    );

    expect(address).toEqual({
      kind: 'azureVm',
      subscriptionId: 'abc',
      resourceGroup: 'RG-App',
      name: 'Web-01',
    });
  });

  it.each([
    ['an extension', `${VM}/extensions/mma`],
    [
      'an instance of a scale set',
      `/subscriptions/${SUB}/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/s/virtualMachines/0`,
    ],
    ['an empty text', ''],
    ['a bare name', 'web-01'],
    [
      'a classic VM',
      `/subscriptions/${SUB}/resourceGroups/g/providers/Microsoft.ClassicCompute/virtualMachines/v`,
    ],
  ])('does not take %s for a machine', (_, id) => {
    expect(parseMachineId(id)).toBeUndefined();
  });
});

describe('ownerMachineId', () => {
  it('finds the scale set of an association and of an extension of its model', () => {
    const association = 'providers/Microsoft.Insights/dataCollectionRuleAssociations/a';
    for (const child of [association, 'extensions/mma'])
      expect(ownerMachineId(`${SCALE_SET}/${child}`)).toBe(SCALE_SET.toLowerCase());
  });

  it.each([
    ['a VM extension', `${VM}/extensions/MMA`, VM.toLowerCase()],
    ['an Arc extension in odd casing', `${ARC.toUpperCase()}/Extensions/x`, ARC.toLowerCase()],
    [
      'an association',
      `${VM}/providers/Microsoft.Insights/dataCollectionRuleAssociations/a`,
      VM.toLowerCase(),
    ],
    [
      'an association in lower case',
      `${ARC}/providers/microsoft.insights/datacollectionruleassociations/a`.toLowerCase(),
      ARC.toLowerCase(),
    ],
  ])('finds the machine of %s', (_, id, owner) => {
    expect(ownerMachineId(id)).toBe(owner);
  });

  it.each([
    [
      "an extension of a scale set's instance",
      `/subscriptions/${SUB}/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/s/virtualMachines/0/extensions/x`,
    ],
    [
      'an extension of a web app',
      `/subscriptions/${SUB}/resourceGroups/g/providers/Microsoft.Web/sites/s/extensions/x`,
    ],
    ['a machine with something before its id', `/x${VM}/extensions/mma`],
    ['a run command', `${VM}/runCommands/extensions`],
    [
      'an association of a cluster',
      `/subscriptions/${SUB}/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/k/providers/Microsoft.Insights/dataCollectionRuleAssociations/a`,
    ],
    ['a machine itself', VM],
  ])('finds no machine for %s', (_, id) => {
    expect(ownerMachineId(id)).toBeUndefined();
  });

  it.each([
    ['a resource group', vmResource('web-01', 'extensions')],
    ['a machine', vmResource('extensions')],
  ])('is not confused by %s called "extensions"', (_, machine) => {
    expect(ownerMachineId(`${machine}/extensions/mma`)).toBe(machine.toLowerCase());
  });
});

describe('cellOf', () => {
  it.each([
    ['ABC', 'West Europe', 'abc.westeurope'],
    ['abc', 'westeurope', 'abc.westeurope'],
    ['abc', 'East US 2', 'abc.eastus2'],
  ])('joins %s and %s', (subscription, region, expected) => {
    expect(cellOf(subscription, region)).toBe(expected);
  });
});

describe('shortHash', () => {
  it('is the head of the SHA-256 of the text', () => {
    // echo -n abc | sha256sum
    expect(shortHash('abc')).toBe('ba7816bf8f01cfea');
    expect(shortHash('abc', 24)).toBe('ba7816bf8f01cfea414140de');
  });
});

describe('contentHash', () => {
  it('does not depend on the order of keys, at any depth', () => {
    const one = { a: 1, b: { c: [1, { d: 2, e: 3 }], f: null } };
    const other = { b: { f: null, c: [1, { e: 3, d: 2 }] }, a: 1 };

    expect(contentHash(one)).toBe(contentHash(other));
  });

  it('depends on the order of arrays and on values', () => {
    expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: '1' }));
    expect(contentHash({ a: null })).not.toBe(contentHash({}));
  });

  it('treats a missing key and undefined alike, as JSON does', () => {
    expect(contentHash({ a: 1, b: undefined })).toBe(contentHash({ a: 1 }));
  });

  it('is the same after a shuffle of keys and after a trip through JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        const travelled: unknown = JSON.parse(JSON.stringify(value));

        expect(contentHash(reversed)).toBe(contentHash(value));
        expect(contentHash(travelled)).toBe(contentHash(value));
      }),
    );
  });
});

it.each([
  ['West Europe', 'westeurope'],
  ['westeurope', 'westeurope'],
  ['', ''],
])('region %j is compared as %j', (location, region) => {
  expect(normalizeRegion(location)).toBe(region);
});

describe('an id that a person wrote', () => {
  it.each([
    '/subscriptions/11111111-1111-4111-8111-111111111111',
    '/subscriptions/s/resourceGroups/RG_(prod).1-é',
    '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm.contoso.local/',
  ])('has plain parts: %s', (id) => {
    expect(hasPlainParts(id)).toBe(true);
  });

  it.each([
    ...['/subscriptions/..', '/subscriptions/.', '/subscriptions/s/resourceGroups/..', '/subscriptions//x'],
    ...[
      '/subscriptions/s?api-version=1',
      '/subscriptions/s#x',
      '/subscriptions/s%2f..',
      '/subscriptions/a\\b',
    ],
    ...['/subscriptions/s;x', '/subscriptions/@evil.example'],
    ...[
      '/subscriptions/s/resourceGroups/a b',
      '/subscriptions/s/resourceGroups/a\nb',
      '/subscriptions/$filter',
    ],
  ])('has none: %j', (id) => {
    expect(hasPlainParts(id)).toBe(false);
  });
});
