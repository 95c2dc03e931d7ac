import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createEstateCredential, createInProcessHttpClient } from '../../rehearsal/estate/index.ts';
import { createArm } from '../../shared/azure/arm.ts';
import { createProvisioningGateway } from '../../shared/azure/auto-provisioning.ts';
import { createPolicyGateway } from '../../shared/azure/policy-assignments.ts';
import { createSubscriptionGateway } from '../../shared/azure/subscriptions.ts';
import { definitionIdOf, GUARD_EFFECTS, GUARD_POLICIES } from '../../shared/connectors/guard-policies.ts';
import { CLOUDS } from '../../shared/model/clouds.ts';
import { connectorEstate, INSTALLER } from '../support/connectors.ts';
import { DATA } from '../support/contract/rest-specs.ts';
import { GROUP, SUBSCRIPTION } from '../support/small-estate.ts';
import { rig } from '../unit/estate/rig.ts';

const FOLDER = new URL('azure-policy/policyDefinitions/Monitoring/', DATA);
const PRESENT = existsSync(FOLDER);
if (!PRESENT) console.log('not checked: the public policy definitions are not there');

interface Definition {
  readonly name: string;
  readonly properties: {
    readonly displayName: string;
    readonly policyType: string;
    readonly parameters: Readonly<
      Record<string, { readonly allowedValues?: readonly string[]; readonly defaultValue?: unknown }>
    >;
    readonly policyRule: unknown;
  };
}

function published(): Map<string, Definition> {
  const all = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(new URL(encodeURIComponent(file), FOLDER), 'utf8')) as Definition);
  return new Map(all.map((definition) => [definition.name, definition]));
}

describe.skipIf(!PRESENT)('public definitions', () => {
  it.each(GUARD_POLICIES.map((policy) => [policy.machines, policy] as const))(
    'keep the agent off %s',
    (_, policy) => {
      const definition = published().get(policy.definition);
      const { displayName, policyType, parameters, policyRule } = definition?.properties ?? {
        ...{ displayName: '', policyType: '', parameters: {}, policyRule: {} },
      };

      expect([displayName, policyType]).toEqual([
        expect.stringContaining('should not be installed'),
        'BuiltIn',
      ]);
      expect(Object.keys(parameters)).toEqual(['effect']);
      expect(parameters['effect']?.allowedValues).toEqual(expect.arrayContaining([...GUARD_EFFECTS]));
      expect(parameters['effect']?.defaultValue).toBe('Audit');
      const rule = JSON.stringify(policyRule);
      expect(rule).toContain(
        policy.machines.startsWith('Windows') ? 'MicrosoftMonitoringAgent' : 'OmsAgentForLinux',
      );
      expect(rule).toContain(typeOf(policy.machines));
    },
  );
});

function typeOf(machines: string): string {
  if (machines.endsWith('Arc servers')) return 'Microsoft.HybridCompute/machines/extensions';
  return machines.endsWith('scale sets')
    ? 'Microsoft.Compute/virtualMachineScaleSets'
    : 'Microsoft.Compute/virtualMachines/extensions';
}

describe('the gateways over the estate', () => {
  function open() {
    const { estate } = rig(connectorEstate());
    const httpClient = createInProcessHttpClient(estate);
    return createArm({ credential: createEstateCredential(estate), cloud: CLOUDS.public, httpClient });
  }

  it('assign, find at exactly that scope, and remove a policy, also one that is gone', async () => {
    const policies = createPolicyGateway(open());
    const [policy] = GUARD_POLICIES;
    const assignment = {
      ...{ name: policy.name, displayName: 'Keep out', definitionId: definitionIdOf(policy) },
      ...{ effect: 'Deny', enforced: true },
    };

    const assigned = await policies.assign(GROUP, assignment);
    const here = await policies.assignments(GROUP.toLowerCase());
    const above = await policies.assignments(`/subscriptions/${SUBSCRIPTION}`);
    const removed = [
      await policies.unassign(GROUP, policy.name),
      await policies.unassign(GROUP, policy.name),
    ];
    const after = await policies.assignments(GROUP);

    expect(assigned).toEqual({ ok: true, value: undefined });
    expect(here).toEqual({ ok: true, value: [assignment] });
    expect(above).toMatchObject({
      value: [{ name: INSTALLER.split('/').at(-1), effect: null, enforced: true }],
    });
    expect(removed).toMatchObject([{ ok: true }, { ok: true }]);
    expect(after).toEqual({ ok: true, value: [] });
  });

  it('turn automatic provisioning off and on', async () => {
    const arm = open();
    const [gateway, subscriptions] = [createProvisioningGateway(arm), createSubscriptionGateway(arm)];
    const look = async () => (await subscriptions.autoProvisioning(SUBSCRIPTION)) as { value?: unknown };

    await gateway.write(SUBSCRIPTION, 'default', false);
    const off = await look();
    await gateway.write(SUBSCRIPTION, 'default', true);

    expect(off.value).toEqual([{ name: 'default', on: false }]);
    expect((await look()).value).toEqual([{ name: 'default', on: true }]);
  });
});
