import { describe, expect, it } from 'vitest';
import { type RawEstate, reconcile } from '../../../shared/inventory/reconcile.ts';
import {
  arcResource,
  at,
  CUSTOMER_ID,
  endpointResource,
  identityResource,
  must,
  ruleResource,
  SUB,
  vmResource,
  WORKSPACE_ID,
  workspaceResource,
} from '../../support/builders.ts';

const VM = vmResource('Web-01');
const ARC = arcResource('DC-01');

function machineRow(
  id: string,
  changes: Partial<RawEstate['machines'][number]> = {},
): RawEstate['machines'][number] {
  return {
    id,
    name: id.split('/').at(-1) ?? '',
    type: 'microsoft.compute/virtualmachines',
    subscriptionId: SUB,
    ...changes,
  };
}

function extensionRow(
  owner: string,
  changes: Partial<RawEstate['extensions'][number]> = {},
): RawEstate['extensions'][number] {
  return {
    id: `${owner}/extensions/MMAExtension`,
    name: 'MMAExtension',
    subscriptionId: SUB,
    publisher: 'Microsoft.EnterpriseCloud.Monitoring',
    extensionType: 'MicrosoftMonitoringAgent',
    settings: { workspaceId: CUSTOMER_ID },
    ...changes,
  };
}

const WORKSPACE_ROW = {
  id: workspaceResource('LAW-Main'),
  name: 'LAW-Main',
  location: 'West Europe',
  subscriptionId: SUB,
  customerId: CUSTOMER_ID.toUpperCase(),
};

function estate(raw: Partial<RawEstate>) {
  return reconcile({
    machines: [],
    extensions: [],
    associations: [],
    rules: [],
    endpoints: [],
    workspaces: [WORKSPACE_ROW],
    heartbeats: [],
    locks: [],
    ...raw,
  });
}
const only = (raw: Partial<RawEstate>) => must(estate({ machines: [machineRow(VM)], ...raw }).machines[0]);

