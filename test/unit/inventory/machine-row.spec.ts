import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  associationOf,
  extensionOf,
  machineFacts,
  scaleSetFacts,
} from '../../../shared/inventory/machine-row.ts';
import { graphQueries } from '../../../shared/inventory/queries/graph.ts';
import {
  arcResource,
  endpointResource,
  identityResource,
  must,
  ruleResource,
  SUB,
  vmResource,
} from '../../support/builders.ts';
import {
  AMA,
  arcRow,
  associationRow,
  extensionRow,
  joined,
  LEGACY,
  scaleSetResource,
  scaleSetRow,
  vmRow,
} from '../../support/inventory-builders.ts';

const VM = vmResource('Web-01');
const ARC = arcResource('DC-01');
const factsOf = (
  ...[row, extensions]: [Parameters<typeof machineFacts>[0], Parameters<typeof machineFacts>[1]?]
) => must(machineFacts(row, extensions ?? []));

describe('machineFacts', () => {
  it('makes a whole machine of a row full of nulls', () => {
    const { shape } = graphQueries.machines.row as unknown as { shape: object };
    const nulls = Object.fromEntries(Object.keys(shape).map((key) => [key, null]));
    expect(Object.keys(nulls).length).toBeGreaterThan(20);
    expect(factsOf({ ...nulls, id: VM, name: 'Web-01', type: 'x', subscriptionId: SUB })).toEqual({
      id: VM.toLowerCase(),
      resourceId: VM,
      kind: 'azureVm',
      name: 'Web-01',
      subscriptionId: SUB,
      resourceGroup: 'RG-App',
      region: '',
      os: 'unknown',
      osName: null,
      osVersion: null,
      architecture: 'unknown',
      availability: 'unknown',
      vmId: null,
      guestAgent: 'unknown',
      extensionsAllowed: true,
      arcAgent: null,
      scaleSetId: null,
      scaleSet: null,
      systemIdentity: false,
      userIdentities: [],
      tags: {},
      extensions: [],
    });
  });

  it.each([
    ['a resource group', '/subscriptions/a/resourceGroups/b'],
    ['a scale set', scaleSetResource('s')],
    ['an extension', `${VM}/extensions/x`],
    ['nothing', ''],
  ])('knows no machine in %s', (_, id) => {
    expect(machineFacts(vmRow({ id }), [])).toBeUndefined();
  });

  it.each([
    ['PowerState/running', null, VM, 'running'],
    ['powerstate/RUNNING', null, VM, 'running'],
    ['PowerState/deallocated', null, VM, 'stopped'],
    ['PowerState/stopped', null, VM, 'stopped'],
    ['PowerState/starting', null, VM, 'stopped'],
    ['', null, VM, 'unknown'],
    [null, 'Connected', ARC, 'running'],
    [null, 'Disconnected', ARC, 'disconnected'],
    [null, 'Expired', ARC, 'expired'],
    [null, 'Error', ARC, 'disconnected'],
    [null, null, ARC, 'unknown'],
    [null, '', ARC, 'unknown'],
  ])('power %s, Arc %s', (powerState, arcStatus, id, availability) => {
    expect(factsOf(vmRow({ id, powerState, arcStatus })).availability).toBe(availability);
  });

  it.each([
    ['Windows', [], 'windows'],
    ['linux', [], 'linux'],
    ['LINUX', [], 'linux'],
    [null, [LEGACY], 'windows'],
    [null, [{ ...LEGACY, extensionType: 'OMSAgentForLinux' }], 'linux'],
    ['', [{ ...AMA, extensionType: 'AzureMonitorLinuxAgent' }], 'linux'],
    [null, [{ publisher: 'Contoso', extensionType: 'ForLinux' }], 'unknown'],
    [null, [], 'unknown'],
  ])('system from %s and the agents found', (osType, extensions, os) => {
    const found = extensions.map((identity) => extensionOf(extensionRow(VM, identity)));
    expect(factsOf(vmRow({ osType }), found).os).toBe(os);
  });

  it.each([
    [
      'its own name before the image',
      'Ubuntu 22.04',
      { publisher: 'Canonical', offer: 'o', sku: 's' },
      'Ubuntu 22.04',
    ],
    [
      'the image',
      null,
      { publisher: 'Canonical', offer: 'ubuntu', sku: '22_04-lts' },
      'Canonical ubuntu 22_04-lts',
    ],
    ['what there is of the image', '', { publisher: null, offer: 'ubuntu', sku: null }, 'ubuntu'],
    ['nothing', '', {}, null],
    ['nothing at all', null, null, null],
  ])('names the system by %s', (_, osName, imageReference, expected) => {
    expect(factsOf(vmRow({ osName, imageReference })).osName).toBe(expected);
  });

  it.each([
    ['SystemAssigned', true],
    ['SystemAssigned, UserAssigned', true],
    ['systemassigned,userassigned', true],
    ['UserAssigned', false],
    ['None', false],
    [null, false],
  ])('identity type %s', (identityType, expected) => {
    const id = identityResource('Id-AMA');
    const machine = factsOf(vmRow({ identityType, userAssignedIdentities: { [id]: {} } }));
    expect([machine.systemIdentity, machine.userIdentities]).toEqual([expected, [id.toLowerCase()]]);
  });

  it('an Arc server has its system identity whatever the export says', () => {
    expect(factsOf(arcRow())).toMatchObject({ kind: 'arcServer', systemIdentity: true });
  });

  it.each([
    [{ windowsGuestAgent: 'false' }, 'absent', true],
    [{ linuxGuestAgent: 'False' }, 'absent', true],
    [{ windowsGuestAgent: 'true' }, 'unknown', true],
    [{ allowExtensionOperations: 'false' }, 'unknown', false],
    [{ arcExtensionsEnabled: 'False' }, 'unknown', false],
    [{ allowExtensionOperations: '', arcExtensionsEnabled: null }, 'unknown', true],
  ])('%j: guest agent %s, extensions allowed %s', (changes, guestAgent, extensionsAllowed) => {
    expect(factsOf(vmRow(changes))).toMatchObject({ guestAgent, extensionsAllowed });
  });

  it.each([
    ['http://proxy:8080', 'http://proxy:8080'],
    ['http://user:secret@proxy:8080', 'http://proxy:8080'],
    ['http://user:se/cret@proxy:8080', 'http://proxy:8080'],
    ['http://user:se@cret@proxy:8080', 'http://proxy:8080'],
    ['user:secret@proxy:8080', 'proxy:8080'],
    ['user:se/cr@et@proxy:8080', 'proxy:8080'],
    ['HTTPS://user:secret@proxy', 'HTTPS://proxy'],
    ['proxy:8080', 'proxy:8080'],
    ['', null],
    [null, null],
  ])('keeps no credentials of the Arc proxy %s', (arcProxyUrl, proxyUrl) => {
    expect(factsOf(arcRow({ arcProxyUrl })).arcAgent?.proxyUrl).toBe(proxyUrl);
  });

  it('keeps no credentials whatever they are made of', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('http://', ''), (noise, scheme) => {
        const { arcAgent } = factsOf(arcRow({ arcProxyUrl: `${scheme}user:canary${noise}@proxy:8080` }));
        expect(arcAgent?.proxyUrl).not.toContain('canary');
      }),
    );
  });

  it('reads the rest', () => {
    const row = arcRow({
      location: 'West Europe',
      vmId: 'ABC-1',
      arcAgentVersion: '',
      arcProcessors: [{ name: 'Neoverse-N1' }],
      tags: { hold: null, role: 'web' },
    });
    expect(factsOf(row)).toMatchObject({
      region: 'westeurope',
      vmId: 'abc-1',
      architecture: 'arm64',
      tags: { hold: '', role: 'web' },
      arcAgent: { version: null },
    });
    expect(factsOf(vmRow({ scaleSetId: scaleSetResource('VMSS') })).scaleSetId).toBe(
      scaleSetResource('vmss').toLowerCase(),
    );
  });
});

