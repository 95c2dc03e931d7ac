import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../shared/model/machine.ts';
import { PlanRequest } from '../../../shared/model/plan-request.ts';
import type { ReasonCode } from '../../../shared/model/reasons.ts';
import { makePlan } from '../../../shared/waves/make-plan.ts';
import { type PlannableEstate, planMachine } from '../../../shared/waves/planned-machine.ts';
import {
  aMachine,
  anAmaExtension,
  aPolicy,
  aRule,
  arcResource,
  at,
  CELL,
  endpointResource,
  identityResource,
  ruleResource,
  vmResource,
  WORKSPACE_ID,
  workspaceResource,
} from '../../support/builders.ts';
import { anEstate as anInventory, each, aMadePlan as make } from '../../support/planning.ts';

const OTHER_WORKSPACE = workspaceResource('law-2').toLowerCase();
const RULE_ID = aRule().id;
/** Without an extension, a legacy heartbeat would mean an agent that was installed by hand. */
const SILENT = { ama: null, legacy: null, scom: null };

function codesOf(
  machine: Machine,
  inventory: Partial<PlannableEstate> = {},
  policy: Parameters<typeof aPolicy>[0] = {},
): ReasonCode[] {
  const result = planMachine(machine, anInventory(inventory), aPolicy(policy));
  return result.kind === 'blocked' ? result.machine.reasons.map(({ code }) => code) : [];
}
function plannedOf(
  machine: Machine,
  inventory: Partial<PlannableEstate> = {},
  policy: Parameters<typeof aPolicy>[0] = {},
) {
  const result = planMachine(machine, anInventory(inventory), aPolicy(policy));
  return result.kind === 'planned' ? result.machine : undefined;
}

