import { describe, expect, it } from 'vitest';
import { connectorScenario, type Json } from '../support/connector-scenario.ts';
import { cleanEstate, connectorEstate, INSTALLER } from '../support/connectors.ts';
import { takeInventory } from '../support/contract/api.ts';
import { GROUP, SUBSCRIPTION, VM } from '../support/small-estate.ts';

const { api, given, post, get, writes } = connectorScenario();

const WHY = { by: 'carla', reason: 'change 4711' };
const FOR_REAL = { ...WHY, whatIf: false };

describe('ways by which the legacy agent comes back', () => {
  it('are listed with the command that ends each, and whether they hit migrated machines', async () => {
    await given(connectorEstate());

    const before = await get('/reinstall-paths');
    const csv = await api().call('GET', '/reinstall-paths', { headers: { accept: 'text/csv' } });

    expect(before.paths).toMatchObject([
      {
        code: 'defenderAutoProvisioning',
        installs: true,
        migratedMachines: 0,
        reinstalls: false,
        fix: expect.stringContaining('az security auto-provisioning-setting update'),
      },
      {
        code: 'legacyInstallerAssigned',
        subject: { id: INSTALLER },
        fix: `az policy assignment delete --name 'install-mma' --scope '/subscriptions/${SUBSCRIPTION}'`,
      },
    ]);
    expect(csv.text).toMatch(/^code,about,id,scope,/);
  });

  it('automatic provisioning is turned off after a look, once', async () => {
    await given(connectorEstate());
    const path = '/reinstall-paths/auto-provisioning/disable';
    const body = { subscriptionIds: [SUBSCRIPTION], ...WHY };

    const preview = await post(path, body);
    const untouched = writes('autoProvisioning.write');
    const done = await post(path, { ...body, whatIf: false });
    const again = await post(path, { ...body, whatIf: false });
    await takeInventory(api());
    const { paths } = await get('/reinstall-paths');

    expect(preview.json).toMatchObject({ status: 'whatIf', subscriptions: [{ status: 'wouldTurnOff' }] });
    expect(untouched).toBe(0);
    expect(done.json).toMatchObject({
      status: 'done',
      subscriptions: [{ status: 'turnedOff', wereOn: ['default'] }],
    });
    expect(again.json).toMatchObject({ status: 'done', subscriptions: [{ status: 'alreadyOff' }] });
    expect(writes('autoProvisioning.write')).toBe(1);
    expect(paths.map(({ code }: Json) => code)).not.toContain('defenderAutoProvisioning');
  });

  it.each([
    [{ ...WHY }, 'subscriptionIds'],
    [{ subscriptionIds: ['x'], ...WHY }, 'subscriptionIds[0]'],
    [{ subscriptionIds: [SUBSCRIPTION, SUBSCRIPTION], ...WHY }, 'subscriptionIds'],
    [{ subscriptionIds: [SUBSCRIPTION], by: 'x' }, 'reason'],
  ])('automatic provisioning: %j is refused with the path', async (body, path) => {
    await given(connectorEstate());

    const { status, json } = await post('/reinstall-paths/auto-provisioning/disable', body);

    expect([status, json.errors[0].path]).toEqual([400, path]);
  });

  it('a subscription that may not be written is told, and the others are done', async () => {
    await given(
      connectorEstate({
        behaviour: {
          faults: [
            {
              match: { kind: 'autoProvisioning.write' },
              effect: { status: 403, code: 'AuthorizationFailed' },
            },
          ],
        },
      }),
    );

    const { status, json } = await post('/reinstall-paths/auto-provisioning/disable', {
      subscriptionIds: [SUBSCRIPTION],
      ...FOR_REAL,
    });

    expect([status, json.code, json.result.status]).toEqual([502, 'azureRefused', 'incomplete']);
    expect(json.result.subscriptions).toMatchObject([
      { status: 'failed', trouble: { code: 'notAuthorized' } },
    ]);
  });
});

describe('guards', () => {
  const DENY = { scope: GROUP, effect: 'Deny', by: 'carla' };

  it('deny nothing where a machine still carries the agent; they may audit', async () => {
    await given(connectorEstate());

    const preview = await post('/guards', DENY);
    const refused = await post('/guards', { ...DENY, whatIf: false });
    const none = writes('policyAssignment.write');
    const audit = await post('/guards', { ...DENY, effect: 'Audit', whatIf: false });

    expect(preview.json).toMatchObject({ status: 'whatIf', state: { state: 'carriesAgent', carriers: 3 } });
    expect([refused.status, refused.json.code]).toEqual([409, 'scopeNotClean']);
    expect(refused.json.detail).toContain('3 of 3 machines');
    expect(none).toBe(0);
    expect(audit.json.status).toBe('done');
    expect(writes('policyAssignment.write')).toBe(6);
  });

  it('are assigned once on a clean scope, keep the agent out, and can be taken away', async () => {
    await given(cleanEstate());
    const extension = {
      location: 'westeurope',
      properties: {
        publisher: 'Microsoft.EnterpriseCloud.Monitoring',
        type: 'MicrosoftMonitoringAgent',
        typeHandlerVersion: '1.0',
      },
    };
    const install = () => putExtension(`${VM}/extensions/MMA`, extension);

    const done = await post('/guards', { ...DENY, whatIf: false });
    const again = await post('/guards', { ...DENY, whatIf: false });
    const refused = install();
    const removed = await post('/guards', { scope: GROUP, remove: true, by: 'carla', whatIf: false });
    const allowed = install();

    expect(done.json.steps.map(({ action }: Json) => action)).toEqual(Array(6).fill('create'));
    expect(again.json.steps.map(({ action }: Json) => action)).toEqual(Array(6).fill('unchanged'));
    expect(writes('policyAssignment.write')).toBe(6);
    expect([refused.status, refused.body.error.code]).toEqual([403, 'RequestDisallowedByPolicy']);
    expect(removed.json.steps.map(({ action }: Json) => action)).toEqual(Array(6).fill('remove'));
    expect(allowed.status).toBe(201);
  });

  it('need an inventory of the last day to deny', async () => {
    await given(cleanEstate());
    await api().sleep(25 * 3_600_000);

    const { status, json } = await post('/guards', { ...DENY, whatIf: false });

    expect([status, json.code]).toEqual([409, 'inventoryTooOld']);
  });

  it.each([
    [{ ...DENY, scope: '/providers/Microsoft.Management/managementGroups/mg' }, 'scope'],
    [{ ...DENY, effect: 'Disabled' }, 'effect'],
    [{ scope: GROUP, by: 'x' }, 'effect'],
    [{ ...DENY, remove: true }, 'effect'],
    [{ scope: GROUP, effect: 'Deny', whatIf: false }, 'by'],
  ])('%j is refused with the path', async (body, path) => {
    await given(cleanEstate());

    const { status, json } = await post('/guards', body);

    expect([status, json.errors[0].path]).toEqual([400, path]);
  });
});

/** Somebody else's request to ARM. */
function putExtension(id: string, body: unknown): { status: number; body: Json } {
  const { estate } = api().session;
  const { response } = estate.handleNow({
    method: 'PUT',
    url: `https://management.azure.com${id}?api-version=2024-07-01`,
    headers: { authorization: `Bearer ${estate.issueToken('system', 'https://management.azure.com')}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: JSON.parse(response.body) };
}