describe('scaleSetFacts', () => {
  const extension = (publisher: string | null, type: string | null) => ({
    name: null,
    properties: { publisher, type, typeHandlerVersion: null, settings: undefined },
  });

  it('reads orchestration, upgrade policy, counts and the extensions of the model', () => {
    const row = scaleSetRow({
      id: scaleSetResource('VMSS-01'),
      orchestration: 'Uniform',
      upgradePolicy: 'Rolling',
      identityType: 'SystemAssigned',
      extensions: [
        extension(LEGACY.publisher, LEGACY.extensionType),
        extension(null, 'x'),
        { name: 'y', properties: null },
      ],
    });
    expect(scaleSetFacts(row, { instances: 5, outdatedInstances: 2 })).toMatchObject({
      id: scaleSetResource('vmss-01').toLowerCase(),
      kind: 'scaleSet',
      subscriptionId: SUB,
      resourceGroup: 'RG-App',
      os: 'windows',
      systemIdentity: true,
      scaleSet: { orchestration: 'uniform', upgradePolicy: 'rolling', instances: 5, outdatedInstances: 2 },
      extensions: [
        { name: 'MicrosoftMonitoringAgent', publisher: LEGACY.publisher, version: null, settings: null },
      ],
    });
  });

  it.each([
    ['Flexible', 'flexible', null, 'unknown'],
    ['flexible', 'flexible', 'Automatic', 'automatic'],
    [null, 'uniform', 'MANUAL', 'manual'],
    ['', 'uniform', 'Other', 'unknown'],
  ])('mode %s is %s, policy %s is %s', (orchestration, mode, upgradePolicy, policy) => {
    expect(
      scaleSetFacts(scaleSetRow({ orchestration, upgradePolicy, extensions: null }), undefined),
    ).toMatchObject({
      scaleSet: { orchestration: mode, upgradePolicy: policy, instances: 0, outdatedInstances: 0 },
      extensions: [],
    });
  });
});

