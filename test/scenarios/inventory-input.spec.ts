import { describe, expect, it } from 'vitest';
import { ApiError } from '../../rehearsal/drive/api.ts';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { inventories, standing } from '../support/inventories.ts';
import { mixedEstate, vm } from '../support/mixed-estate.ts';
import { scenario } from '../support/scenario.ts';
import {
  ARC,
  GROUP,
  LINUX_VM,
  legacyExtension,
  SUBSCRIPTION,
  smallEstate,
  VM,
  WORKSPACE,
} from '../support/small-estate.ts';

const SCOPE = `/subscriptions/${SUBSCRIPTION}`;

describe('machines as exports really have them', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);

  it('keeps a machine of which nearly everything is null, and says what is not known', async () => {
    const bare = `${GROUP}/providers/Microsoft.Compute/virtualMachines/bare`;
    const bareArc = `${GROUP}/providers/Microsoft.HybridCompute/machines/bare`;
    const { resources } = smallEstate();
    const nulls = { name: 'bare', location: null, tags: null, identity: null };
    await given.anEstate({
      resources: [
        ...resources,
        { id: bare, type: 'microsoft.compute/virtualmachines', ...nulls, properties: null },
        {
          id: bareArc,
          type: 'microsoft.hybridcompute/machines',
          ...nulls,
          properties: {
            status: null,
            osType: null,
            osSku: null,
            osName: null,
            agentVersion: null,
            vmId: null,
          },
        },
        legacyExtension(bare, 'MMA', 'MicrosoftMonitoringAgent'),
      ],
    });
    const { status, summary } = await inventory.take();

    expect([status, summary?.machines]).toEqual(['completed', 5]);
    const machine = await inventory.machine(bare);
    expect(machine).toMatchObject({ region: '', osName: null, tags: {}, systemIdentity: false });
    expect(standing(machine)).toContain('identityMissing');
    expect(await inventory.machine(bareArc)).toMatchObject({
      os: 'unknown',
      availability: 'unknown',
      vmId: null,
    });
    expect(standing(await inventory.machine(bareArc))).toBe('notApplicable');
  });

  it('counts a machine that comes again in another casing once, and says so', async () => {
    const { resources } = smallEstate();
    const again = resources.find(({ id }) => id === VM);
    await given.anEstate({
      resources: [...resources, { ...(again as (typeof resources)[number]), id: VM.toUpperCase() }],
    });
    const { summary } = await inventory.take();

    expect(summary?.machines).toBe(3);
    expect(await inventory.finding('duplicateIds')).toMatchObject([{ subject: { kind: 'estate' } }]);
    expect((await inventory.machine(VM)).extensions).toHaveLength(1);
  });

  it('tells machines of one name in two groups apart', async () => {
    const other = VM.replace('rg-App', 'rg-other');
    const { resources } = smallEstate();
    await given.anEstate({ resources: [...resources, vm(other)] });
    await inventory.take();

    expect(standing(await inventory.machine(VM))).toBe('ready');
    expect((await inventory.machine(other)).extensions).toEqual([]);
    expect(standing(await inventory.machine(other))).toBe('notApplicable');
  });

  it('sets a row of a strange form aside, tells of it and goes on', async () => {
    const id = `${GROUP}/providers/Microsoft.Compute/virtualMachines/odd/extensions/x`;
    const strange = { id, publisher: 7 };
    await given.anEstate(
      smallEstate({
        behaviour: {
          graph: {
            oddRows: [
              { query: 'extensions', row: strange },
              { query: 'rules', row: null },
            ],
          },
        },
      }),
    );
    const { status, summary } = await inventory.take();

    expect([status, summary?.machines]).toEqual(['completed', 3]);
    const told = await inventory.finding('rowsSetAside');
    expect(told.map(({ subject }) => subject.id).sort()).toEqual([strange.id, 'rules'].sort());
    expect(told.map(({ detail }) => detail).join()).toContain('publisher');
  });
});

describe('a machine of which one part is odd', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);

  it('stays in the inventory, and the odd part counts as unknown', async () => {
    const odd = {
      id: `${GROUP}/providers/Microsoft.Compute/virtualMachines/odd`,
      name: 7,
      powerState: { code: 1 },
      tags: { number: 7 },
    };
    await given.anEstate(
      smallEstate({ behaviour: { graph: { oddRows: [{ query: 'machines', row: odd }] } } }),
    );
    const { summary } = await inventory.take();

    expect(summary?.machines).toBe(4);
    expect(await inventory.machine(odd.id)).toMatchObject({
      name: 'odd',
      availability: 'unknown',
      tags: { number: '7' },
    });
  });
});

