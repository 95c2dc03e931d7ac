import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawBucket } from '../../../shared/inventory/join.ts';
import { shortName } from '../../../shared/inventory/machine-findings.ts';
import { neededActions } from '../../../shared/inventory/permissions.ts';
import { carriesLegacy } from '../../../shared/inventory/scale-sets.ts';
import {
  arcResource,
  at,
  CUSTOMER_ID,
  must,
  ruleResource,
  SUB,
  vmResource,
  WORKSPACE_ID,
} from '../../support/builders.ts';
import {
  AMA,
  amaRow,
  arcRow,
  associationRow,
  codesOf,
  DAY,
  extensionRow,
  heartbeatRow,
  joined,
  joinedMachine,
  LEGACY,
  lonelyRow,
  reasonsOf,
  scaleSetResource,
  scaleSetRow,
  TENANT,
  vmRow,
  WHOLE_SCOPE,
} from '../../support/inventory-builders.ts';

const VM = vmResource('web-01');
const VM_ACTIONS = neededActions(new Set(['azureVm']));
const VM_READ = 'Microsoft.Compute/virtualMachines/read';
const OTHER_WORKSPACE = '/workspaces/other';
const lonely = (...rows: ReturnType<typeof lonelyRow>[]) => ({
  lonelyByVmId: Map.groupBy(
    rows.filter(({ VmId }) => VmId),
    ({ VmId }) => VmId ?? '',
  ),
  lonelyByName: Map.groupBy(rows, ({ Computer }) => shortName(Computer ?? '')),
});

