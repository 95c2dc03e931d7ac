import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../../shared/ledger/inventories.ts';
import type { Machine } from '../../../shared/model/machine.ts';
import { PlanRequest } from '../../../shared/model/plan.ts';
import type { ReasonCode } from '../../../shared/model/reasons.ts';
import { makePlan } from '../../../shared/waves/make-plan.ts';
import { planMachine } from '../../../shared/waves/planned-machine.ts';
import {
  aMachine,
  anAmaExtension,
  anInventory,
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

const OTHER_WORKSPACE = workspaceResource('law-2').toLowerCase();
const RULE_ID = aRule().id;

async function* each(machines: readonly Machine[]): AsyncGenerator<Machine> {
  yield* machines;
}
const make = (machines: readonly Machine[], request: object = {}, inventory: Inventory = anInventory()) =>
  makePlan(PlanRequest.parse(request), inventory, each(machines), at(0));

function codesOf(
  machine: Machine,
  inventory: Partial<Inventory> = {},
  policy: Parameters<typeof aPolicy>[0] = {},
): ReasonCode[] {
  const result = planMachine(machine, anInventory(inventory), aPolicy(policy));
  return result.kind === 'blocked' ? result.machine.reasons.map(({ code }) => code) : [];
}
function plannedOf(
  machine: Machine,
  inventory: Partial<Inventory> = {},
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

    expect(second.plan.id).toBe(first.plan.id);
    expect(first.plan.id).toMatch(/^plan-[0-9a-f]{12}$/);
    expect(first.plan.hash.startsWith(first.plan.id.slice('plan-'.length))).toBe(true);
  });

  it.each([
    ['another policy', { policy: { soakSeconds: 1 } }, ['a', 'b']],
    ['other cohorts', { cohorts: { pilotSize: 1 } }, ['a', 'b']],
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
        aMachine({ name: 'migrated', extensions: [anAmaExtension()] }),
        aMachine({ name: 'clean', extensions: [] }),
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

    expect(plan.waves).toEqual([
      {
        index: 0,
        machineCount: 3,
        cells: [
          { cell: CELL.replace('west', 'north'), machineCount: 1 },
          { cell: CELL, machineCount: 2 },
        ],
      },
    ]);
  });

  it('an empty inventory gives a plan without waves', async () => {
    const { plan } = await make([]);

    expect(plan).toMatchObject({ waves: [], counts: { machines: 0, planned: 0 } });
  });

  // DOUBT shared/waves/make-plan.ts: planned machines are ordered by id, blocked ones by arrival, so the plan id of
  // equal inventories depends on the order of reading.
  it.fails('the id does not depend on the order in which machines are read', async () => {
    const machines = ['a', 'b', 'c'].map((name) => aMachine({ name, availability: 'stopped' }));

    const first = await make(machines);
    const second = await make(machines.toReversed());

    expect(second.plan.id).toBe(first.plan.id);
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
    const streams = ['Microsoft-Event', 'microsoft-event', 'Custom-App_CL', 'Microsoft-Perf'];
    const flows = streams.map((stream) => ({ stream, workspaceId: WORKSPACE_ID }));

    expect(plannedOf(aMachine(), { rules: [aRule({ flows })] })?.rules[0]?.tables).toEqual(['Event', 'Perf']);
  });

  it.each<[ReasonCode, string, Partial<Machine>, Partial<Inventory>, Parameters<typeof aPolicy>[0]]>([
    ['noRule', 'no rule at all', {}, { rules: [] }, {}],
    ['noRule', 'only rules of the other system', {}, { rules: [aRule({ os: 'linux' })] }, {}],
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

  it('named rules make up for a workspace nobody can see', () => {
    expect(
      codesOf(aMachine({ legacyWorkspaces: [] }), {}, { rules: [{ match: {}, ruleIds: [RULE_ID] }] }),
    ).toEqual([]);
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

  // BUG shared/waves/planned-machine.ts rulesFor: rules for one of two workspaces are enough. What the legacy agent
  // sends to the other stops with its removal, and no gate looks at it.
  it.fails('is blocked when one of the workspaces its legacy agent feeds has no rule', () => {
    expect(codesOf(aMachine({ legacyWorkspaces: [WORKSPACE_ID, OTHER_WORKSPACE] }))).toEqual(['noRule']);
  });

  // BUG shared/waves/planned-machine.ts rulesFor: compares the number of rules found with the number of ids given.
  it.fails('accepts a rule that the policy names twice', () => {
    expect(
      codesOf(aMachine(), {}, { rules: [{ match: {}, ruleIds: [RULE_ID, RULE_ID.toUpperCase()] }] }),
    ).toEqual([]);
  });

  // BUG shared/waves/planned-machine.ts assignments: a named rule without Log Analytics flows (metrics only) makes no
  // assignment and is silently never associated.
  it.fails('does not lose a named rule that feeds no workspace', () => {
    const rules = [aRule(), aRule({ name: 'metrics', flows: [] })];
    const policy = { rules: [{ match: {}, ruleIds: [RULE_ID, ruleResource('metrics')] }] };

    expect(plannedOf(aMachine(), { rules }, policy)?.rules.map(({ ruleId }) => ruleId)).toContain(
      ruleResource('metrics').toLowerCase(),
    );
  });
});

function privateLink(endpoints: { region: string; endpointId: string }[] = []) {
  return {
    proxies: { profiles: { pl: { kind: 'privateLink' as const } }, rules: [{ match: {}, profile: 'pl' }] },
    endpoints,
  };
}

function endpoint(name: string, region: string) {
  return { id: endpointResource(name).toLowerCase(), resourceId: endpointResource(name), name, region };
}
