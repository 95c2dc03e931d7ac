import { describe, expect, it } from 'vitest';
import { ARC, GROUP, LINUX_VM, smallEstate, VM } from '../../support/small-estate.ts';
import { AMA_LINUX, AMA_WINDOWS, HOUR, MINUTE, rig } from './rig.ts';

const AMA = `${VM}/extensions/AzureMonitorWindowsAgent`;
const code = (answer: { status: number; body: { error: { code: string } } }) =>
  `${answer.status} ${answer.body.error.code}`;

describe('extensions of a VM', () => {
  it('creates with 201, then reports the operation until it is done', () => {
    const { arm, send, pass } = rig(smallEstate());
    const body = {
      ...AMA_WINDOWS,
      properties: { ...AMA_WINDOWS.properties, protectedSettings: { proxy: { password: 'p' } } },
    };
    const put = arm('PUT', AMA.replace('web-01', 'WEB-01'), body);
    expect(put.status).toBe(201);
    expect(put.body).toMatchObject({ id: AMA, properties: { provisioningState: 'Creating' } });
    expect(JSON.stringify(put.body)).not.toContain('password');
    expect(put.headers).toMatchObject({
      'x-ms-ratelimit-remaining-resource':
        'Microsoft.Compute/UpdateVMSubscriptionMaximum;1499,Microsoft.Compute/UpdateVMResource;11',
      'x-ms-ratelimit-remaining-subscription-writes': '199',
    });
    expect(put.headers['retry-after']).toBeUndefined();
    const operation = put.headers['azure-asyncoperation'] as string;
    expect(operation.length).toBeGreaterThan(500);
    const running = send('GET', operation);
    expect(running.body).toMatchObject({ status: 'InProgress' });
    expect(running.headers['retry-after']).toBe('10');
    expect(code(arm('PUT', AMA, body))).toBe('409 Conflict');
    pass(5 * MINUTE);
    expect(send('GET', operation).body).toMatchObject({ status: 'Succeeded' });
    expect(arm('GET', AMA).body.properties.provisioningState).toBe('Succeeded');
    expect(arm('PUT', AMA, body).status).toBe(200);
    expect(arm('GET', AMA).body.properties.provisioningState).toBe('Updating');
  });

  it('removes with 202, and answers 204 for what is not there', () => {
    const { arm, send, pass, estate } = rig(smallEstate());
    const gone = arm('DELETE', `${VM}/extensions/mmaextension`);
    expect(gone.status).toBe(202);
    expect(arm('GET', `${VM}/extensions/MMAExtension`).body.properties.provisioningState).toBe('Deleting');
    pass(5 * MINUTE);
    expect(send('GET', gone.headers['azure-asyncoperation'] as string).body.status).toBe('Succeeded');
    expect(code(arm('GET', `${VM}/extensions/MMAExtension`))).toBe('404 ResourceNotFound');
    expect(arm('DELETE', `${VM}/extensions/MMAExtension`).status).toBe(204);
    expect(estate.snapshot(VM)?.agents).toEqual([]);
  });

  it.each([
    [
      'an unknown field',
      { ...AMA_WINDOWS, properties: { ...AMA_WINDOWS.properties, setings: {} } },
      '400 InvalidRequestContent',
    ],
    [
      'a wrong type',
      { ...AMA_WINDOWS, properties: { ...AMA_WINDOWS.properties, enableAutomaticUpgrade: 'yes' } },
      '400 InvalidRequestContent',
    ],
    ['no location', { properties: AMA_WINDOWS.properties }, '400 LocationRequired'],
    [
      'no version',
      { ...AMA_WINDOWS, properties: { ...AMA_WINDOWS.properties, typeHandlerVersion: undefined } },
      '400 InvalidParameter',
    ],
    [
      'a full version',
      { ...AMA_WINDOWS, properties: { ...AMA_WINDOWS.properties, typeHandlerVersion: '1.2.3' } },
      '400 InvalidParameter',
    ],
    [
      'an unknown handler',
      { ...AMA_WINDOWS, properties: { ...AMA_WINDOWS.properties, type: 'Nonsense' } },
      '404 ArtifactNotFound',
    ],
    [
      'a second one of a type',
      {
        ...AMA_WINDOWS,
        properties: {
          ...AMA_WINDOWS.properties,
          publisher: 'microsoft.enterprisecloud.monitoring',
          type: 'microsoftmonitoringagent',
        },
      },
      '400 BadRequest',
    ],
  ])('refuses %s', (_what, body, expected) => {
    expect(code(rig(smallEstate()).arm('PUT', AMA, body))).toBe(expected);
  });

  it('refuses JSON that is none', () => {
    const { send } = rig(smallEstate());
    expect(code(send('PUT', `https://management.azure.com${AMA}?api-version=2026-04-01`, '{'))).toBe(
      '400 InvalidRequestContent',
    );
  });

  it.each([
    ['no api-version', `https://management.azure.com${VM}`, '400 MissingApiVersionParameter'],
    [
      'an api-version that is none',
      `https://management.azure.com${VM}?api-version=latest`,
      '400 InvalidApiVersionParameter',
    ],
    [
      'an api-version the type has not',
      `https://management.azure.com${VM}?api-version=2017-03-30`,
      '400 NoRegisteredProviderFound',
    ],
    [
      'a missing group',
      `https://management.azure.com${VM.replace('rg-App', 'rg-none')}?api-version=2026-04-01`,
      '404 ResourceGroupNotFound',
    ],
    [
      'a missing machine',
      `https://management.azure.com${VM}9?api-version=2026-04-01`,
      '404 ResourceNotFound',
    ],
    [
      'a missing subscription',
      'https://management.azure.com/subscriptions/0/resourceGroups/x?api-version=2022-09-01',
      '404 SubscriptionNotFound',
    ],
  ])('answers %s in Azure’s words', (_what, url, expected) => {
    expect(code(rig(smallEstate()).send('GET', url))).toBe(expected);
  });

  it('says which methods it does not simulate, and answers stored resources of other types', () => {
    const to = rig(smallEstate());
    expect(code(to.arm('PUT', VM, {}))).toBe('405 MethodNotAllowed');
    const other = `${GROUP}/providers/Microsoft.OperationsManagement/solutions/Security(x)`;
    expect(code(to.arm('GET', other))).toBe('404 ResourceNotFound');
    expect(
      rig(smallEstate({ resources: [{ id: other, name: 'Security(x)' }, { id: VM }] })).arm('GET', other).body
        .name,
    ).toBe('Security(x)');
  });

  it('needs a machine to put on', () => {
    expect(
      code(
        rig(smallEstate()).arm(
          'PUT',
          `${GROUP}/providers/Microsoft.Compute/virtualMachines/none/extensions/x`,
          AMA_WINDOWS,
        ),
      ),
    ).toBe('404 ParentResourceNotFound');
  });

  it('needs a known token meant for it', () => {
    const { send, estate } = rig(smallEstate());
    const url = `https://management.azure.com${VM}?api-version=2026-04-01`;
    expect(send('GET', url, undefined, { authorization: '' })).toMatchObject({
      status: 401,
      body: { error: { code: 'AuthenticationFailed' } },
    });
    expect(send('GET', url, undefined, { authorization: 'Bearer x' }).headers['www-authenticate']).toContain(
      'Bearer',
    );
    expect(
      code(
        send('GET', url, undefined, {
          authorization: `Bearer ${estate.issueToken('system', 'https://vault.azure.net')}`,
        }),
      ),
    ).toBe('401 InvalidAuthenticationTokenAudience');
  });

  it('refuses changes on a VM that is off, and takes them again when it is up', () => {
    const { arm, estate, pass } = rig(smallEstate());
    estate.mutate.setPower(VM, 'deallocated');
    expect(code(arm('PUT', AMA, AMA_WINDOWS))).toBe('409 OperationNotAllowed');
    expect(code(arm('DELETE', `${VM}/extensions/MMAExtension`))).toBe('409 OperationNotAllowed');
    expect(arm('GET', `${VM}?$expand=instanceView`).body.properties.instanceView.vmAgent).toBeUndefined();
    pass(HOUR);
    estate.mutate.setPower(VM, 'running');
    expect(arm('PUT', AMA, AMA_WINDOWS).status).toBe(201);
  });

  it('leaves a stuck extension marked, for another Delete only', () => {
    const { arm, send, pass } = rig(
      smallEstate({ behaviour: { stuckExtensions: [{ machine: VM, agent: 'legacy', attempts: 1 }] } }),
    );
    const legacy = `${VM}/extensions/MMAExtension`;
    const first = arm('DELETE', legacy);
    expect(code(arm('DELETE', legacy))).toBe('409 Conflict');
    pass(91 * MINUTE);
    expect(send('GET', first.headers['azure-asyncoperation'] as string).body).toMatchObject({
      status: 'Failed',
      error: { code: 'VMExtensionProvisioningTimeout' },
    });
    const put = arm('PUT', legacy, { location: 'westeurope', properties: { settings: {} } });
    expect(put.body.error.message).toContain('marked for deletion');
    expect(arm('DELETE', legacy).status).toBe(202);
    pass(5 * MINUTE);
    expect(arm('GET', legacy).status).toBe(404);
  });

  it.each([
    ['ReadOnly', 'PUT', 409],
    ['ReadOnly', 'DELETE', 409],
    ['CanNotDelete', 'PUT', 201],
    ['CanNotDelete', 'DELETE', 409],
  ] as const)('a %s lock on the group answers %s with %i', (level, method, status) => {
    const { arm } = rig(smallEstate({ behaviour: { locks: [{ scope: GROUP.toUpperCase(), level }] } }));
    const answer =
      method === 'PUT' ? arm('PUT', AMA, AMA_WINDOWS) : arm('DELETE', `${VM}/extensions/MMAExtension`);
    expect(answer.status).toBe(status);
    if (status === 409) expect(answer.body.error.code).toBe('ScopeLocked');
    expect(
      arm('GET', `/subscriptions/${VM.split('/')[2]}/providers/Microsoft.Authorization/locks`).body.value,
    ).toHaveLength(1);
  });

  it.each([
    ['the wrong handler for the system', LINUX_VM, AMA_WINDOWS],
    [
      'a proxy without port',
      LINUX_VM,
      {
        ...AMA_LINUX,
        properties: {
          ...AMA_LINUX.properties,
          settings: { proxy: { mode: 'application', address: 'http://p' } },
        },
      },
    ],
  ])('fails %s when provisioning', (_what, machine, body) => {
    const { arm, send, pass } = rig(smallEstate());
    const put = arm('PUT', `${machine}/extensions/ama`, body);
    pass(5 * MINUTE);
    expect(send('GET', put.headers['azure-asyncoperation'] as string).body).toMatchObject({
      status: 'Failed',
      error: { code: 'VMExtensionProvisioningError' },
    });
    expect(arm('GET', `${machine}/extensions/ama`).body.properties.provisioningState).toBe('Failed');
  });

  it('puts the legacy agent back where a policy says so', () => {
    const { arm, pass, estate } = rig(
      smallEstate({
        behaviour: { reinstall: [{ match: { machines: [VM] }, afterSeconds: 3600, times: 1 }] },
      }),
    );
    arm('DELETE', `${VM}/extensions/MMAExtension`);
    pass(10 * MINUTE);
    expect(estate.snapshot(VM)?.extensions).toEqual([]);
    pass(2 * HOUR);
    expect(estate.snapshot(VM)?.extensions).toMatchObject([
      { name: 'MMAExtension', provisioningState: 'Succeeded' },
    ]);
    arm('DELETE', `${VM}/extensions/MMAExtension`);
    pass(3 * HOUR);
    expect(estate.snapshot(VM)?.extensions).toEqual([]);
  });
});