describe('makePlan', () => {
  it('equal inputs give an equal plan id, whenever it is made', async () => {
    const machines = ['a', 'b', 'c'].map((name) => aMachine({ name }));

    const first = await make(machines);
    const second = await makePlan(PlanRequest.parse({}), anInventory(), each(machines), at(999));

    expect(second.ok && second.made.plan.id).toBe(first.plan.id);
    expect(first.plan.id).toMatch(/^plan-[0-9a-f]{12}$/);
    expect(first.plan.hash.startsWith(first.plan.id.slice('plan-'.length))).toBe(true);
  });

  it.each([
    ['another policy', { policy: { soakSeconds: 1 } }, ['a', 'b']],
    ['other cohorts', { cohorts: { pilotSize: 2 } }, ['a', 'b']],
    ['settings of a wave', { waveSettings: [{ waves: 'rest', policy: { soakSeconds: 1 } }] }, ['a', 'b']],
    ['another machine', {}, ['a', 'c']],
  ])('%s gives another id', async (_, request, names) => {
    const base = await make(['a', 'b'].map((name) => aMachine({ name })));
    const other = await make(
      names.map((name) => aMachine({ name })),
      request,
    );

    expect(other.plan.id).not.toBe(base.plan.id);
  });

  it('counts every machine once', async () => {
    const { plan, blocked } = await make(
      [
        aMachine({ name: 'ready' }),
        aMachine({ name: 'stopped', availability: 'stopped' }),
        aMachine({ name: 'migrated', extensions: [anAmaExtension()], heartbeats: SILENT }),
        aMachine({ name: 'clean', extensions: [], heartbeats: SILENT }),
        aMachine({ name: 'excluded', tags: { env: 'lab' } }),
      ],
      { selection: { exclude: [{ tag: { name: 'env', value: 'lab' } }] } },
    );

    expect(plan.counts).toEqual({ machines: 5, planned: 1, alreadyMigrated: 1, blocked: 1, notSelected: 2 });
    expect(blocked).toEqual([
      {
        machineId: vmResource('stopped').toLowerCase(),
        reasons: [
          { code: 'notRunning', text: expect.stringContaining('not running'), needs: 'machineOwner' },
        ],
      },
    ]);
  });

  it('takes only what was asked for, and reports an id nobody knows', async () => {
    const { plan, waves, blocked } = await make(
      ['a', 'b'].map((name) => aMachine({ name })),
      { selection: { machineIds: [vmResource('A'), `${vmResource('ghost')}/`] } },
    );

    expect(waves.flat().map(({ id }) => id)).toEqual([vmResource('a').toLowerCase()]);
    expect(blocked).toMatchObject([
      { machineId: vmResource('ghost').toLowerCase(), reasons: [{ code: 'notFound' }] },
    ]);
    expect(plan.counts).toMatchObject({ notSelected: 1, blocked: 1 });
  });

  it('include selects, exclude wins', async () => {
    const { waves } = await make(
      [
        aMachine({ name: 'a' }),
        aMachine({ name: 'b', region: 'northeurope' }),
        aMachine({ name: 'c', os: 'linux' }),
      ],
      { selection: { include: [{ region: 'westeurope' }], exclude: [{ os: 'linux' }] } },
    );

    expect(waves.flat().map(({ id }) => id)).toEqual([vmResource('a').toLowerCase()]);
  });

  it('summarises its waves per cell', async () => {
    const { plan } = await make(
      ['a', 'b', 'c'].map((name) => aMachine({ name, region: name === 'c' ? 'northeurope' : 'westeurope' })),
      { cohorts: { pilotSize: 0 } },
    );

    expect(plan.waves).toMatchObject([
      {
        index: 0,
        machineCount: 3,
        cells: [
          { cell: CELL.replace('west', 'north'), machineCount: 1 },
          { cell: CELL, machineCount: 2 },
        ],
        legacyWorkspaces: [WORKSPACE_ID],
      },
    ]);
  });

  it('names the workspaces each wave reports to through the legacy agent, each once, in order', async () => {
    const rules = [
      aRule(),
      aRule({ name: 'second', flows: [{ stream: 'Microsoft-Event', workspaceId: OTHER_WORKSPACE }] }),
    ];
    const { plan, waves } = await make(
      [
        aMachine({ name: 'a', legacyWorkspaces: [WORKSPACE_ID, OTHER_WORKSPACE] }),
        aMachine({ name: 'b', legacyWorkspaces: [OTHER_WORKSPACE] }),
        aMachine({ name: 'c' }),
        aMachine({ name: 'd' }),
      ],
      { cohorts: { pilotSize: 2, firstSize: 25 } },
      anInventory({ rules }),
    );

    expect(plan.waves).toHaveLength(2);
    for (const [i, machines] of waves.entries()) {
      const expected = [...new Set(machines.flatMap(({ legacyWorkspaces }) => legacyWorkspaces))].sort();
      expect(plan.waves[i]?.legacyWorkspaces).toEqual(expected);
    }
    expect(plan.waves.flatMap(({ legacyWorkspaces }) => legacyWorkspaces)).toContain(OTHER_WORKSPACE);
  });

  it('answers for every machine asked for by id: blocked where there is no agent, counted where nobody knows it', async () => {
    const machines = [
      aMachine({ name: 'ready' }),
      aMachine({ name: 'clean', extensions: [], heartbeats: SILENT }),
      aMachine({ name: 'migrated', extensions: [anAmaExtension()], heartbeats: SILENT }),
      aMachine({ name: 'other' }),
    ];
    const machineIds = ['ready', 'clean', 'migrated', 'ghost'].map((name) => vmResource(name));

    const { plan, blocked } = await make(machines, { selection: { machineIds } });

    expect(blocked.map(({ machineId, reasons }) => [machineId.split('/').at(-1), reasons[0]?.code])).toEqual([
      ['clean', 'noLegacyAgent'],
      ['ghost', 'notFound'],
    ]);
    const { counts } = plan;
    expect(counts).toEqual({ machines: 5, planned: 1, alreadyMigrated: 1, blocked: 2, notSelected: 1 });
    expect(counts.planned + counts.alreadyMigrated + counts.blocked + counts.notSelected).toBe(
      counts.machines,
    );
  });

  it('an id given twice is answered for once', async () => {
    const machineIds = [vmResource('ghost'), vmResource('GHOST'), `${vmResource('ghost')}/`];

    const { plan, blocked } = await make([], { selection: { machineIds } });

    expect(blocked).toHaveLength(1);
    expect(plan.counts).toMatchObject({ machines: 1, blocked: 1 });
  });

  it('an empty inventory gives a plan without waves', async () => {
    const { plan } = await make([]);

    expect(plan).toMatchObject({ waves: [], counts: { machines: 0, planned: 0 } });
  });

  it('the id does not depend on the order in which machines are read', async () => {
    const machines = ['a', 'b', 'c'].flatMap((name) => [
      aMachine({ name }),
      aMachine({ name: `${name}-off`, availability: 'stopped' }),
    ]);

    const first = await make(machines);
    const second = await make(machines.toReversed());

    expect(second.plan.id).toBe(first.plan.id);
    expect(second.blocked).toEqual(first.blocked);
  });
});