describe('a join by id', () => {
  it('gives a machine everything that carries its id, in any casing', () => {
    const machine = joinedMachine(
      {
        extensions: [extensionRow(VM.toUpperCase()), amaRow(VM)],
        associations: [associationRow(VM.toUpperCase(), { ruleId: ruleResource('Rule-1') })],
        heartbeats: [heartbeatRow({ ResourceId: VM.toUpperCase() })],
        guestAgents: [{ machineId: VM.toLowerCase(), state: 'notReady' }],
        freeSpace: [{ ResourceId: VM.toUpperCase(), Disk: 'C:', megabytes: 5 * 1024, lastSeen: at(-60) }],
      },
      {},
    );
    expect(machine).toMatchObject({
      tenantId: TENANT,
      guestAgent: 'notReady',
      extensions: [{ type: LEGACY.extensionType }, { type: AMA.extensionType }],
      associations: [{ ruleId: ruleResource('rule-1').toLowerCase() }],
      heartbeats: { legacy: at(-60) },
      reports: [{ workspaceId: WORKSPACE_ID, agent: 'legacy' }],
      legacyWorkspaces: [WORKSPACE_ID],
      assessment: { status: 'blocked', reasons: [{ code: 'guestAgentNotReady' }] },
    });
    expect(codesOf(machine)).toContain('lowDisk');
  });

  it('tells machines of one name in two groups apart, whatever is joined to them', () => {
    const [first, second] = [vmResource('web-01', 'rg-a'), vmResource('web-01', 'rg-b')];
    const group = `/subscriptions/${SUB}/resourcegroups/rg-a`;

    const { machines } = joined(
      {
        machines: [vmRow({ id: first }), vmRow({ id: second })],
        extensions: [extensionRow(second.toUpperCase())],
        heartbeats: [heartbeatRow({ ResourceId: first.toLowerCase() })],
        guestAgents: [{ machineId: second.toLowerCase(), state: 'ready' }],
        freeSpace: [{ ResourceId: first, Disk: '/', megabytes: 1, lastSeen: at(0) }],
      },
      {
        locks: new Map([[group, [{ scope: group, level: 'ReadOnly', name: 'l' }]]]),
        gaps: new Map([[group, { scope: group, missing: [VM_READ] }]]),
      },
    );

    expect(
      machines.map((machine) => [
        machine.extensions.length,
        machine.heartbeats.legacy,
        machine.locks.length,
        machine.missingActions,
        machine.guestAgent,
        codesOf(machine).includes('lowDisk'),
      ]),
    ).toEqual([
      [0, at(-60), 1, [VM_READ], 'unknown', true],
      [1, null, 0, [], 'ready', false],
    ]);
  });

  it.each([
    ['another machine', extensionRow(vmResource('gone'))],
    ['a machine whose id starts alike', extensionRow(vmResource('web-011'))],
    ['a scale set', extensionRow(scaleSetResource('s'))],
    ['an Arc server of that name', extensionRow(arcResource('web-01'))],
    ['no parent at all', extensionRow('', { id: 'nonsense' })],
  ])('leaves out an extension of %s', (_, row) => {
    expect(joinedMachine({ extensions: [row] }).extensions).toEqual([]);
  });

  it.each(['AgentExtension', 'anything', 'web-01', AMA.extensionType])(
    'knows a legacy agent by publisher and type under the name %s',
    (name) => {
      expect(joinedMachine({ extensions: [extensionRow(VM, {}, name)] }).assessment.status).toBe('ready');
    },
  );

  it('knows no agent by its name', () => {
    const stranger = extensionRow(VM, { publisher: 'Contoso' }, 'MicrosoftMonitoringAgent');
    expect(joinedMachine({ extensions: [stranger] })).toMatchObject({
      legacyWorkspaces: [],
      assessment: { status: 'notApplicable' },
    });
  });

  it('takes no heartbeat for the name of its computer', () => {
    const others = [
      heartbeatRow({ ResourceId: vmResource('db-01').toLowerCase(), Computer: 'web-01' }),
      heartbeatRow({ ResourceId: '', Computer: 'web-01' }),
      heartbeatRow({ ResourceId: null, Computer: 'web-01', Category: 'Azure Monitor Agent' }),
      heartbeatRow({ ResourceId: VM.toLowerCase(), Category: null }),
    ];
    const machine = joinedMachine(
      { heartbeats: others },
      lonely(lonelyRow({ Computer: 'WEB-01.contoso.example' })),
    );
    expect(machine).toMatchObject({ heartbeats: { ama: null, legacy: null, scom: null }, reports: [] });
    expect(machine.findings).toContainEqual({
      code: 'sameNameAsUnmanaged',
      detail: 'unmanaged/agent-lonely',
    });
    expect(machine.assessment.status).toBe('notApplicable');
  });

  it('leaves out rows that are no machines', () => {
    expect(joined({ machines: [vmRow({ id: '/subscriptions/a/resourceGroups/b' })] }).machines).toEqual([]);
  });

  it('applies locks and gaps of every scope above, without confusing rg1 and rg10', () => {
    const id = vmResource('web-01', 'rg1').toLowerCase();
    const group = `/subscriptions/${SUB}/resourcegroups/rg1`;
    const scopes = [`/subscriptions/${SUB}`, group, id, `${group}0`, `${id}0`, '/subscriptions'];
    const machine = joinedMachine(
      { machines: [vmRow({ id: vmResource('web-01', 'rg1') })] },
      {
        locks: new Map(scopes.map((scope) => [scope, [{ scope, level: 'CanNotDelete', name: scope }]])),
        gaps: new Map(scopes.map((scope, i) => [scope, { scope, missing: VM_ACTIONS.slice(i, i + 1) }])),
      },
    );
    expect(machine.locks.map(({ scope }) => scope)).toEqual([scopes[0], group, id]);
    expect(machine.missingActions).toEqual(VM_ACTIONS.slice(0, 3));
  });

  it('lacks on a machine only what waves need on its kind', () => {
    const scope = `/subscriptions/${SUB}`;
    const { machines } = joined(
      { machines: [vmRow(), arcRow()], scaleSets: [scaleSetRow()] },
      { gaps: new Map([[scope, { scope, missing: [VM_READ, 'Microsoft.HybridCompute/machines/read'] }]]) },
    );
    expect(machines.map(({ missingActions }) => missingActions)).toEqual([
      [VM_READ],
      ['Microsoft.HybridCompute/machines/read'],
      [],
    ]);
  });

  it.each(['absent', 'ready'] as const)(
    'a guest agent that the VM was made without stays absent',
    (state) => {
      const machine = joinedMachine({
        machines: [vmRow({ linuxGuestAgent: 'false' })],
        guestAgents: state === 'ready' ? [{ machineId: VM.toLowerCase(), state }] : [],
      });
      expect(machine.guestAgent).toBe('absent');
    },
  );
});

