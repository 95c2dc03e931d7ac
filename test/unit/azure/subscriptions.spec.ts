import { describe, expect, it } from 'vitest';
import { createArm } from '../../../shared/azure/arm.ts';
import { createSubscriptionGateway } from '../../../shared/azure/subscriptions.ts';
import { SUB, vmResource } from '../../support/builders.ts';
import { type Answer, fakeHttp, type Sent } from './fake-http.ts';

const SCOPE = `/subscriptions/${SUB}`;
const ARM = 'https://management.azure.com';
function gateway(answer: (sent: Sent, index: number) => Answer) {
  const { context, sent } = fakeHttp(answer);
  return { subscriptions: createSubscriptionGateway(createArm(context)), sent };
}
const list = (...value: unknown[]) => ({ body: { value } });
const vm = (name: string, ...codes: (string | null)[]) => ({
  id: vmResource(name),
  properties: {
    instanceView: { vmAgent: { statuses: codes.map((code) => (code === null ? {} : { code })) } },
  },
});

describe('lists of a subscription', () => {
  it('of permissions, page after page', async () => {
    const { subscriptions, sent } = gateway((_, i) =>
      i === 0
        ? { body: { value: [{ actions: ['*'], notActions: ['a/*'] }], nextLink: `${ARM}/next` } }
        : { body: { value: [{ actions: null }, {}], nextLink: '' } },
    );
    expect(await subscriptions.permissions(SCOPE)).toEqual({
      ok: true,
      value: [
        { actions: ['*'], notActions: ['a/*'] },
        { actions: [], notActions: [] },
        { actions: [], notActions: [] },
      ],
    });
    expect(sent.map(({ url }) => url)).toEqual([
      `${ARM}${SCOPE}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`,
      `${ARM}/next`,
    ]);
  });

  it('of provisioning', async () => {
    const { subscriptions } = gateway(() =>
      list(
        { name: 'default', properties: { autoProvision: 'On' } },
        { name: 'b', properties: { autoProvision: 'Off' } },
        {},
      ),
    );
    expect(await subscriptions.autoProvisioning(SUB)).toEqual({
      ok: true,
      value: [
        { name: 'default', on: true },
        { name: 'b', on: false },
        { name: '', on: false },
      ],
    });
  });

  it('of guest agents: nothing is said of one without a status', async () => {
    const { subscriptions, sent } = gateway(() =>
      list(
        vm('Ready', 'ProvisioningState/succeeded'),
        vm('two', 'ProvisioningState/Unavailable', 'provisioningstate/SUCCEEDED'),
        vm('not', 'ProvisioningState/Unavailable'),
        vm('odd', null),
        vm('none'),
        { id: vmResource('stopped') },
        { id: vmResource('nulls'), properties: { instanceView: { vmAgent: null } } },
        { properties: {} },
      ),
    );
    expect(await subscriptions.guestAgents(SUB)).toEqual({
      ok: true,
      value: [
        { machineId: vmResource('ready').toLowerCase(), state: 'ready' },
        { machineId: vmResource('two').toLowerCase(), state: 'ready' },
        { machineId: vmResource('not').toLowerCase(), state: 'notReady' },
        { machineId: vmResource('odd').toLowerCase(), state: 'notReady' },
      ],
    });
    expect(sent[0]?.url).toContain('statusOnly=true');
  });

  it.each(['permissions', 'autoProvisioning', 'guestAgents'] as const)(
    '%s: an empty answer is an empty list, an error is trouble',
    async (name) => {
      for (const answer of [list(), { body: {} }, { body: '' }])
        expect(await gateway(() => answer).subscriptions[name](SCOPE)).toEqual({ ok: true, value: [] });
      const refused = gateway(() => ({
        status: 403,
        body: { error: { code: 'AuthorizationFailed', message: 'no' } },
      }));
      expect(await refused.subscriptions[name](SCOPE)).toMatchObject({
        ok: false,
        trouble: { code: 'notAuthorized' },
      });
      const busy = gateway(() => ({ status: 429, headers: { 'retry-after': '3' } }));
      expect(await busy.subscriptions[name](SCOPE)).toMatchObject({
        trouble: { code: 'throttled', retryAfterMs: 3000 },
      });
      expect(busy.sent).toHaveLength(1);
      const half = gateway((_, i) =>
        i === 0 ? { body: { value: [{}], nextLink: `${ARM}/next` } } : { status: 500 },
      );
      expect(await half.subscriptions[name](SCOPE)).toMatchObject({
        ok: false,
        trouble: { code: 'serviceUnavailable' },
      });
    },
  );

  it('never follow a link away from ARM with a token', async () => {
    const { subscriptions, sent } = gateway(() => ({
      body: { value: [], nextLink: 'https://evil.example/next' },
    }));
    expect((await subscriptions.permissions(SCOPE)).ok).toBe(false);
    expect(sent).toHaveLength(1);
  });
});
