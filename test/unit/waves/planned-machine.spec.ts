import { describe, expect, it } from 'vitest';
import type { ScaleSet } from '../../../shared/model/machine.ts';
import { planMachine } from '../../../shared/waves/planned-machine.ts';
import { aMachine, anExtension, aPolicy, aRule, CUSTOMER_ID } from '../../support/builders.ts';
import { anEstate } from '../../support/planning.ts';

describe('planMachine', () => {
  it('leaves out a machine whose workspace could not be asked whether SCOM uses its agent', () => {
    const machine = aMachine();
    const [id = ''] = machine.legacyWorkspaces;
    const inventory = anEstate({ unreadWorkspaces: [{ id, reason: 'throttled' }] });

    const planned = planMachine(machine, inventory, aPolicy());

    expect(planned).toMatchObject({
      kind: 'blocked',
      machine: { machineId: machine.id, reasons: [{ code: 'workspaceUnread', needs: 'platformTeam' }] },
    });
    expect(planMachine(machine, anEstate(), aPolicy()).kind).toBe('planned');
  });

  it('remembers which machine it planned for, and where its legacy agent reports to', () => {
    const other = 'CCCCCCCC-3333-4333-8333-333333333333';
    const extensions = [anExtension(), anExtension({ settings: { workspaceId: other } })];
    const machine = aMachine({ vmId: 'AAAA-1', extensions });

    const result = planMachine(machine, anEstate(), aPolicy());

    expect(result.kind === 'planned' && result.machine).toMatchObject({
      vmId: 'aaaa-1',
      legacyCustomerIds: [CUSTOMER_ID, other.toLowerCase()],
    });
  });

  it.each([
    ['proxy', true, true],
    ['gateway', true, true],
    ['none', true, false],
    ['privateLink', true, false],
    ['proxy', false, false],
  ])('sees metrics that a %s would have to carry (rule sends metrics: %s)', (kind, metrics, expected) => {
    const address = kind === 'proxy' || kind === 'gateway' ? { address: 'http://proxy:8080' } : {};
    const policy = aPolicy({
      proxies: { profiles: { p: { kind, ...address } as never }, rules: [{ match: {}, profile: 'p' }] },
    });
    const endpoints = [
      {
        id: '/dce',
        resourceId: '/dce',
        name: 'dce',
        region: 'westeurope',
        configurationAccess: null,
        logsIngestion: null,
      },
    ];
    const estate = anEstate({ rules: [aRule({ metrics })], endpoints });

    expect(planMachine(aMachine(), estate, policy)).toMatchObject({
      kind: 'planned',
      metricsBehindProxy: expected,
    });
  });

  it('never plans a machine of kind unmanaged', () => {
    expect(planMachine(aMachine({ kind: 'unmanaged' }), anEstate(), aPolicy()).kind).not.toBe('planned');
  });

  describe('of a scale set', () => {
    const set = (changes: Partial<ScaleSet> = {}) =>
      aMachine({
        kind: 'scaleSet',
        scaleSet: {
          ...{ orchestration: 'uniform', upgradePolicy: 'manual', instances: 7, outdatedInstances: 0 },
          ...changes,
        },
      });
    const planned = (changes: Partial<ScaleSet>, scaleSets: object) => {
      const result = planMachine(set(changes), anEstate(), aPolicy({ scaleSets }));
      return result.kind === 'blocked' ? result.machine.reasons.map(({ code }) => code) : result;
    };

    it('remembers how many instances it is', () => {
      expect(planned({}, { upgradeManual: true })).toMatchObject({
        machine: { kind: 'scaleSet', instances: 7 },
      });
      expect(planned({ upgradePolicy: 'rolling' }, {})).toMatchObject({ machine: { instances: 7 } });
    });

    it('goes by what the plan lets the app do to instances', () => {
      expect(planned({ outdatedInstances: 1 }, {})).toEqual(['manualUpgrades', 'instancesOutdated']);
      expect(planned({ outdatedInstances: 1 }, { upgradeManual: true })).toEqual(['instancesOutdated']);
      expect(planned({ outdatedInstances: 1 }, { upgradeOutdated: true })).toEqual(['manualUpgrades']);
    });

    it('names its identity', () => {
      const userAssignedIdentityId = anId('identity');
      const machine = { ...set(), userIdentities: [userAssignedIdentityId] };
      const identities = [{ match: { kind: 'scaleSet' as const }, userAssignedIdentityId }];
      const policy = aPolicy({ identities, scaleSets: { upgradeManual: true } });
      expect(planMachine(machine, anEstate(), policy)).toMatchObject({ machine: { userAssignedIdentityId } });
    });
  });
});

const anId = (name: string) =>
  `/subscriptions/s/resourcegroups/g/providers/microsoft.managedidentity/userassignedidentities/${name}`;