describe('names (D10)', () => {
  const vms = Array.from({ length: 6 }, (_, i) => vmResource(`vm-${i}`));
  const arcs = Array.from({ length: 4 }, (_, i) => arcResource(`arc-${i}`));
  const all = [...vms, ...arcs];
  /** An estate in which every name is given by `named`; ids stay. */
  const estate = (named: (what: string, i: number) => string): Partial<RawBucket> => ({
    machines: all.map((id, i) => (i < 6 ? vmRow : arcRow)({ id, name: named('machine', i) })),
    extensions: all.flatMap((id, i) => [
      ...(i % 2 === 0 ? [extensionRow(id, { name: named('extension', i) })] : []),
      ...(i % 3 === 0 ? [amaRow(id, { name: named('ama', i) })] : []),
    ]),
    associations: all
      .slice(0, 3)
      .map((id, i) => associationRow(id, { ruleId: ruleResource('r'), name: named('association', i) })),
    heartbeats: all.map((id, i) =>
      heartbeatRow({
        ResourceId: id.toLowerCase(),
        Computer: named('computer', i),
        Category: i % 2 === 0 ? 'Direct Agent' : 'Azure Monitor Agent',
        lastSeen: at(-60 - i),
      }),
    ),
    freeSpace: [],
    guestAgents: vms.map((id) => ({ machineId: id.toLowerCase(), state: 'ready' as const })),
  });
  const bare = (named: (what: string, i: number) => string) => {
    const { machines, totals, claimedVmIds } = joined(estate(named));
    return {
      claimedVmIds,
      totals,
      machines: machines.map((machine) => ({
        ...machine,
        name: '',
        associations: machine.associations.map((association) => ({ ...association, name: '' })),
      })),
    };
  };

  it('may be anything: the join gives the same', () => {
    const usual = bare((what, i) => `${what}-${i}`);
    expect(usual.machines).toHaveLength(10);
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.constantFrom('a', 'b', 'vm-0', 'arc-1', '', 'MicrosoftMonitoringAgent', 'x.y')),
        (names) => {
          expect(bare(() => names.next().value ?? '')).toEqual(usual);
        },
      ),
    );
    // Every computer called as another machine is.
    expect(bare((what, i) => (what === 'computer' ? `vm-${(i + 1) % 10}` : `vm-${i}`))).toEqual(usual);
  });
});

describe('duplicates', () => {
  it('of a machine in other casings are one machine, the first, and counted', () => {
    const { machines, totals } = joined({
      machines: [
        vmRow({ id: vmResource('Web-01') }),
        vmRow({ id: VM.toUpperCase() }),
        vmRow({ id: `${VM}/` }),
      ],
      scaleSets: [scaleSetRow(), scaleSetRow({ id: scaleSetResource('VMSS-01') })],
    });
    expect(machines.map(({ resourceId }) => resourceId)).toEqual([
      vmResource('Web-01'),
      scaleSetResource('vmss-01'),
    ]);
    expect(totals).toMatchObject({ machines: 2, duplicates: 3, azureVms: 1, scaleSets: 1 });
  });

  it('of extensions and associations are one', () => {
    const machine = joinedMachine({
      extensions: [extensionRow(VM), extensionRow(VM.toUpperCase()), extensionRow(VM, {}, 'second')],
      associations: [associationRow(VM), associationRow(VM.toUpperCase())],
    });
    expect(machine.extensions.map(({ name }) => name)).toEqual(['MMAExtension', 'second']);
    expect(machine.associations).toHaveLength(1);
  });
});