describe('an inventory of nothing', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);
  const NOTHING = { machines: 0, assessment: { ready: 0, alreadyMigrated: 0, notApplicable: 0, blocked: 0 } };

  async function expectEmptyPlan(code: string): Promise<void> {
    const { plan } = await inventory.plan();
    expect(plan.waves).toEqual([]);
    expect(plan.warnings).toMatchObject([{ code, text: expect.any(String) }]);
  }

  it('is completed with zeros, and its plan says why it has no waves', async () => {
    await given.anEstate({ resources: [] });
    const { status, summary } = await inventory.take();

    expect(status).toBe('completed');
    expect(summary).toMatchObject({ ...NOTHING, workspaces: 0, subscriptions: 0 });
    await expectEmptyPlan('emptyScope');
  });

  it('fails for a subscription that nobody can see, rather than call it empty', async () => {
    await given.anEstate(mixedEstate());
    const unseen = '99999999-9999-4999-8999-999999999999';

    const { status, problem } = await inventory.take({ subscriptions: [unseen] });

    expect(status).toBe('failed');
    expect(problem).toMatch(/None of the subscriptions in the scope is visible/);
  });

  it('tells of a subscription of the scope that it cannot see beside others', async () => {
    await given.anEstate(mixedEstate());
    const unseen = '99999999-9999-4999-8999-999999999999';

    await inventory.take({ subscriptions: [SUBSCRIPTION, unseen] });

    expect(await inventory.finding('scopeNotVisible')).toMatchObject([
      { subject: { kind: 'subscription', id: `/subscriptions/${unseen}` } },
    ]);
  });

  it.each([
    ['a group that is not there', { resourceGroups: [`${SCOPE}/resourceGroups/rg-none`] }],
    ['a tag nobody carries', { tags: [{ name: 'nobody' }] }],
  ])('covers %s', async (_, scope) => {
    await given.anEstate(mixedEstate());
    const { status, summary } = await inventory.take(scope);

    expect(status).toBe('completed');
    expect(summary).toMatchObject(NOTHING);
    expect((await inventory.machines()).size).toBe(0);
    await expectEmptyPlan('emptyScope');
  });
});

