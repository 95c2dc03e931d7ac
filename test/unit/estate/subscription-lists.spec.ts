import { describe, expect, it } from 'vitest';
import type { EstateFile } from '../../../rehearsal/estate/index.ts';
import { fleet } from '../../../rehearsal/samples/build-fleet.ts';
import { ARC, GROUP, LINUX_VM, RULE, SUBSCRIPTION, smallEstate, VM } from '../../support/small-estate.ts';
import { group, SET, wideEstate } from './graph-fixtures.ts';
import { rig } from './rig.ts';

const AZURE = 'https://management.azure.com';

describe('permissions', () => {
  const ask = (behaviour: EstateFile['behaviour'], scope: string) =>
    rig(wideEstate(behaviour === undefined ? {} : { behaviour }))
      .send('GET', `${AZURE}${scope}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`)
      .body.value.map((one: { actions: string[] }) => one.actions[0]);
  const entry = (scope: string, action: string) => ({ scope, actions: [action] });

  it('are everything when the file says nothing', () => {
    const { status, body } = rig(smallEstate()).send(
      'GET',
      `${AZURE}${GROUP}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`,
    );
    expect([status, body]).toEqual([
      200,
      { value: [{ actions: ['*'], notActions: [], dataActions: [], notDataActions: [] }] },
    ]);
  });

  it('add up from the scopes above', () => {
    const behaviour = {
      permissions: [
        entry('/', 'tenant'),
        entry(group('root').toUpperCase().replace('/PROVIDERS', '/providers'), 'root'),
        entry(group('sandbox'), 'sandbox'),
        entry(`/subscriptions/${SUBSCRIPTION}`, 'subscription'),
        entry(GROUP.toLowerCase(), 'group'),
        entry(`${GROUP}-2`, 'other group'),
      ],
    };
    expect(ask(behaviour, `/subscriptions/${SUBSCRIPTION}`)).toEqual(['tenant', 'root', 'subscription']);
    expect(ask(behaviour, GROUP)).toEqual(['tenant', 'root', 'subscription', 'group']);
    expect(ask({ permissions: [] }, GROUP)).toEqual([]);
  });
});

describe('changes', () => {
  const association = `${VM}/providers/Microsoft.Insights/dataCollectionRuleAssociations/a`;
  it.each([
    ['all', ['*'], [], [200, 200]],
    ['none', [], [], [403, 403]],
    ['reads', ['*/read'], [], [403, 403]],
    ['one kind', ['microsoft.insights/datacollectionRuleAssociations/*'], [], [403, 200]],
    ['all but one', ['*'], ['Microsoft.Compute/virtualMachines/extensions/delete'], [403, 200]],
  ])('need a permission: %s', (_what, actions, notActions, expected) => {
    const permissions = [{ scope: `/subscriptions/${SUBSCRIPTION}`, actions, notActions }];
    const to = rig(smallEstate({ behaviour: { permissions } }));
    const body = { properties: { dataCollectionRuleId: RULE } };
    const answers = [to.arm('DELETE', `${VM}/extensions/MMAExtension`), to.arm('PUT', association, body)];
    // Done, started and created are all allowed.
    expect(answers.map(({ status }) => (status < 300 ? 200 : status))).toEqual(expected);
    for (const { status, body: answer } of answers)
      if (status === 403) expect(answer.error.code).toBe('AuthorizationFailed');
  });
});

describe('resources as they are', () => {
  it('a scale set and its instances are read, not written', () => {
    const { send } = rig(wideEstate());
    const read = send('GET', `${AZURE}${SET}?api-version=2024-07-01`);
    expect([read.status, read.body.properties.upgradePolicy.mode]).toEqual([200, 'Manual']);
    expect(send('GET', `${AZURE}${SET}/virtualMachines/1?api-version=2024-07-01`).status).toBe(200);
    expect(send('PUT', `${AZURE}${SET}?api-version=2024-07-01`, {}).status).toBe(405);
  });

  it('an Arc server shows its hardware and disks', () => {
    const file = smallEstate();
    const more = {
      hardwareProfile: { processors: [{ name: 'x' }] },
      storageProfile: { disks: [{ path: '/' }] },
    };
    const resources = file.resources.map((one) =>
      one.id === ARC ? { ...one, properties: { ...one.properties, ...more } } : one,
    );
    expect(rig({ resources }).arm('GET', ARC).body.properties).toMatchObject(more);
  });
});

describe('auto-provisioning', () => {
  const PATH = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Security/autoProvisioningSettings`;
  const ask = (file: EstateFile) =>
    rig(file).send('GET', `${AZURE}${PATH}?api-version=2017-08-01-preview`).body.value;

  it('is off by default, and what the file says', () => {
    expect(ask(smallEstate())).toMatchObject([{ name: 'default', properties: { autoProvision: 'Off' } }]);
    const setting = { id: `${PATH}/default`, properties: { autoProvision: 'On' } };
    expect(ask({ resources: [...smallEstate().resources, setting] })).toMatchObject([
      { name: 'default', properties: { autoProvision: 'On' } },
    ]);
  });
});

describe('statuses of all VMs', () => {
  const first = (subscription: string) =>
    `${AZURE}/subscriptions/${subscription}/providers/Microsoft.Compute/virtualMachines?api-version=2024-07-01&statusOnly=true`;

  it('tell ready from silent guest agents, and nothing of machines that are off', () => {
    const from = '2026-11-20T00:00:00Z';
    const at = (state: 'agentNotReady' | 'deallocated') =>
      rig(smallEstate({ behaviour: { offline: [{ machine: VM, from, state }] } })).send(
        'GET',
        first(SUBSCRIPTION),
      ).body.value;
    const codes = (value: { id: string; properties: Record<string, never> }[], id: string) =>
      // biome-ignore lint/suspicious/noExplicitAny: an answer is JSON of any shape
      (value.find((one) => one.id === id)?.properties as any)?.instanceView?.vmAgent?.statuses?.map(
        (status: { code: string }) => status.code,
      );
    const silent = at('agentNotReady');
    expect(codes(silent, VM)).toEqual(['ProvisioningState/Unavailable']);
    expect(codes(silent, LINUX_VM)).toEqual(['ProvisioningState/succeeded']);
    expect(codes(at('deallocated'), VM)).toBeUndefined();
    expect(silent[0]).not.toHaveProperty('resources');
    expect(silent[0].properties).not.toHaveProperty('storageProfile');
  });

  it('come in pages, out of the expensive reads', () => {
    const file = fleet({ machines: 250 });
    const { send, estate } = rig(file);
    let url: string | undefined = first(estate.machineIds()[0]?.split('/')[2] ?? '');
    const seen: string[] = [];
    while (url !== undefined) {
      const { status, body } = send('GET', url);
      expect(status).toBe(200);
      seen.push(...body.value.map((one: { id: string }) => one.id));
      url = body.nextLink;
    }
    expect(seen).toEqual(estate.machineIds());
    const spent = estate.throttleReport().find(({ bucket }) => bucket === 'HighCostGetSubscriptionMaximum');
    expect(spent?.taken).toBe(3);
  });
});