describe('heartbeats', () => {
  const vmId = 'aaaaaaaa-0000-4000-8000-000000000001';

  it('of both agents in several workspaces', () => {
    const machine = joinedMachine({
      extensions: [extensionRow(VM), amaRow(VM)],
      heartbeats: [
        heartbeatRow(),
        heartbeatRow({ workspaceId: OTHER_WORKSPACE, lastSeen: at(-120) }),
        heartbeatRow({ workspaceId: '/workspaces/left', lastSeen: at(-20 * DAY) }),
        heartbeatRow({ Category: 'Azure Monitor Agent', lastSeen: at(-10) }),
        heartbeatRow({ Category: 'SCOM Agent', lastSeen: at(-30) }),
      ],
    });
    expect(machine).toMatchObject({
      heartbeats: { ama: at(-10), legacy: at(-60), scom: at(-30) },
      legacyWorkspaces: [WORKSPACE_ID, OTHER_WORKSPACE],
      assessment: { status: 'ready' },
    });
    expect(machine.reports).toHaveLength(5);
    expect(codesOf(machine)).toEqual(['multiHomed', 'scomAttached']);
  });

  it.each(['vmId', 'vmUuid'])('without resource id are claimed by %s, whatever the name', (column) => {
    const rows = [lonelyRow({ VmId: vmId, Computer: 'elsewhere' })];
    const { machines, claimedVmIds } = joined(
      { machines: [vmRow({ [column]: vmId.toUpperCase() }), vmRow({ id: vmResource('elsewhere') })] },
      lonely(...rows),
    );
    expect(claimedVmIds).toEqual([vmId]);
    expect(machines.map(({ heartbeats }) => heartbeats.legacy)).toEqual([at(-60), null]);
    expect(reasonsOf(must(machines[0]))).toEqual(['manualInstall']);
  });

  it('claimed under its own name point at no other machine', () => {
    const machine = joinedMachine({ machines: [vmRow({ vmId })] }, lonely(lonelyRow({ VmId: vmId })));
    expect(machine.heartbeats.legacy).toBe(at(-60));
    expect(codesOf(machine)).not.toContain('sameNameAsUnmanaged');
  });

  it('without resource id and with an id nobody has are claimed by none', () => {
    const { machines, claimedVmIds } = joined(
      { machines: [vmRow({ vmId: 'other' })] },
      lonely(lonelyRow({ VmId: vmId })),
    );
    expect(claimedVmIds).toEqual([]);
    expect(codesOf(must(machines[0]))).toContain('sameNameAsUnmanaged');
  });

  it('of a machine out of scope are not claimed', () => {
    const scope = { ...WHOLE_SCOPE, tags: [{ name: 'none' }] };
    const { claimedVmIds } = joined(
      { machines: [vmRow({ vmId })] },
      { scope, ...lonely(lonelyRow({ VmId: vmId })) },
    );
    expect(claimedVmIds).toEqual([]);
  });

  it('of clones are pointed out on each', () => {
    const { machines } = joined(
      {
        machines: [vmRow(), vmRow({ id: vmResource('web-02') }), vmRow({ id: vmResource('web-03') })],
        heartbeats: [
          heartbeatRow(),
          heartbeatRow({ ResourceId: vmResource('web-02').toLowerCase(), Computer: 'web-02' }),
          heartbeatRow({
            ResourceId: vmResource('web-03').toLowerCase(),
            Computer: 'web-03',
            AgentId: 'agent-3',
          }),
        ],
      },
      { clonedAgents: new Set(['agent-1']) },
    );
    expect(machines.map((machine) => codesOf(machine).includes('clonedAgent'))).toEqual([true, true, false]);
  });

  it.each([
    ['web-01', 'WEB-01.contoso.example', false],
    ['web-01.a.example', 'web-01.b.example', false],
    ['web-01', 'web-02', true],
    ['web-01', null, false],
  ])('under the names %s and %s: renamed %s', (first, second, renamed) => {
    const machine = joinedMachine({
      heartbeats: [heartbeatRow({ Computer: first }), heartbeatRow({ Computer: second, lastSeen: at(-DAY) })],
    });
    expect(codesOf(machine).includes('renamedComputer')).toBe(renamed);
    expect(machine.reports).toHaveLength(1);
  });

  it('of a migrated machine that are old leave it migrated; of minutes ago they show an agent put by hand', () => {
    const migrated = (seconds: number) =>
      joinedMachine({
        extensions: [amaRow(VM)],
        heartbeats: [
          heartbeatRow({ lastSeen: at(seconds) }),
          heartbeatRow({ Category: 'Azure Monitor Agent' }),
        ],
      });
    expect(reasonsOf(migrated(-2 * DAY))).toBe('alreadyMigrated');
    expect(reasonsOf(migrated(-5 * 60))).toEqual(['manualInstall']);
  });

  it('of the instances of a Uniform scale set speak for the set', () => {
    const instance = (i: number) =>
      heartbeatRow({
        ResourceId: `${scaleSetResource('vmss-01')}/virtualMachines/${i}`.toLowerCase(),
        Computer: `vmss-01${i}`,
        AgentId: `agent-${i}`,
      });
    const { machines, totals } = joined(
      { scaleSets: [scaleSetRow()], heartbeats: [instance(0), instance(1)] },
      {
        scaleSetInstances: new Map([
          [scaleSetResource('vmss-01').toLowerCase(), { instances: 2, outdatedInstances: 1 }],
        ]),
      },
    );
    expect(machines).toMatchObject([
      {
        kind: 'scaleSet',
        heartbeats: { legacy: at(-60) },
        scaleSet: { instances: 2, outdatedInstances: 1 },
        assessment: { reasons: [{ code: 'scaleSetUnsupported' }] },
      },
    ]);
    // Instances are computers of their own: they rename nothing.
    expect(machines.flatMap(codesOf)).not.toContain('renamedComputer');
    expect(totals.strangers).toEqual({});
  });

  it('a Flexible instance is a machine of its own, and hears of the model of its set', () => {
    const machine = joinedMachine(
      { machines: [vmRow({ scaleSetId: scaleSetResource('VMSS-01') })] },
      { legacyScaleSets: new Set([scaleSetResource('vmss-01').toLowerCase()]) },
    );
    expect(machine).toMatchObject({ kind: 'azureVm', scaleSetId: scaleSetResource('vmss-01').toLowerCase() });
    expect(codesOf(machine)).toContain('scaleSetModelInstallsLegacy');
  });
});

