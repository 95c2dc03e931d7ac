import { afterEach, describe, expect, it } from 'vitest';
import type { Estate, EstateFile } from '../../rehearsal/estate/index.ts';
import { inventories, standing, undated, undisturbed } from '../support/inventories.ts';
import { mixedEstate, OTHER_CUSTOMER, OTHER_WORKSPACE, vm, workspace } from '../support/mixed-estate.ts';
import { scenario } from '../support/scenario.ts';
import {
  ARC,
  CUSTOMER,
  GROUP,
  LINUX_VM,
  legacyExtension,
  SUBSCRIPTION,
  smallEstate,
  VM,
} from '../support/small-estate.ts';

type Behaviour = NonNullable<EstateFile['behaviour']>;
type Fault = NonNullable<Behaviour['faults']>[number];
const SCOPE = `/subscriptions/${SUBSCRIPTION}`;
const OTHER_VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/web-02`;

/** The small estate and a machine that reports to another workspace. */
function twoWorkspaces(behaviour: Behaviour): EstateFile {
  const agent = legacyExtension(OTHER_VM, 'MMA', 'MicrosoftMonitoringAgent');
  return smallEstate({
    resources: [
      ...smallEstate().resources,
      workspace(OTHER_WORKSPACE, OTHER_CUSTOMER),
      vm(OTHER_VM),
      { ...agent, properties: { ...agent.properties, settings: { workspaceId: OTHER_CUSTOMER } } },
    ],
    behaviour,
  });
}

const refusedTo = (customer: string): Fault => ({
  match: { kind: 'logs.query', url: customer },
  effect: {
    status: 403,
    code: 'InsufficientAccessError',
    message: 'The provided credentials have insufficient access',
  },
});

describe('a workspace the app may not read', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);

  it('is reported with what to do, and the rest goes on', async () => {
    await given.anEstate(twoWorkspaces({ legacyIngestionEnds: null, faults: [refusedTo(OTHER_CUSTOMER)] }));
    const { status, summary } = await inventory.take();

    expect(status).toBe('completed');
    expect(summary).toMatchObject({ machines: 4, workspaces: 2, unreadWorkspaces: 1 });
    const { workspaces, unread } = await inventory.workspaces();
    expect(unread).toEqual([
      { id: OTHER_WORKSPACE.toLowerCase(), reason: expect.stringContaining('insufficient access') },
    ]);
    expect(workspaces.map(({ use }) => use === null)).toEqual([false, true]);
    expect(await inventory.finding('workspaceUnread')).toMatchObject([
      {
        severity: 'action',
        needs: 'platformTeam',
        subject: { kind: 'workspace', id: OTHER_WORKSPACE.toLowerCase() },
      },
    ]);
    expect((await inventory.machine(VM)).heartbeats.legacy).not.toBeNull();
  });

  it('keeps its machines out of the plan, and only those', async () => {
    await given.anEstate(twoWorkspaces({ faults: [refusedTo(OTHER_CUSTOMER)] }));
    await inventory.take();
    const { plan, blocked } = await inventory.plan();

    expect(blocked.get(OTHER_VM.toLowerCase())).toContain('workspaceUnread');
    expect([...blocked.keys()]).toEqual([OTHER_VM.toLowerCase()]);
    expect(plan.counts).toMatchObject({ planned: 3, blocked: 1 });
  });

  it('is not one that is merely busy for a while', async () => {
    const busy: Fault = {
      match: { kind: 'logs.query', url: OTHER_CUSTOMER },
      effect: { status: 429, code: 'TooManyRequests', retryAfterSeconds: 60 },
      count: 8,
    };
    await given.anEstate(twoWorkspaces({ faults: [busy] }));

    expect((await inventory.take()).summary).toMatchObject({ unreadWorkspaces: 0 });
    expect((await inventory.workspaces()).unread).toEqual([]);
  });

  it('does not hold up an inventory when none can be read', async () => {
    await given.anEstate(twoWorkspaces({ faults: [refusedTo(''), refusedTo(CUSTOMER)] }));
    const { status } = await inventory.take();
    const { plan } = await inventory.plan();

    expect(status).toBe('completed');
    expect(plan.waves).toEqual([]);
    expect(plan.blockedReasons[0]).toMatchObject({ code: 'workspaceUnread', machines: 4 });
    expect(plan.warnings).toMatchObject([{ code: 'nothingReady' }]);
  });
});

describe('permissions the app lacks', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);
  const READ = '*/read';
  const CHANGE = [
    'Microsoft.Compute/virtualMachines/extensions/*',
    'Microsoft.HybridCompute/machines/extensions/*',
    'Microsoft.Insights/dataCollectionRuleAssociations/*',
  ];
  const lacking = 'Microsoft.Compute/virtualMachines/extensions/delete';

  it('block the machines that need them, and the finding names actions and roles', async () => {
    const permissions = [
      {
        scope: SCOPE,
        actions: [READ, ...CHANGE],
        notActions: ['microsoft.compute/virtualMachines/extensions/DELETE'],
      },
    ];
    await given.anEstate(smallEstate({ behaviour: { permissions } }));
    const { summary } = await inventory.take();

    expect(standing(await inventory.machine(VM))).toEqual(['notAuthorized']);
    expect(await inventory.machine(LINUX_VM)).toMatchObject({ missingActions: [lacking] });
    expect(summary?.reasons).toMatchObject({ notAuthorized: expect.any(Number) });
    const [finding, ...others] = await inventory.finding('permissionMissing');
    expect(others).toEqual([]);
    expect(finding?.detail).toContain(lacking);
    expect(finding?.detail).toContain('Virtual Machine Contributor');
    const { blocked } = await inventory.plan();
    expect(blocked.get(VM.toLowerCase())).toContain('notAuthorized');
  });

  it('leave an Arc server alone where only rights on VMs are lacking', async () => {
    const permissions = [{ scope: '/', actions: [READ, ...CHANGE], notActions: [lacking] }];
    await given.anEstate(smallEstate({ behaviour: { permissions } }));
    await inventory.take();

    expect(standing(await inventory.machine(ARC))).toBe('ready');
  });

  it('are looked at by resource group: a role granted on one is enough there', async () => {
    const elsewhere = OTHER_VM.replace('rg-App', 'rg-closed');
    const { resources } = smallEstate();
    await given.anEstate(
      smallEstate({
        resources: [
          ...resources,
          vm(elsewhere),
          legacyExtension(elsewhere, 'MMA', 'MicrosoftMonitoringAgent'),
        ],
        behaviour: {
          permissions: [
            { scope: SCOPE, actions: [READ] },
            { scope: GROUP.toUpperCase(), actions: CHANGE },
          ],
        },
      }),
    );
    await inventory.take();

    expect(standing(await inventory.machine(VM))).toBe('ready');
    expect(standing(await inventory.machine(elsewhere))).toEqual(['notAuthorized']);
    expect(await inventory.finding('permissionMissing')).toMatchObject([
      { subject: { id: elsewhere.toLowerCase().split('/').slice(0, 5).join('/') } },
    ]);
  });

  it.each([
    ['permission.read', 'permissionsUnread'],
    ['lock.read', 'locksUnread'],
    ['autoProvisioning.read', 'permissionsUnread'],
  ] as const)('to read %s are told and block nothing', async (kind, code) => {
    const faults: Fault[] = [
      { match: { kind }, effect: { status: 403, code: 'AuthorizationFailed', message: 'no' } },
    ];
    await given.anEstate(smallEstate({ behaviour: { faults } }));
    const { status, summary } = await inventory.take();

    expect([status, summary?.assessment.ready]).toEqual(['completed', 3]);
    expect(await inventory.finding(code)).toMatchObject([{ subject: { kind: 'subscription', id: SCOPE } }]);
  });
});

describe('an answer that is not whole', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);
  const healed: (() => void)[] = [];
  afterEach(() => {
    for (const heal of healed.splice(0)) heal();
  });

  async function expectNothingConcluded(sentence: RegExp): Promise<void> {
    const { id, status, problem, summary } = await inventory.take();
    expect([status, summary]).toEqual(['failed', null]);
    expect(problem).toMatch(sentence);
    const refused = { status: 409, code: 'inventoryNotReady' };
    await expect(inventory.plan({ inventoryId: id })).rejects.toMatchObject(refused);
    await expect(inventory.findings(id)).rejects.toMatchObject(refused);
    await expect(inventory.plan()).rejects.toMatchObject({ status: 404, code: 'inventoryNotFound' });
  }

  it('because of too many subscriptions fails the inventory', async () => {
    await given.anEstate(smallEstate({ behaviour: { graph: { limitHit: true } } }));

    await expectNothingConcluded(/10,000.*narrow the scope/);
  });

  it.each(['machines', 'extensions', 'workspaces', 'policy-assignments'])(
    'because %s were cut off fails the inventory',
    async (query) => {
      await given.anEstate(mixedEstate({ behaviour: { graph: { truncate: [query] } } }));

      await expectNothingConcluded(/cut.*narrower scope/);
    },
  );

  /** Resource Graph leaves the last machine out, so many times; its counts stay. */
  function loseMachines(times: number): { readonly lost: () => number } {
    const estate = here().session.estate as { -readonly [K in keyof Estate]: Estate[K] };
    const whole = estate.handleNow;
    let lost = 0;
    estate.handleNow = (request) => {
      const outcome = whole(request);
      if (!String(request.body).includes("'microsoft.hybridcompute/machines')") || lost >= times)
        return outcome;
      lost += 1;
      const body = JSON.parse(outcome.response.body) as { data: unknown[] };
      const fewer = JSON.stringify({ ...body, data: body.data.slice(1) });
      return { ...outcome, response: { ...outcome.response, body: fewer } };
    };
    healed.push(() => {
      estate.handleNow = whole;
    });
    return { lost: () => lost };
  }

  it('because rows went missing is read again, and is whole then', async () => {
    await given.anEstate(smallEstate());
    const { lost } = loseMachines(2);

    expect((await inventory.take()).summary?.machines).toBe(3);
    expect(lost()).toBe(2);
  });

  it('because rows keep missing fails the inventory', async () => {
    await given.anEstate(smallEstate());
    loseMachines(100);

    await expectNothingConcluded(/counts 3 rows and gave 2; nothing is concluded/);
  });
});

describe('a wire that gives trouble', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);
  const STORMS: [string, Behaviour][] = [
    ['hardly any quota', { limits: { factor: 0.07 } }],
    [
      'a 429 storm',
      { faults: [{ match: {}, effect: { status: 429, retryAfterSeconds: 20 }, probability: 0.4 }] },
    ],
    [
      'throttled queries',
      { faults: [{ match: { kind: 'graph.query' }, effect: { status: 429 }, count: 30 }] },
    ],
    ['outages', { faults: [{ match: {}, effect: { status: 503 }, probability: 0.3 }] }],
    ['lost requests', { faults: [{ match: {}, effect: { reset: 'before' }, probability: 0.3 }] }],
    ['lost answers', { faults: [{ match: {}, effect: { reset: 'after' }, probability: 0.3 }] }],
    ['truncated answers', { faults: [{ match: {}, effect: { truncate: true }, probability: 0.3 }] }],
  ];

  it.each(STORMS)('%s: the same inventory in the end', async (_, behaviour) => {
    const expected = await undisturbed(mixedEstate());
    await given.anEstate(mixedEstate({ behaviour }));
    const { id } = await inventory.take();

    expect(undated(await inventory.content(id))).toEqual(expected);
  });

  it('a small quota is waited for, not run into', async () => {
    await given.anEstate(mixedEstate({ behaviour: { limits: { factor: 0.2 } } }));
    const { startedAt, completedAt } = await inventory.take();

    expect(here().session.estate.requestLog.count('graph.query', 429)).toBe(0);
    // Three queries every five seconds, fourteen in all.
    expect(Date.parse(completedAt ?? '') - Date.parse(startedAt)).toBeGreaterThanOrEqual(15_000);
  });
});
