import { describe, expect, it } from 'vitest';
import { codesOf, inventories, standing } from '../support/inventories.ts';
import { DELETED, heardOnly, mixedEstate, OTHER_WORKSPACE } from '../support/mixed-estate.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, LINUX_VM, START, VM, WORKSPACE } from '../support/small-estate.ts';

const DAY = 86_400_000;
const ago = (days: number) => new Date(START - days * DAY).toISOString();

describe('what heartbeats add to an inventory', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);

  it('shows a computer that Azure does not know as unmanaged, and joins it to no machine of its name', async () => {
    await given.anEstate(
      mixedEstate({ heartbeats: [heardOnly('WEB-01.contoso.local', { agentId: 'a-1' })] }),
    );
    await inventory.take();

    const machines = [...(await inventory.machines()).values()];
    const lonely = machines.find(({ id }) => id.startsWith('unmanaged/a-1'));
    expect(lonely).toMatchObject({ kind: 'unmanaged', legacyWorkspaces: [WORKSPACE.toLowerCase()] });
    const twin = await inventory.machine(VM);
    expect(codesOf(twin)).toContain('sameNameAsUnmanaged');
    expect(await inventory.finding('unmanagedMachines')).toMatchObject([
      { subject: { id: WORKSPACE.toLowerCase() } },
    ]);
  });

  it('gives a heartbeat without resource id to the machine whose own id it carries', async () => {
    const vmId = '55555555-5555-4555-8555-555555555555';
    const named = mixedEstate().resources.map((resource) =>
      resource.id === VM ? { ...resource, properties: { ...resource.properties, vmId } } : resource,
    );
    const heard = heardOnly('another-name', { vmId: vmId.toUpperCase(), workspace: OTHER_WORKSPACE });
    await given.anEstate(mixedEstate({ resources: named, heartbeats: [heard] }));
    const { summary } = await inventory.take();

    expect(summary?.unmanaged).toBe(0);
    const machine = await inventory.machine(VM);
    expect(machine.legacyWorkspaces).toContain(OTHER_WORKSPACE.toLowerCase());
    expect(codesOf(machine)).toEqual(expect.arrayContaining(['multiHomed', 'renamedComputer']));
  });

  it('tells of a deleted machine that is still heard, and does not list it', async () => {
    await given.anEstate(mixedEstate());
    await inventory.take();

    expect((await inventory.machines()).has(DELETED.toLowerCase())).toBe(false);
    expect(await inventory.finding('deletedMachinesHeard')).toMatchObject([
      { subject: { id: WORKSPACE.toLowerCase() }, detail: expect.stringContaining(DELETED.toLowerCase()) },
    ]);
  });

  it('tells a legacy agent behind Operations Manager from one that reports by itself', async () => {
    await given.anEstate(
      mixedEstate({ heartbeats: [{ machine: VM, agent: 'legacy', category: 'SCOM Agent' }] }),
    );
    await inventory.take();

    const attached = await inventory.machine(VM);
    expect(attached.heartbeats).toMatchObject({ legacy: null, scom: expect.any(String) });
    expect(codesOf(attached)).toContain('scomAttached');
    expect((await inventory.machine(LINUX_VM)).heartbeats).toMatchObject({ scom: null });
    const { workspaces } = await inventory.workspaces();
    expect(workspaces[0]?.use?.agents.scom).toBe(1);
  });

  it('takes a computer for the same with and without its domain, and points out a real rename', async () => {
    await given.anEstate(
      mixedEstate({
        heartbeats: [
          { machine: VM, agent: 'legacy', computer: 'WEB-01.contoso.local', from: ago(2) },
          { machine: ARC, agent: 'legacy', computer: 'dc-new', from: ago(2) },
        ],
      }),
    );
    await inventory.take();

    expect(codesOf(await inventory.machine(VM))).not.toContain('renamedComputer');
    expect((await inventory.machine(ARC)).findings).toContainEqual({
      code: 'renamedComputer',
      detail: 'dc-01, dc-new',
    });
  });

  it('points out machines that share the id of one agent', async () => {
    const agentId = '99999999-0000-4000-8000-000000000001';
    await given.anEstate(
      mixedEstate({
        heartbeats: [
          { machine: VM, agent: 'legacy', agentId },
          { machine: ARC, agent: 'legacy', agentId: agentId.toUpperCase() },
        ],
      }),
    );
    await inventory.take();

    expect([...(await inventory.machines('latest', '?finding=clonedAgent')).keys()].sort()).toEqual(
      [VM, ARC].map((id) => id.toLowerCase()).sort(),
    );
  });

  it('does not take a machine that was moved for a clone of itself', async () => {
    const agentId = '99999999-0000-4000-8000-000000000002';
    const before = VM.replace('rg-App', 'rg-before');
    await given.anEstate(
      mixedEstate({
        heartbeats: [
          { machine: VM, agent: 'legacy', agentId, from: ago(10) },
          heardOnly('web-01', { resourceId: before, agentId, until: ago(10) }),
        ],
      }),
    );
    await inventory.take();

    expect(codesOf(await inventory.machine(VM))).not.toContain('clonedAgent');
  });

  it('counts an unmanaged computer once, wherever and under whichever name it is heard', async () => {
    const agentId = '99999999-0000-4000-8000-000000000003';
    const vmId = '99999999-0000-4000-8000-000000000004';
    await given.anEstate(
      mixedEstate({
        heartbeats: [
          heardOnly('plant-07', { agentId, vmId }),
          heardOnly('plant-07.contoso.local', {
            agentId: agentId.toUpperCase(),
            vmId,
            workspace: OTHER_WORKSPACE,
          }),
          heardOnly('plant-old', { agentId, vmId, until: ago(3) }),
        ],
      }),
    );
    const { summary } = await inventory.take();

    expect(summary?.unmanaged).toBe(1);
    const [computer] = (await inventory.machines('latest', '?kind=unmanaged')).values();
    expect(computer?.legacyWorkspaces.toSorted()).toEqual(
      [WORKSPACE, OTHER_WORKSPACE].map((id) => id.toLowerCase()).sort(),
    );
  });

  it('counts unmanaged clones, which share the id of one agent, one by one', async () => {
    const agentId = '99999999-0000-4000-8000-000000000005';
    await given.anEstate(
      mixedEstate({
        heartbeats: ['plant-01', 'plant-02', 'plant-03'].map((name) => heardOnly(name, { agentId })),
      }),
    );
    const { summary } = await inventory.take();

    expect(summary?.unmanaged).toBe(3);
  });

  describe('of an agent that was installed by hand', () => {
    async function aManualInstall() {
      const without = mixedEstate().resources.filter(({ id }) => id !== `${VM}/extensions/MMAExtension`);
      await given.anEstate(
        mixedEstate({ resources: without, heartbeats: [heardOnly('web-01', { resourceId: VM })] }),
      );
      return inventory.take();
    }

    it('block its machine, for there is no extension to remove', async () => {
      const { summary } = await aManualInstall();

      expect(standing(await inventory.machine(VM))).toEqual(['manualInstall']);
      expect(summary?.reasons).toMatchObject({ manualInstall: 1 });
    });

    it('keep it out of the count of machines with neither agent', async () => {
      const { summary } = await aManualInstall();

      expect(summary).toMatchObject({ neither: 0, amaOnly: 0, bothAgents: 0 });
    });
  });

  it('is not misled by what was heard long ago of a machine that is migrated', async () => {
    const { resources } = mixedEstate();
    const migrated = resources.filter(({ id }) => id !== `${VM}/extensions/MMAExtension`);
    await given.anEstate({
      resources: [
        ...migrated,
        {
          id: `${VM}/extensions/AzureMonitorWindowsAgent`,
          properties: {
            publisher: 'Microsoft.Azure.Monitor',
            type: 'AzureMonitorWindowsAgent',
            typeHandlerVersion: '1.35',
            provisioningState: 'Succeeded',
          },
        },
      ],
      heartbeats: [heardOnly('web-01', { resourceId: VM, until: ago(5) })],
      behaviour: { legacyIngestionEnds: null },
    });
    await inventory.take();

    expect(standing(await inventory.machine(VM))).toBe('alreadyMigrated');
  });
});
