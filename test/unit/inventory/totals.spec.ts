import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMachine,
  emptyTotals,
  machineCounts,
  sumTotals,
  type Totals,
} from '../../../shared/inventory/totals.ts';
import type { Machine } from '../../../shared/model/machine.ts';
import { aMachine, anAmaExtension, anExtension, at, NOW, WORKSPACE_ID } from '../../support/builders.ts';
import { DAY } from '../../support/inventory-builders.ts';

const OTHER = '/workspaces/other';

function totalsOf(machines: readonly Partial<Machine>[]): Totals {
  const totals = emptyTotals();
  for (const machine of machines) addMachine(totals, aMachine(machine), NOW);
  return totals;
}

describe('addMachine', () => {
  it.each([
    ['legacy', [anExtension()], 'legacyOnly'],
    ['both', [anAmaExtension(), anExtension()], 'bothAgents'],
    ['new', [anAmaExtension()], 'amaOnly'],
    ['none', [], 'neither'],
    ['a stranger', [anExtension({ publisher: 'Contoso' })], 'neither'],
  ] as const)('counts the agents: %s', (_, extensions, count) => {
    const heartbeats = { ama: null, legacy: null, scom: null };
    const { legacyOnly, bothAgents, amaOnly, neither } = totalsOf([{ extensions, heartbeats }]);
    expect({ legacyOnly, bothAgents, amaOnly, neither }).toEqual({
      legacyOnly: 0,
      bothAgents: 0,
      amaOnly: 0,
      neither: 0,
      [count]: 1,
    });
  });

  it('counts a legacy agent that only its voice shows', () => {
    expect(totalsOf([{ extensions: [] }])).toMatchObject({ legacyOnly: 1, neither: 0 });
  });

  it('counts a reason and a finding once a machine', () => {
    const reasons = [{ code: 'locked' as const }, { code: 'locked' as const }, { code: 'heldTag' as const }];
    const findings = [{ code: 'lowDisk' as const }, { code: 'lowDisk' as const, detail: '/' }];
    const totals = totalsOf([
      { findings, assessment: { status: 'blocked', reasons } },
      { findings, assessment: { status: 'ready' } },
    ]);
    expect(totals).toMatchObject({
      reasons: { locked: 1, heldTag: 1 },
      findings: { lowDisk: 2 },
      assessment: { ready: 1, blocked: 1 },
    });
  });

  it('counts who is heard lately in a workspace, and whose legacy agent is set to it', () => {
    const totals = totalsOf([
      {
        legacyWorkspaces: [WORKSPACE_ID, OTHER],
        reports: [
          { workspaceId: WORKSPACE_ID, agent: 'legacy', lastSeen: at(-60) },
          { workspaceId: WORKSPACE_ID, agent: 'ama', lastSeen: at(-60) },
          { workspaceId: OTHER, agent: 'ama', lastSeen: at(-15 * DAY) },
          { workspaceId: OTHER, agent: 'scom', lastSeen: at(-60) },
        ],
      },
      {
        legacyWorkspaces: [WORKSPACE_ID],
        reports: [{ workspaceId: WORKSPACE_ID, agent: 'legacy', lastSeen: at(-15 * DAY) }],
      },
    ]);
    expect(totals.agents).toEqual({
      [WORKSPACE_ID]: { legacy: 1, ama: 1, scom: 0, legacyMachines: 2 },
      [OTHER]: { legacy: 0, ama: 0, scom: 1, legacyMachines: 1 },
    });
  });
});

describe('sums', () => {
  const machine = fc.record({
    kind: fc.constantFrom('azureVm', 'scaleSet', 'arcServer', 'unmanaged'),
    os: fc.constantFrom('windows', 'linux', 'unknown'),
    extensions: fc.subarray([anExtension(), anAmaExtension()]),
    assessment: fc.oneof(
      fc.record({ status: fc.constantFrom('ready', 'alreadyMigrated', 'notApplicable') }),
      fc.record({
        status: fc.constant('blocked'),
        reasons: fc.array(fc.record({ code: fc.constantFrom('locked', 'heldTag') }), { minLength: 1 }),
      }),
    ),
    findings: fc.array(fc.record({ code: fc.constantFrom('lowDisk', 'multiHomed') })),
    legacyWorkspaces: fc.subarray([WORKSPACE_ID, OTHER]),
  }) as fc.Arbitrary<Partial<Machine>>;

  it('add up: kinds, agents and assessments each make all machines', () => {
    fc.assert(
      fc.property(fc.array(machine), (machines) => {
        const counts = machineCounts(totalsOf(machines));
        expect(counts.machines).toBe(machines.length);
        expect(counts.azureVms + counts.scaleSets + counts.arcServers + counts.unmanaged).toBe(
          machines.length,
        );
        expect(counts.legacyOnly + counts.bothAgents + counts.amaOnly + counts.neither).toBe(machines.length);
        expect(Object.values(counts.assessment).reduce((sum, n) => sum + n, 0)).toBe(machines.length);
        expect(counts.windows + counts.linux).toBe(machines.filter(({ os }) => os !== 'unknown').length);
        expect(Math.max(0, ...Object.values(counts.reasons))).toBeLessThanOrEqual(counts.assessment.blocked);
      }),
    );
  });

  it('of buckets are the sum of the whole, however machines are spread', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(machine, fc.nat(15))), (machines) => {
        const buckets = Array.from({ length: 16 }, (_, i) =>
          totalsOf(machines.filter(([, bucket]) => bucket === i).map(([one]) => one)),
        );
        const whole = totalsOf(machines.map(([one]) => one));
        expect(sumTotals(buckets)).toEqual(whole);
        expect(sumTotals([sumTotals(buckets.slice(0, 7)), ...buckets.slice(7)])).toEqual(whole);
      }),
    );
  });

  it('leave the parts as they are, and of nothing are nothing', () => {
    const part = totalsOf([{}]);
    const before = structuredClone(part);
    sumTotals([part, part]);
    expect(part).toEqual(before);
    expect(sumTotals([])).toEqual(emptyTotals());
    expect(emptyTotals().assessment).not.toBe(emptyTotals().assessment);
  });

  it('count all strangers and name ten', () => {
    const part = (from: number) => ({
      ...emptyTotals(),
      strangers: { [OTHER]: { ids: Array.from({ length: 6 }, (_, i) => `m${from + i}`), count: 20 } },
    });
    const { strangers } = sumTotals([part(0), part(6)]);
    expect([strangers[OTHER]?.count, strangers[OTHER]?.ids]).toEqual([
      40,
      Array.from({ length: 10 }, (_, i) => `m${i}`),
    ]);
  });
});