describe('reconcile', () => {
  it('makes a whole machine of a row full of nulls', () => {
    const row = machineRow(VM, {
      location: null,
      resourceGroup: null,
      tags: null,
      identityType: null,
      userAssignedIdentities: null,
      osType: null,
      osName: null,
      osVersion: null,
      imageReference: null,
      powerState: null,
      arcStatus: null,
    });

    const [machine] = estate({ machines: [row] }).machines;

    expect(machine).toEqual({
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
      availability: 'unknown',
      systemIdentity: false,
      userIdentities: [],
      tags: {},
      extensions: [],
      associations: [],
      heartbeats: { ama: null, legacy: null, scom: null },
      legacyWorkspaces: [],
      unseenWorkspaces: [],
      locks: [],
    });
  });

  it('keeps a machine once that comes twice in two casings', () => {
    const { machines } = estate({
      machines: [machineRow(VM), machineRow(VM.toUpperCase()), machineRow(`${VM}/`)],
    });

    expect(machines.map(({ resourceId }) => resourceId)).toEqual([VM]);
  });

  it('tells machines of one name in two groups apart, whatever is joined to them', () => {
    const first = vmResource('web-01', 'rg-a');
    const second = vmResource('web-01', 'rg-b');

    const { machines } = estate({
      machines: [machineRow(first), machineRow(second)],
      extensions: [extensionRow(second.toUpperCase())],
      heartbeats: [{ ResourceId: first, Computer: 'web-01', Category: 'Direct Agent', lastSeen: at(-60) }],
      locks: [{ scope: `/subscriptions/${SUB}/resourcegroups/rg-a`, level: 'ReadOnly', name: 'l' }],
    });

    expect(
      machines.map(({ extensions, heartbeats, locks }) => [
        extensions.length,
        heartbeats.legacy,
        locks.length,
      ]),
    ).toEqual([
      [0, at(-60), 1],
      [1, null, 0],
    ]);
  });

  it.each([
    ['an unknown machine', extensionRow(vmResource('gone'))],
    [
      'a scale set',
      extensionRow(
        `/subscriptions/${SUB}/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/s`,
      ),
    ],
    ['no parent at all', extensionRow('', { id: 'nonsense' })],
  ])('leaves out an extension of %s', (_, row) => {
    expect(only({ extensions: [row] }).extensions).toEqual([]);
  });

  it('leaves out rows that are no machines', () => {
    expect(estate({ machines: [machineRow('/subscriptions/a/resourceGroups/b')] }).machines).toEqual([]);
  });

  it('drops heartbeats without a resource id: machines are joined by ARM id, never by name (D10)', () => {
    const { heartbeats } = only({
      heartbeats: [
        { ResourceId: '', Computer: 'web-01', Category: 'Direct Agent', lastSeen: at(-60) },
        { ResourceId: null, Computer: 'web-01', Category: 'Azure Monitor Agent', lastSeen: at(-60) },
        { ResourceId: VM, Computer: 'web-01', Category: null, lastSeen: at(-60) },
      ],
    });

    expect(heartbeats).toEqual({ ama: null, legacy: null, scom: null });
  });

  it('keeps the latest heartbeat of each agent over all workspaces', () => {
    const { heartbeats } = only({
      heartbeats: [
        { ResourceId: VM.toUpperCase(), Category: 'Direct Agent', lastSeen: at(-90) },
        { ResourceId: VM, Category: 'Direct Agent', lastSeen: at(-30) },
        { ResourceId: VM, Category: 'Direct Agent', lastSeen: at(-60) },
        { ResourceId: VM, Category: 'SCOM Agent', lastSeen: at(-10) },
        { ResourceId: VM, Category: 'Azure Monitor Agent', lastSeen: at(-20) },
      ],
    });

    expect(heartbeats).toEqual({ ama: at(-20), legacy: at(-30), scom: at(-10) });
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
    [null, 'Expired', ARC, 'disconnected'],
    [null, null, ARC, 'unknown'],
  ])('power %s, Arc %s', (powerState, arcStatus, id, availability) => {
    const [machine] = estate({ machines: [machineRow(id, { powerState, arcStatus })] }).machines;

    expect(machine?.availability).toBe(availability);
  });

  it.each([
    ['Windows', [], 'windows'],
    ['linux', [], 'linux'],
    ['LINUX', [], 'linux'],
    [null, [extensionRow(VM)], 'windows'],
    [null, [extensionRow(VM, { extensionType: 'OMSAgentForLinux' })], 'linux'],
    [
      '',
      [extensionRow(VM, { publisher: 'Microsoft.Azure.Monitor', extensionType: 'AzureMonitorLinuxAgent' })],
      'linux',
    ],
    [null, [extensionRow(VM, { publisher: 'Contoso', extensionType: 'ForLinux' })], 'unknown'],
    [null, [], 'unknown'],
  ])('system from %s and the agents found', (osType, extensions, os) => {
    expect(only({ machines: [machineRow(VM, { osType })], extensions }).os).toBe(os);
  });

  it.each([
    ['SystemAssigned', true],
    ['SystemAssigned, UserAssigned', true],
    ['UserAssigned', false],
    ['None', false],
    [null, false],
  ])('identity type %s', (identityType, expected) => {
    const id = identityResource('Id-AMA');

    const machine = only({
      machines: [machineRow(VM, { identityType, userAssignedIdentities: { [id]: {} } })],
    });

    expect(machine.systemIdentity).toBe(expected);
    expect(machine.userIdentities).toEqual([id.toLowerCase()]);
  });

  it('an Arc server has its system identity whatever the export says', () => {
    expect(estate({ machines: [machineRow(ARC)] }).machines[0]).toMatchObject({
      kind: 'arcServer',
      systemIdentity: true,
    });
  });

  it('takes the name of an extension from its id, where VM exports write "vm/extension"', () => {
    const { extensions } = only({ extensions: [extensionRow(VM, { name: 'Web-01/MMAExtension' })] });

    expect(extensions[0]).toMatchObject({ name: 'MMAExtension', provisioningState: null, version: null });
  });

  it('finds the workspace of a legacy agent by its customer id in any casing, and once', () => {
    const second = extensionRow(VM, { id: `${VM}/extensions/second` });

    expect(only({ extensions: [extensionRow(VM), second] }).legacyWorkspaces).toEqual([WORKSPACE_ID]);
  });

  it.each([null, 'text', {}, { workspaceId: null }, { workspaceId: 'unknown' }])(
    'finds no workspace in settings %j',
    (settings) => {
      expect(only({ extensions: [extensionRow(VM, { settings })] }).legacyWorkspaces).toEqual([]);
    },
  );

  it('keeps the ids of workspaces it cannot see apart from those it can, each once', () => {
    const hidden = '99999999-9999-4999-8999-999999999999';

    const machine = only({
      extensions: [
        extensionRow(VM),
        extensionRow(VM, { id: `${VM}/extensions/b`, settings: { workspaceId: hidden } }),
        extensionRow(VM, { id: `${VM}/extensions/c`, settings: { workspaceId: hidden.toUpperCase() } }),
      ],
    });

    expect(machine).toMatchObject({ legacyWorkspaces: [WORKSPACE_ID], unseenWorkspaces: [hidden] });
  });

  it('misses no workspace of an agent that is not the legacy one', () => {
    const settings = { workspaceId: '99999999-9999-4999-8999-999999999999' };

    expect(only({ extensions: [extensionRow(VM, { publisher: 'Contoso', settings })] })).toMatchObject({
      legacyWorkspaces: [],
      unseenWorkspaces: [],
    });
  });

  it('leaves out workspaces without customer id', () => {
    expect(estate({ workspaces: [{ ...WORKSPACE_ROW, customerId: null }] }).workspaces).toEqual([]);
  });

  it('applies locks of every scope above, without confusing rg1 and rg10', () => {
    const lock = (scope: string) => ({ scope, level: 'CanNotDelete', name: scope }) as const;
    const group = `/subscriptions/${SUB}/resourcegroups/rg1`;
    const id = vmResource('web-01', 'rg1');

    const machine = only({
      machines: [machineRow(id)],
      locks: [
        lock(`/subscriptions/${SUB}`),
        lock(group),
        lock(`${group}0`),
        lock(id.toLowerCase()),
        lock(`${id.toLowerCase()}0`),
      ],
    });

    expect(machine.locks.map(({ scope }) => scope)).toEqual([
      `/subscriptions/${SUB}`,
      group,
      id.toLowerCase(),
    ]);
  });

  it('joins associations of rules and endpoints', () => {
    const owner = `${VM}/providers/Microsoft.Insights/dataCollectionRuleAssociations`;

    const { associations } = only({
      associations: [
        { id: `${owner}/a`, name: 'a', ruleId: ruleResource('Rule-1'), endpointId: '' },
        {
          id: `${owner}/configurationAccessEndpoint`,
          name: 'configurationAccessEndpoint',
          ruleId: null,
          endpointId: endpointResource('DCE'),
        },
      ],
    });

    expect(associations).toEqual([
      { name: 'a', ruleId: ruleResource('rule-1').toLowerCase(), endpointId: null },
      {
        name: 'configurationAccessEndpoint',
        ruleId: null,
        endpointId: endpointResource('dce').toLowerCase(),
      },
    ]);
  });

  it('keeps tags that have no value', () => {
    expect(only({ machines: [machineRow(VM, { tags: { hold: null, role: 'web' } })] }).tags).toEqual({
      hold: '',
      role: 'web',
    });
  });

  const ruleRow = (changes: Partial<RawEstate['rules'][number]> = {}): RawEstate['rules'][number] => ({
    id: ruleResource('Rule-1'),
    name: 'Rule-1',
    kind: 'Windows',
    dataFlows: [
      { streams: ['Microsoft-Event', 'Microsoft-Perf'], destinations: ['main'], outputStream: null },
    ],
    logAnalytics: [{ name: 'main', workspaceResourceId: workspaceResource('LAW-MAIN') }],
    ...changes,
  });

  it('reads where a rule sends its streams', () => {
    const [rule] = estate({ rules: [ruleRow({ location: 'West Europe' })] }).rules;

    expect(rule).toEqual({
      id: ruleResource('rule-1').toLowerCase(),
      resourceId: ruleResource('Rule-1'),
      name: 'Rule-1',
      region: 'westeurope',
      os: 'windows',
      flows: [
        { stream: 'Microsoft-Event', workspaceId: WORKSPACE_ID },
        { stream: 'Microsoft-Perf', workspaceId: WORKSPACE_ID },
      ],
    });
  });

  it.each<[string, Partial<RawEstate['rules'][number]>, readonly string[]]>([
    ['no flows', { dataFlows: null }, []],
    ['no destinations', { logAnalytics: null }, []],
    [
      'a flow to metrics only',
      {
        dataFlows: [
          { streams: ['Microsoft-InsightsMetrics'], destinations: ['azureMonitorMetrics-default'] },
        ],
      },
      [],
    ],
    ['a flow without streams', { dataFlows: [{ streams: null, destinations: ['main'] }] }, []],
    [
      'a transformed flow, by the table it lands in',
      { dataFlows: [{ streams: ['Custom-In'], destinations: ['main'], outputStream: 'Microsoft-Syslog' }] },
      ['Microsoft-Syslog'],
    ],
  ])('reads a rule with %s', (_, changes, streams) => {
    expect(estate({ rules: [ruleRow(changes)] }).rules[0]?.flows.map(({ stream }) => stream)).toEqual(
      streams,
    );
  });

  it.each([
    ['Windows', 'windows'],
    ['LINUX', 'linux'],
    [null, 'any'],
    ['', 'any'],
  ])('a rule of kind %s is for %s', (kind, os) => {
    expect(estate({ rules: [ruleRow({ kind })] }).rules[0]?.os).toBe(os);
  });

  // Facts file 3.6 names kinds no machine can be associated with.
  it.each(['Direct', 'AgentSettings', 'PlatformTelemetry', 'WorkspaceTransforms', 'AgentDirectToStore'])(
    'a rule of kind %s is for no machine',
    (kind) => {
      expect(estate({ rules: [ruleRow({ kind })] }).rules[0]?.os).toBe('other');
    },
  );

  it('keeps a rule, a workspace, an endpoint once that come twice in two casings', () => {
    const { rules, workspaces, endpoints } = estate({
      rules: [ruleRow(), ruleRow({ id: ruleResource('rule-1').toUpperCase() })],
      workspaces: [WORKSPACE_ROW, { ...WORKSPACE_ROW, id: WORKSPACE_ROW.id.toLowerCase() }],
      endpoints: [
        { id: endpointResource('dce'), name: 'dce', location: 'westeurope' },
        { id: endpointResource('DCE'), name: 'DCE', location: 'westeurope' },
      ],
    });

    expect([rules.length, workspaces.length, endpoints.length]).toEqual([1, 1, 1]);
    expect(rules[0]?.resourceId).toBe(ruleResource('Rule-1'));
    expect(workspaces[0]?.resourceId).toBe(WORKSPACE_ROW.id);
    expect(endpoints[0]?.resourceId).toBe(endpointResource('dce'));
  });
});