describe('strangers', () => {
  const gone = (i: number, changes: Parameters<typeof heartbeatRow>[0] = {}) =>
    heartbeatRow({ ResourceId: vmResource(`gone-${String(i).padStart(2, '0')}`).toLowerCase(), ...changes });
  const strangersOf = (...heartbeats: ReturnType<typeof gone>[]) => joined({ heartbeats }).totals.strangers;

  it('are deleted machines that are still heard, per workspace', () => {
    expect(strangersOf(gone(1), gone(1, { workspaceId: OTHER_WORKSPACE }), gone(2))).toEqual({
      [WORKSPACE_ID]: { ids: [gone(1).ResourceId, gone(2).ResourceId], count: 2 },
      [OTHER_WORKSPACE]: { ids: [gone(1).ResourceId], count: 1 },
    });
  });

  it.each([
    ['heard long ago', gone(1, { lastSeen: at(-15 * DAY) })],
    ['of a subscription outside the scope', gone(1, { ResourceId: VM.replace(SUB, TENANT).toLowerCase() })],
    ['of nothing', gone(1, { ResourceId: '' })],
  ])('are none %s', (_, row) => {
    expect(strangersOf(row)).toEqual({});
  });

  it('are no machines that the scope by tag leaves out', () => {
    const scope = { ...WHOLE_SCOPE, tags: [{ name: 'none' }] };
    expect(joined({ machines: [vmRow()], heartbeats: [heartbeatRow()] }, { scope })).toMatchObject({
      machines: [],
      totals: { machines: 0, strangers: {} },
    });
  });

  it('are counted once each beyond the ten that are named, however many agents speak', () => {
    const rows = Array.from({ length: 13 }, (_, i) => [
      gone(i),
      gone(i, { Category: 'Azure Monitor Agent' }),
      gone(i, { Computer: 'x' }),
    ]);
    const { [WORKSPACE_ID]: found } = strangersOf(...rows.flat());
    expect([found?.count, found?.ids.length]).toEqual([13, 10]);
  });
});

