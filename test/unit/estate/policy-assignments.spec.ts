import { describe, expect, it } from 'vitest';
import type { EstateFile } from '../../../rehearsal/estate/index.ts';
import { ARC, GROUP, SUBSCRIPTION, smallEstate, VM } from '../../support/small-estate.ts';
import { HOUR, rig } from './rig.ts';

const AZURE = 'https://management.azure.com';
const HERE = `/subscriptions/${SUBSCRIPTION}`;
const MG = '/providers/Microsoft.Management/managementGroups/mg-root';
const WINDOWS_VM = 'd2185817-5b7e-473c-aadd-9de6ac114280';
const LEGACY = {
  location: 'westeurope',
  properties: {
    publisher: 'Microsoft.EnterpriseCloud.Monitoring',
    type: 'MicrosoftMonitoringAgent',
    typeHandlerVersion: '1.0',
  },
};

const assignment = (scope: string, name = 'guard') =>
  `${scope}/providers/Microsoft.Authorization/policyAssignments/${name}`;
const address = (id: string, query = '') => `${AZURE}${id}?api-version=2023-04-01${query}`;
const body = (effect: string | null, changes: object = {}, definition = WINDOWS_VM) => ({
  properties: {
    policyDefinitionId: `/providers/Microsoft.Authorization/policyDefinitions/${definition}`,
    ...(effect === null ? {} : { parameters: { effect: { value: effect } } }),
    ...changes,
  },
});

/** The small estate below a management group, without the agent on the VM. */
function estate(changes: Partial<EstateFile> = {}): EstateFile {
  const { resources } = smallEstate();
  const subscription = {
    id: HERE,
    type: 'microsoft.resources/subscriptions',
    properties: { managementGroupAncestorsChain: [{ name: 'mg-root' }] },
  };
  return {
    resources: [subscription, ...resources.filter(({ id }) => id !== `${VM}/extensions/MMAExtension`)],
    ...changes,
  };
}

describe('policy assignments', () => {
  it('are made, read, listed by scope, and deleted', () => {
    const { send } = rig(estate());
    const put = send('PUT', address(assignment(GROUP)), body('Deny'));
    send('PUT', address(assignment(HERE, 'above')), body('Audit'));
    const names = (scope: string, filter = '') =>
      send('GET', address(assignment(scope, '').slice(0, -1), filter))
        .body.value.map(({ name }: { name: string }) => name)
        .sort();

    expect([put.status, put.body.name, put.body.properties.scope]).toEqual([201, 'guard', GROUP]);
    expect(names(GROUP, '&$filter=atExactScope()')).toEqual(['guard']);
    expect(names(GROUP, '&$filter=atScope()')).toEqual(['above', 'guard']);
    expect(names(HERE)).toEqual(['above', 'guard']);
    expect(names(HERE, '&$filter=atExactScope()')).toEqual(['above']);
    expect(send('GET', address(assignment(GROUP).toUpperCase())).status).toBe(200);
    expect(send('DELETE', address(assignment(GROUP))).status).toBe(200);
    expect(send('DELETE', address(assignment(GROUP))).status).toBe(204);
    expect(send('GET', address(assignment(GROUP))).status).toBe(404);
  });

  it.each([
    ['an unknown field', body('Deny', { surprise: 1 }), 'surprise'],
    ['no definition', { properties: {} }, 'policyDefinitionId'],
  ])('with %s are refused', (_, given, word) => {
    const { status, body: answer } = rig(estate()).send('PUT', address(assignment(GROUP)), given);

    expect([status, answer.error.message]).toEqual([400, expect.stringContaining(word)]);
  });

  it.each<[string, string, object, number]>([
    ['Deny at the group', GROUP, body('Deny'), 403],
    ['Deny at the subscription', HERE, body('deny'), 403],
    ['Deny at a management group above', MG, body('Deny'), 403],
    ['Deny at another group', `${GROUP}2`, body('Deny'), 201],
    ['Audit', GROUP, body('Audit'), 201],
    ['no effect, which audits', GROUP, body(null), 201],
    ['Deny that is not enforced', GROUP, body('Deny', { enforcementMode: 'DoNotEnforce' }), 201],
    ['Deny for Linux', GROUP, body('Deny', {}, 'd4b065e2-fbda-4461-a42c-b0346aeb12a0'), 201],
    ['Deny for Arc servers', GROUP, body('Deny', {}, 'df441472-4dae-4e4e-87b9-9205ba46be16'), 201],
  ])('%s: the legacy agent on a VM', (_, scope, given, status) => {
    const file = estate();
    const stored = { id: assignment(scope), type: 'microsoft.authorization/policyassignments', ...given };
    const { arm } = rig({ ...file, resources: [...file.resources, stored] });

    expect(arm('PUT', `${VM}/extensions/MMA`, LEGACY).status).toBe(status);
  });

  it('let other extensions pass', () => {
    const { arm, send } = rig(estate());
    send('PUT', address(assignment(GROUP)), body('Deny'));
    const properties = {
      ...LEGACY.properties,
      publisher: 'Microsoft.Azure.Monitor',
      type: 'AzureMonitorWindowsAgent',
    };

    expect(arm('PUT', `${VM}/extensions/AMA`, { ...LEGACY, properties }).status).toBe(201);
  });

  it('keep out what a policy elsewhere would reinstall', () => {
    const behaviour = { reinstall: [{ match: { machines: [ARC] }, afterSeconds: 600 }] };
    const arcGuard = body('Deny', {}, 'df441472-4dae-4e4e-87b9-9205ba46be16');
    const types = (guarded: boolean) => {
      const { estate: one, arm, send, pass } = rig(estate({ behaviour }));
      if (guarded) send('PUT', address(assignment(GROUP)), arcGuard);
      arm('DELETE', `${ARC}/extensions/MicrosoftMonitoringAgent`);
      pass(2 * HOUR);
      return (one.snapshot(ARC)?.extensions ?? []).map(({ type }) => type);
    };

    expect(types(false)).toEqual(['MicrosoftMonitoringAgent']);
    expect(types(true)).toEqual([]);
  });
});

describe('automatic provisioning', () => {
  const setting = `${AZURE}${HERE}/providers/Microsoft.Security/autoProvisioningSettings/default?api-version=2017-08-01-preview`;

  it('is off until it is set, and then what it was set to', () => {
    const { send } = rig(estate());
    const value = () => send('GET', setting).body.properties.autoProvision;

    expect(value()).toBe('Off');
    expect(send('PUT', setting, { properties: { autoProvision: 'On' } }).status).toBe(200);
    expect(value()).toBe('On');
  });

  it('takes On and Off only', () => {
    expect(rig(estate()).send('PUT', setting, { properties: { autoProvision: 'Maybe' } }).status).toBe(400);
  });
});