describe('the scope of an inventory', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);
  const SECOND = '77777777-7777-4777-8777-777777777777';
  const THIRD = '88888888-8888-4888-8888-888888888888';
  const inSecond = VM.replace(SUBSCRIPTION, SECOND).replace('rg-App', 'rg-two');
  const inThird = VM.replace(SUBSCRIPTION, THIRD).replace('rg-App', 'rg-three');

  function subscription(id: string, tenantId: string, ...groups: string[]): EstateFile['resources'][number] {
    return {
      id: `/subscriptions/${id}`,
      type: 'microsoft.resources/subscriptions',
      tenantId,
      properties: {
        displayName: id,
        state: 'Enabled',
        managementGroupAncestorsChain: groups.map((name) => ({ name, displayName: name })),
      },
    };
  }

  /** Three subscriptions, the last of another tenant; the first two below one management group. */
  function wideEstate(): EstateFile {
    const policy = '/providers/Microsoft.Authorization/policyAssignments/from-above';
    const root = '/providers/Microsoft.Management/managementGroups/mg-root';
    return smallEstate({
      resources: [
        ...smallEstate().resources,
        vm(inSecond, { tags: { Role: 'web' } }),
        legacyExtension(inSecond, 'MMA', 'MicrosoftMonitoringAgent'),
        vm(inThird),
        legacyExtension(inThird, 'MMA', 'MicrosoftMonitoringAgent'),
        subscription(SUBSCRIPTION, 'tenant-a', 'mg-online', 'mg-root'),
        subscription(SECOND, 'tenant-a', 'mg-root'),
        subscription(THIRD, 'tenant-b'),
        {
          id: `${root}${policy}`,
          name: 'from-above',
          type: 'microsoft.authorization/policyassignments',
          properties: {
            scope: root,
            policyDefinitionId:
              '/providers/Microsoft.Authorization/policyDefinitions/0868462e-646c-4fe3-9ced-a733534b6a2c',
          },
        },
      ],
    });
  }

  it.each<[string, object | undefined, string[]]>([
    ['everything there is to see', undefined, [VM, LINUX_VM, ARC, inSecond, inThird]],
    ['one subscription', { subscriptions: [SECOND] }, [inSecond]],
    ['two subscriptions', { subscriptions: [SECOND, THIRD] }, [inSecond, inThird]],
    ['a management group', { managementGroups: ['mg-root'] }, [VM, LINUX_VM, ARC, inSecond]],
    ['a management group below it', { managementGroups: ['mg-online'] }, [VM, LINUX_VM, ARC]],
    ['a resource group, in any casing', { resourceGroups: [GROUP.toUpperCase()] }, [VM, LINUX_VM, ARC]],
    ['a tag with a value', { tags: [{ name: 'role', value: 'web' }] }, [VM, inSecond]],
    ['a tag without one', { tags: [{ name: 'ROLE' }] }, [VM, inSecond]],
    [
      'a subscription and a tag in it',
      { subscriptions: [SUBSCRIPTION], tags: [{ name: 'role', value: 'web' }] },
      [VM],
    ],
    ['a group and a tag', { resourceGroups: [GROUP], tags: [{ name: 'role', value: 'db' }] }, []],
  ])('is %s', async (_, scope, expected) => {
    await given.anEstate(wideEstate());
    const { summary } = await inventory.take(scope);

    expect([...(await inventory.machines()).keys()].sort()).toEqual(
      expected.map((id) => id.toLowerCase()).sort(),
    );
    expect(summary?.machines).toBe(expected.length);
  });

  it('names tenants, and tells each machine its own', async () => {
    await given.anEstate(wideEstate());
    const { summary } = await inventory.take();

    expect(summary).toMatchObject({ subscriptions: 3, tenants: ['tenant-a', 'tenant-b'] });
    expect((await inventory.machine(inThird)).tenantId).toBe('tenant-b');
  });

  it.each([[{ subscriptions: [SECOND] }], [{ managementGroups: ['mg-online'] }]])(
    'sees policies from above %j',
    async (scope) => {
      await given.anEstate(wideEstate());
      await inventory.take(scope);

      expect(await inventory.finding('legacyInstallerAssigned')).toHaveLength(1);
    },
  );

  it('does not take machines outside it for deleted ones, nor lose the workspace they share', async () => {
    await given.anEstate({ ...wideEstate(), behaviour: { legacyIngestionEnds: null } });
    await inventory.take({ subscriptions: [SUBSCRIPTION], tags: [{ name: 'role', value: 'web' }] });

    expect(await inventory.finding('deletedMachinesHeard')).toEqual([]);
    expect(await inventory.machine(VM)).toMatchObject({ legacyWorkspaces: [WORKSPACE.toLowerCase()] });
  });

  it('fails with a sentence where a management group cannot be read', async () => {
    await given.anEstate(wideEstate());
    const { id, status, problem } = await inventory.take({ managementGroups: ['mg-nobody'] });

    expect(status).toBe('failed');
    expect(problem).toMatch(/mg-nobody/);
    await expect(inventory.plan({ inventoryId: id })).rejects.toMatchObject({ code: 'inventoryNotReady' });
  });

  it.each<[object, string]>([
    [{ managementGroups: ['mg'], subscriptions: [SUBSCRIPTION] }, 'scope.managementGroups'],
    [{ subscriptions: [SECOND], resourceGroups: [GROUP] }, 'scope.resourceGroups'],
    [{ resourceGroups: ['rg-App'] }, 'scope.resourceGroups[0]'],
    [{ resourceGroups: [`${SCOPE}/resourceGroups/`] }, 'scope.resourceGroups[0]'],
    [{ subscriptions: ['production'] }, 'scope.subscriptions[0]'],
    [{ tags: [{ value: 'web' }] }, 'scope.tags[0].name'],
    [{ tags: ['role'] }, 'scope.tags[0]'],
    [{ managementGroups: Array.from({ length: 11 }, (_, i) => `mg-${i}`) }, 'scope.managementGroups'],
    [{ tag: [] }, 'scope.tag'],
  ])('is refused where it makes no sense: %j', async (scope, path) => {
    await given.anEstate({ resources: [] });

    const refused = await inventory.start(scope).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 400, code: 'invalidRequest', faults: [{ path }] });
  });
});