describe('children of machines', () => {
  it('take the name of an extension from its id, where VM exports write "vm/extension"', () => {
    expect(extensionOf(extensionRow(VM, { name: 'Web-01/MMAExtension' }))).toMatchObject({
      name: 'MMAExtension',
      version: null,
      provisioningState: null,
    });
  });

  it('are associations of rules and of endpoints', () => {
    expect([
      associationOf(associationRow(VM, { ruleId: ruleResource('Rule-1'), endpointId: '' })),
      associationOf(associationRow(VM, { ruleId: null, endpointId: endpointResource('DCE') }, 'e')),
    ]).toEqual([
      { name: 'dcra', ruleId: ruleResource('rule-1').toLowerCase(), endpointId: null },
      { name: 'e', ruleId: null, endpointId: endpointResource('dce').toLowerCase() },
    ]);
  });
});
describe('rows of any form the schema lets through', () => {
  const text = fc.option(fc.constantFrom('', 'x', 'False', 'Windows', 'é/ü', vmResource('web-01'), SUB), {
    nil: undefined,
  });
  const nullish = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(fc.option(arbitrary), { nil: undefined });
  const words = [
    'location',
    'resourceGroup',
    'identityType',
    'osType',
    'osName',
    'osVersion',
    'vmId',
    'vmUuid',
    'vmSize',
    'scaleSetId',
    'allowExtensionOperations',
    'windowsGuestAgent',
    'linuxGuestAgent',
    'powerState',
    'arcStatus',
    'arcAgentVersion',
    'arcProxyUrl',
    'arcExtensionsEnabled',
  ];
  const id = fc.constantFrom(
    VM,
    ARC,
    VM.toUpperCase(),
    `${VM}/`,
    scaleSetResource('s'),
    '',
    '/',
    '/subscriptions',
    'ü',
    '/subscriptions//resourceGroups//providers/Microsoft.Compute/virtualMachines/',
  );
  const common = {
    id,
    name: fc.string(),
    type: fc.string(),
    subscriptionId: fc.string(),
    tags: nullish(fc.dictionary(fc.string(), fc.option(fc.string()))),
    userAssignedIdentities: nullish(fc.dictionary(fc.string(), fc.constant({}))),
    imageReference: nullish(
      fc.record({ publisher: nullish(fc.string()), offer: nullish(fc.string()), sku: nullish(fc.string()) }),
    ),
  };
  const machine = fc.record({
    ...common,
    ...Object.fromEntries(words.map((word) => [word, fc.option(text)])),
    arcProcessors: nullish(fc.array(fc.record({ name: nullish(fc.string()) }))),
    arcDisks: nullish(fc.array(fc.record({ path: nullish(fc.string()) }))),
  });
  const scaleSet = fc.record({
    ...common,
    ...Object.fromEntries(
      ['location', 'identityType', 'vmSize', 'orchestration', 'upgradePolicy', 'osType'].map((word) => [
        word,
        fc.option(text),
      ]),
    ),
    extensions: nullish(
      fc.array(
        fc.record({
          name: nullish(fc.string()),
          properties: nullish(
            fc.record({
              publisher: nullish(fc.string()),
              type: nullish(fc.string()),
              settings: fc.jsonValue(),
            }),
          ),
        }),
      ),
    ),
  });
  const extension = fc.record({
    id: id.map((owner) => `${owner}/extensions/x`),
    name: fc.string(),
    subscriptionId: fc.string(),
    publisher: fc.constantFrom('', LEGACY.publisher, AMA.publisher),
    extensionType: fc.constantFrom('', LEGACY.extensionType, AMA.extensionType),
    version: nullish(fc.string()),
    provisioningState: nullish(fc.string()),
    settings: fc.jsonValue(),
  });
  const association = fc.record({
    id: id.map((owner) => `${owner}/providers/microsoft.insights/datacollectionruleassociations/x`),
    name: fc.string(),
    ruleId: nullish(fc.string()),
    endpointId: nullish(fc.string()),
  });
  const heartbeat = fc.record({
    workspaceId: fc.constantFrom('w1', 'w2'),
    ResourceId: nullish(id.map((one) => one.toLowerCase())),
    Computer: nullish(fc.string()),
    Category: nullish(fc.constantFrom('', 'Direct Agent', 'SCOM Agent', 'Azure Monitor Agent', 'x')),
    AgentId: nullish(fc.string()),
    VmId: nullish(fc.string()),
    OSType: nullish(fc.string()),
    Solutions: nullish(fc.string()),
    lastSeen: fc.constantFrom('', 'never', '2026-11-21T07:59:00.000Z', '2020-01-01T00:00:00.000Z'),
  });

  it('never stop the join', () => {
    fc.assert(
      fc.property(
        fc.record({
          machines: fc.array(machine, { maxLength: 6 }),
          scaleSets: fc.array(scaleSet, { maxLength: 3 }),
          extensions: fc.array(extension, { maxLength: 6 }),
          associations: fc.array(association, { maxLength: 4 }),
          heartbeats: fc.array(heartbeat, { maxLength: 6 }),
          guestAgents: fc.constant([]),
          freeSpace: fc.constant([]),
        }),
        (raw) => {
          // What the gateway lets through is what fits the schema.
          for (const row of raw.machines) expect(graphQueries.machines.row.safeParse(row).success).toBe(true);
          const { machines, totals } = joined(raw as Parameters<typeof joined>[0]);
          expect(totals.machines).toBe(machines.length);
          expect(new Set(machines.map((one) => one.id)).size).toBe(machines.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});
