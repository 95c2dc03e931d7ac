import { beforeEach, describe, expect, it } from 'vitest';
import { turnOffProvisioning } from '../../../shared/connectors/provisioning.ts';
import { reinstallPaths } from '../../../shared/connectors/reinstall-paths.ts';
import { NOT_ENFORCED } from '../../../shared/inventory/policy-findings.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { EstateFinding, FindingCode } from '../../../shared/model/findings.ts';
import { fail, ok, type Result } from '../../../shared/model/trouble.ts';
import { NOW, SUB, vmResource } from '../../support/builders.ts';

const MIGRATED = new Set([vmResource('a', 'RG-App').toLowerCase()]);
const assignmentAt = (scope: string) => `${scope}/providers/Microsoft.Authorization/policyAssignments/p`;
const finding = (code: FindingCode, id: string, detail?: string): EstateFinding => ({
  code,
  subject: { kind: 'policyAssignment', id },
  ...(detail === undefined ? {} : { detail }),
});

describe('a way back for the legacy agent', () => {
  it.each<[string, EstateFinding, object]>([
    [
      'over a migrated machine reinstalls',
      finding('legacyInstallerAssigned', assignmentAt(`/subscriptions/${SUB.toUpperCase()}`)),
      { installs: true, migratedMachines: 1, reinstalls: true },
    ],
    [
      'over a group beside it does not',
      finding('legacyInstallerAssigned', assignmentAt(`/subscriptions/${SUB}/resourceGroups/rg-ap`)),
      { installs: true, migratedMachines: 0, reinstalls: false },
    ],
    [
      'at a management group is not known',
      finding('legacyInstallerCustom', assignmentAt('/providers/Microsoft.Management/managementGroups/mg')),
      { installs: true, migratedMachines: null, reinstalls: null },
    ],
    [
      'that is not enforced does not',
      finding('legacyInstallerAssigned', assignmentAt(`/subscriptions/${SUB}`), `"x"${NOT_ENFORCED}`),
      { installs: false, reinstalls: false },
    ],
    [
      'that only audits does not',
      finding('legacyAuditAssigned', assignmentAt(`/subscriptions/${SUB}`)),
      { installs: false, reinstalls: false },
    ],
    [
      'of Defender reinstalls in its subscription',
      finding('defenderAutoProvisioning', `/subscriptions/${SUB}`),
      { installs: true, migratedMachines: 1, reinstalls: true },
    ],
  ])('%s', (_, given, expected) => {
    expect(reinstallPaths([given], MIGRATED)).toMatchObject([expected]);
  });

  it('is told before those that only might be one; other findings are none', () => {
    const here = `/subscriptions/${SUB}`;
    const all = [
      finding('legacyAuditAssigned', assignmentAt(`${here}/resourceGroups/a`)),
      finding('legacyInstallerAssigned', assignmentAt('/providers/Microsoft.Management/managementGroups/mg')),
      finding('sentinelWorkspace', here),
      finding('defenderAutoProvisioning', here),
    ];

    expect(reinstallPaths(all, MIGRATED).map(({ code }) => code)).toEqual([
      'defenderAutoProvisioning',
      'legacyInstallerAssigned',
      'legacyAuditAssigned',
    ]);
  });
});

describe('turning automatic provisioning off', () => {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = createLedger(await openSqliteStore(':memory:'));
    return () => ledger.close();
  });

  interface Fake {
    readonly refused?: Result<never>;
    readonly forgetful?: boolean;
    readonly kill?: boolean;
  }

  function fake(on: readonly string[], { refused, forgetful, kill }: Fake = {}) {
    let current = new Set(on);
    let dies = kill === true;
    const written: string[] = [];
    const run = (whatIf = false) =>
      turnOffProvisioning(
        {
          ledger,
          concurrency: 2,
          now: () => NOW,
          subscriptions: {
            autoProvisioning: async () =>
              ok(['default', 'mma'].map((name) => ({ name, on: current.has(name) }))),
          },
          provisioning: {
            async write(_, name, value) {
              if (refused !== undefined) return refused;
              written.push(`${name} ${value}`);
              if (!forgetful) current = new Set([...current].filter((one) => one !== name));
              if (dies) {
                dies = false;
                throw new Error('killed');
              }
              return ok(undefined);
            },
          },
        },
        { subscriptionIds: [SUB], by: 'ann', reason: 'r', whatIf },
      );
    return { run, written };
  }

  it.each<[string, readonly string[], Fake, string, number]>([
    ['is off', [], {}, 'alreadyOff', 0],
    ['is on under two names', ['default', 'mma'], {}, 'turnedOff', 2],
    ['does not change', ['default'], { forgetful: true }, 'stillOn', 1],
    ['may not be changed', ['default'], { refused: fail('notAuthorized', 'no') }, 'failed', 0],
  ])('where it %s', async (_, on, changes, status, writes) => {
    const { run, written } = fake(on, changes);

    expect(await run()).toMatchObject([{ subscriptionId: SUB, status, wereOn: on }]);
    expect(written).toHaveLength(writes);
  });

  it('only looks when asked what it would do', async () => {
    const { run, written } = fake(['default']);

    expect(await run(true)).toMatchObject([{ status: 'wouldTurnOff' }]);
    expect(written).toEqual([]);
    expect((await ledger.audit.read(null).next()).done).toBe(true);
  });

  it('goes on after a kill with what is still on', async () => {
    const { run, written } = fake(['default', 'mma'], { kill: true });
    await expect(run()).rejects.toThrow('killed');

    expect(await run()).toMatchObject([{ status: 'turnedOff', wereOn: ['mma'] }]);
    expect(written).toEqual(['default false', 'mma false']);
  });
});