describe('extensions of an Arc server', () => {
  it('answers 202 without a body and reports by operationstatus', () => {
    const { arm, send, pass } = rig(smallEstate());
    const put = arm('PUT', `${ARC}/extensions/AMA`, AMA_WINDOWS);
    expect([put.status, put.body]).toEqual([202, undefined]);
    expect(send('GET', put.headers['location'] as string).status).toBe(202);
    pass(10 * MINUTE);
    expect(send('GET', put.headers['azure-asyncoperation'] as string).body.status).toBe('Succeeded');
    expect(send('GET', put.headers['location'] as string).status).toBe(200);
    expect(arm('GET', `${ARC}/extensions/ama`).body.properties.typeHandlerVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(arm('DELETE', `${ARC}/extensions/ama`)).toMatchObject({ status: 202, body: undefined });
  });

  it('waits for a disconnected server, and times out in the end', () => {
    const { arm, send, pass, estate } = rig(smallEstate());
    estate.mutate.setPower(ARC, 'disconnected');
    const put = arm('PUT', `${ARC}/extensions/AMA`, AMA_WINDOWS);
    const status = () => send('GET', put.headers['azure-asyncoperation'] as string).body.status;
    pass(HOUR);
    expect(status()).toBe('InProgress');
    pass(HOUR);
    expect(status()).toBe('Failed');
    const again = arm('PUT', `${ARC}/extensions/AMA`, AMA_WINDOWS);
    pass(30 * MINUTE);
    estate.mutate.setPower(ARC, 'running');
    pass(10 * MINUTE);
    expect(send('GET', again.headers['azure-asyncoperation'] as string).body.status).toBe('Succeeded');
  });

  it('does not know enableAutomaticUpgrade in the oldest api-version', () => {
    const { send } = rig(smallEstate());
    const body = { ...AMA_WINDOWS, properties: { ...AMA_WINDOWS.properties, enableAutomaticUpgrade: true } };
    const put = (version: string) =>
      send('PUT', `https://management.azure.com${ARC}/extensions/AMA?api-version=${version}`, body).status;
    expect([put('2021-05-20'), put('2024-07-10')]).toEqual([400, 202]);
  });
});