describe('planMachine', () => {
  it('plans a ready machine with the rules of its system and workspace', () => {
    const rules = [
      aRule(),
      aRule({
        name: 'any-system',
        os: 'any',
        flows: [{ stream: 'Microsoft-Perf', workspaceId: WORKSPACE_ID }],
      }),
      aRule({ name: 'linux', os: 'linux' }),
      aRule({ name: 'elsewhere', flows: [{ stream: 'Microsoft-Event', workspaceId: OTHER_WORKSPACE }] }),
    ];

    const planned = plannedOf(aMachine(), { rules });

    expect(planned).toMatchObject({
      cell: CELL,
      proxyProfile: null,
      endpointId: null,
      userAssignedIdentityId: null,
      scomAttached: false,
    });
    expect(planned?.rules).toEqual([
      {
        ruleId: RULE_ID,
        resourceId: ruleResource('rule-windows'),
        workspaceId: WORKSPACE_ID,
        tables: ['Event'],
      },
      {
        ruleId: ruleResource('any-system').toLowerCase(),
        resourceId: ruleResource('any-system'),
        workspaceId: WORKSPACE_ID,
        tables: ['Perf'],
      },
    ]);
  });

  it('names each table once and leaves out streams it cannot verify', () => {
    const streams = [
      'Microsoft-Event',
      'microsoft-event',
      'Custom-Input-App',
      'Microsoft-Perf',
      'Custom-App_CL',
    ];
    const flows = streams.map((stream) => ({ stream, workspaceId: WORKSPACE_ID }));

    expect(plannedOf(aMachine(), { rules: [aRule({ flows })] })?.rules[0]?.tables).toEqual([
      'Event',
      'Perf',
      'App_CL',
    ]);
  });

  it.each<[ReasonCode, string, Partial<Machine>, Partial<PlannableEstate>, Parameters<typeof aPolicy>[0]]>([
    ['noRule', 'no rule at all', {}, { rules: [] }, {}],
    ['noRule', 'only rules of the other system', {}, { rules: [aRule({ os: 'linux' })] }, {}],
    ['noRule', 'only rules that are for no machine', {}, { rules: [aRule({ os: 'other' })] }, {}],
    [
      'noRule',
      'one of the workspaces its legacy agent feeds has no rule',
      { legacyWorkspaces: [WORKSPACE_ID, OTHER_WORKSPACE] },
      {},
      {},
    ],
    [
      'noWorkspace',
      'one of two workspaces is not visible',
      { unseenWorkspaces: ['99999999-9999-4999-8999-999999999999'] },
      {},
      {},
    ],
    [
      'noRule',
      'a named rule that does not exist',
      {},
      {},
      { rules: [{ match: {}, ruleIds: [ruleResource('gone')] }] },
    ],
    [
      'noRule',
      'one of two named rules that does not exist',
      {},
      {},
      { rules: [{ match: {}, ruleIds: [RULE_ID, ruleResource('gone')] }] },
    ],
    ['noWorkspace', 'a legacy agent whose workspace is not visible', { legacyWorkspaces: [] }, {}, {}],
    ['noEndpoint', 'private link without an endpoint in the region', {}, {}, privateLink()],
    [
      'noEndpoint',
      'private link with an endpoint elsewhere',
      {},
      { endpoints: [endpoint('dce', 'northeurope')] },
      privateLink(),
    ],
    [
      'noEndpoint',
      'a named endpoint that does not exist',
      {},
      {},
      privateLink([{ region: 'westeurope', endpointId: endpointResource('gone') }]),
    ],
    ['notRunning', 'a stopped machine', { availability: 'stopped' }, {}, {}],
    [
      'identityMissing',
      'a named identity it lacks',
      {},
      {},
      { identities: [{ match: {}, userAssignedIdentityId: identityResource('id') }] },
    ],
  ])('is blocked by %s: %s', (code, _, machine, inventory, policy) => {
    expect(codesOf(aMachine(machine), inventory, policy)).toEqual([code]);
  });

  it.each<[string, Partial<Machine>, string]>([
    ['the workspace without a rule', { legacyWorkspaces: [WORKSPACE_ID, OTHER_WORKSPACE] }, OTHER_WORKSPACE],
    [
      'the workspace nobody can see',
      { unseenWorkspaces: ['99999999-9999-4999-8999-999999999999'] },
      'workspace 99999999-9999-4999-8999-999999999999',
    ],
  ])('names %s', (_, machine, detail) => {
    const result = planMachine(aMachine(machine), anInventory(), aPolicy());

    expect(result.kind === 'blocked' && result.machine.reasons).toMatchObject([{ detail }]);
  });

  it('names every reason at once', () => {
    const machine = aMachine({ availability: 'stopped', legacyWorkspaces: [] });

    expect(codesOf(machine, {}, privateLink())).toEqual(['notRunning', 'noWorkspace', 'noEndpoint']);
  });

  it('named rules replace the found ones; the first line that fits wins', () => {
    const rules = [aRule(), aRule({ name: 'named', os: 'any' })];
    const policy = {
      rules: [
        { match: { os: 'linux' as const }, ruleIds: [RULE_ID] },
        { match: {}, workspaceId: OTHER_WORKSPACE, ruleIds: [RULE_ID] },
        { match: {}, workspaceId: WORKSPACE_ID, ruleIds: [ruleResource('Named')] },
        { match: {}, ruleIds: [RULE_ID] },
      ],
    };

    expect(plannedOf(aMachine(), { rules }, policy)?.rules.map(({ resourceId }) => resourceId)).toEqual([
      ruleResource('named'),
    ]);
  });

  it.each<[string, Partial<Machine>]>([
    ['no workspace is known', { legacyWorkspaces: [] }],
    ['a workspace nobody can see', { unseenWorkspaces: ['99999999-9999-4999-8999-999999999999'] }],
    ['a workspace without a rule', { legacyWorkspaces: [WORKSPACE_ID, OTHER_WORKSPACE] }],
  ])('named rules make up for it: %s', (_, machine) => {
    expect(codesOf(aMachine(machine), {}, { rules: [{ match: {}, ruleIds: [RULE_ID] }] })).toEqual([]);
  });

  // rulesFor: each workspace needs a rule, "or what the machine sends there would end with the legacy agent". A line
  // for one workspace stands for all of them: the others get neither their line nor a found rule, and no gate looks.
  it('a line for one of two workspaces leaves the other to its own line', () => {
    const second = aRule({
      name: 'second',
      flows: [{ stream: 'Microsoft-Perf', workspaceId: OTHER_WORKSPACE }],
    });
    const policy = {
      rules: [
        { match: {}, workspaceId: WORKSPACE_ID, ruleIds: [RULE_ID] },
        { match: {}, workspaceId: OTHER_WORKSPACE, ruleIds: [second.id] },
      ],
    };
    const machine = aMachine({ legacyWorkspaces: [WORKSPACE_ID, OTHER_WORKSPACE] });

    expect(
      plannedOf(machine, { rules: [aRule(), second] }, policy)?.rules.map(({ ruleId }) => ruleId),
    ).toEqual([RULE_ID, second.id]);
  });

  it('takes one rule for two workspaces, with the tables of each', () => {
    const flows = [
      { stream: 'Microsoft-Event', workspaceId: WORKSPACE_ID },
      { stream: 'Microsoft-Perf', workspaceId: OTHER_WORKSPACE },
    ];
    const machine = aMachine({ legacyWorkspaces: [WORKSPACE_ID, OTHER_WORKSPACE] });

    expect(
      plannedOf(machine, { rules: [aRule({ flows })] })?.rules.map(({ workspaceId, tables }) => [
        workspaceId,
        tables,
      ]),
    ).toEqual([
      [WORKSPACE_ID, ['Event']],
      [OTHER_WORKSPACE, ['Perf']],
    ]);
  });

  it('the first proxy rule that fits wins', () => {
    const policy = {
      proxies: {
        profiles: { dmz: { kind: 'none' as const }, hq: { kind: 'none' as const } },
        rules: [
          { match: { tag: { name: 'zone', value: 'dmz' } }, profile: 'dmz' },
          { match: { kind: 'azureVm' as const }, profile: 'hq' },
          { match: {}, profile: 'dmz' },
        ],
      },
    };

    expect(plannedOf(aMachine(), {}, policy)?.proxyProfile).toBe('hq');
    expect(plannedOf(aMachine({ tags: { zone: 'dmz' } }), {}, policy)?.proxyProfile).toBe('dmz');
  });

  it.each([
    ['in the region', [endpoint('dce', 'westeurope')], undefined],
    [
      'named for the region',
      [endpoint('other', 'westeurope'), endpoint('dce', 'westeurope')],
      [{ region: 'West Europe', endpointId: endpointResource('DCE') }],
    ],
  ])('private link takes the endpoint %s', (_, endpoints, lines) => {
    expect(plannedOf(aMachine(), { endpoints }, privateLink(lines))?.endpointId).toBe(
      endpointResource('dce').toLowerCase(),
    );
  });

  it('an identity is named for VMs only', () => {
    const policy = { identities: [{ match: {}, userAssignedIdentityId: identityResource('id') }] };
    const arc = aMachine({ kind: 'arcServer', resourceId: arcResource('dc') });

    expect(plannedOf(arc, {}, policy)?.userAssignedIdentityId).toBeNull();
  });

  it.each([
    ['heard', { heartbeats: { ama: null, legacy: null, scom: at(-99_999) } }, {}, true],
    ['named in the policy', {}, { scom: [{ os: 'windows' as const }] }, true],
    ['neither', {}, { scom: [{ os: 'linux' as const }] }, false],
  ])('SCOM: %s', (_, machine, policy, expected) => {
    expect(plannedOf(aMachine(machine), {}, policy)?.scomAttached).toBe(expected);
  });

  it('takes a rule once that the policy names twice', () => {
    const policy = { rules: [{ match: {}, ruleIds: [RULE_ID, RULE_ID.toUpperCase()] }] };

    expect(plannedOf(aMachine(), {}, policy)?.rules.map(({ ruleId }) => ruleId)).toEqual([RULE_ID]);
  });

  // Metrics only, say: there is nothing to verify, but it must be associated.
  it('does not lose a named rule that feeds no workspace', () => {
    const rules = [aRule(), aRule({ name: 'metrics', flows: [] })];
    const policy = { rules: [{ match: {}, ruleIds: [RULE_ID, ruleResource('metrics')] }] };

    expect(plannedOf(aMachine(), { rules }, policy)?.rules).toContainEqual({
      ruleId: ruleResource('metrics').toLowerCase(),
      resourceId: ruleResource('metrics'),
      workspaceId: null,
      tables: [],
    });
  });
});

function privateLink(endpoints: { region: string; endpointId: string }[] = []) {
  return {
    proxies: { profiles: { pl: { kind: 'privateLink' as const } }, rules: [{ match: {}, profile: 'pl' }] },
    endpoints,
  };
}

function endpoint(name: string, region: string) {
  const resourceId = endpointResource(name);
  const addresses = { configurationAccess: null, logsIngestion: null };
  return { id: resourceId.toLowerCase(), resourceId, name, region, ...addresses };
}