describe('the scope', () => {
  const machines = [
    vmRow({ id: vmResource('a', 'RG-One'), tags: { Env: 'Prod' } }),
    vmRow({ id: vmResource('b', 'rg-one'), tags: { env: 'prod' } }),
    vmRow({ id: vmResource('c', 'rg-one2'), tags: { env: null } }),
    arcRow({ id: arcResource('d', 'RG-TWO'), tags: null }),
  ];
  const group = (name: string) => `/subscriptions/${SUB}/resourcegroups/${name}`;

  it.each([
    ['nothing', {}, 'abcd'],
    ['a group', { resourceGroups: [group('rg-one')] }, 'ab'],
    ['two groups', { resourceGroups: [group('rg-one'), group('rg-two')] }, 'abd'],
    ['a group nobody has', { resourceGroups: [group('rg')] }, ''],
    ['a tag with any value', { tags: [{ name: 'ENV' }] }, 'abc'],
    ['a tag with a value, exactly', { tags: [{ name: 'ENV', value: 'prod' }] }, 'b'],
    ['a tag without value', { tags: [{ name: 'env', value: '' }] }, 'c'],
    [
      'one of two tags',
      {
        tags: [
          { name: 'env', value: 'prod' },
          { name: 'env', value: 'Prod' },
        ],
      },
      'ab',
    ],
    ['group and tag', { resourceGroups: [group('rg-one')], tags: [{ name: 'env', value: 'Prod' }] }, 'a'],
  ])('by %s', (_, scope, names) => {
    const found = joined({ machines }, { scope: { ...WHOLE_SCOPE, ...scope } });
    expect(found.machines.map(({ name }) => name).join('')).toBe(names);
    expect(found.totals.machines).toBe(names.length);
  });

  it('may hold nothing', () => {
    expect(joined({})).toMatchObject({
      machines: [],
      claimedVmIds: [],
      totals: { machines: 0, strangers: {} },
    });
  });
});

it.each([
  ['no extensions', null, false],
  [
    'the legacy agent',
    [
      {
        name: 'x',
        properties: { publisher: LEGACY.publisher.toUpperCase(), type: 'omsagentforlinux', settings: null },
      },
    ],
    true,
  ],
  [
    'its name on another',
    [{ name: 'MicrosoftMonitoringAgent', properties: { publisher: 'Contoso', type: 'x', settings: null } }],
    false,
  ],
  [
    'nulls',
    [
      { name: null, properties: null },
      { name: null, properties: { publisher: null, type: null, settings: null } },
    ],
    false,
  ],
])('a scale set with %s carries the legacy agent, or not', (_, extensions, carries) => {
  expect(carriesLegacy(scaleSetRow({ extensions }))).toBe(carries);
});

it('a workspace the agent is set to is found by its customer id', () => {
  const extension = extensionRow(VM, { settings: { workspaceId: CUSTOMER_ID.toUpperCase() } });
  expect(joinedMachine({ extensions: [extension] }).legacyWorkspaces).toEqual([WORKSPACE_ID]);
  expect(joinedMachine({ extensions: [extension] }, { workspaces: new Map() })).toMatchObject({
    legacyWorkspaces: [],
    unseenWorkspaces: [CUSTOMER_ID],
  });
});
