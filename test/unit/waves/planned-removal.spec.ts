import { describe, expect, it } from 'vitest';
import { storedPlan } from '../../../shared/model/plan.ts';
import { WaveOverrides } from '../../../shared/model/policy.ts';
import { planMachine } from '../../../shared/waves/planned-machine.ts';
import {
  aMachine,
  anAmaExtension,
  aPlan,
  aPolicy,
  aRule,
  at,
  aWorkspace,
  must,
  workspaceResource,
} from '../../support/builders.ts';
import { aMadePlan, anEstate, tryPlan } from '../../support/planning.ts';

const OTHER = aWorkspace({ name: 'law-other', customerId: '33333333-3333-4333-8333-333333333333' });
const MANUAL = aMachine({ extensions: [] });
const SCOM = aMachine({ extensions: [], heartbeats: { ama: null, legacy: null, scom: at(-60) } });
const codes = (result: ReturnType<typeof planMachine>) =>
  result.kind === 'blocked' ? result.machine.reasons.map(({ code }) => code) : result.kind;

describe('planMachine and what becomes of the legacy agent', () => {
  it('plans an agent that was installed by hand only where the plan says so, and remembers its form', () => {
    const allowed = planMachine(MANUAL, anEstate(), aPolicy({ removal: { manualInstalls: true } }));

    expect(codes(planMachine(MANUAL, anEstate(), aPolicy()))).toEqual(['manualInstall']);
    expect(allowed).toMatchObject({ kind: 'planned', machine: { legacyForms: ['manual'] } });
  });

  it('has no form for the agent of an extension, so that plans stay what they were', () => {
    const planned = planMachine(aMachine(), anEstate(), aPolicy({ removal: { manualInstalls: true } }));

    expect(planned.kind === 'planned' && 'legacyForms' in planned.machine).toBe(false);
  });

  it('plans an agent of Operations Manager without extension where its workspaces are to be detached', () => {
    const detach = aPolicy({ removal: { scom: 'detach' } });

    expect(codes(planMachine(SCOM, anEstate(), aPolicy()))).toEqual(['manualInstall']);
    expect(planMachine(SCOM, anEstate(), detach)).toMatchObject({
      kind: 'planned',
      machine: { scomAttached: true, legacyForms: ['manual'] },
    });
    expect(codes(planMachine(MANUAL, anEstate(), detach))).toEqual(['manualInstall']);
  });

  it('does not take a migrated machine for one with an agent by hand', () => {
    const migrated = aMachine({
      extensions: [anAmaExtension()],
      heartbeats: { ama: at(-700), legacy: at(-90_000), scom: null },
    });

    expect(codes(planMachine(migrated, anEstate(), aPolicy({ removal: { manualInstalls: true } })))).toBe(
      'alreadyMigrated',
    );
  });

  it('asks for no rule where the agent goes on to report, and for one everywhere else', () => {
    const machine = aMachine({ legacyWorkspaces: [aWorkspace().id, OTHER.id] });
    const estate = anEstate({ workspaces: [aWorkspace(), OTHER] });
    const keep = (...keepWorkspaces: string[]) => aPolicy({ removal: { keepWorkspaces } });

    expect(codes(planMachine(machine, estate, aPolicy()))).toEqual(['noRule']);
    expect(planMachine(machine, estate, keep(OTHER.id))).toMatchObject({
      kind: 'planned',
      machine: { legacyWorkspaces: machine.legacyWorkspaces, rules: [{ ruleId: aRule().id }] },
    });
    expect(codes(planMachine(machine, estate, keep(aWorkspace().id)))).toEqual(['noRule']);
    expect(codes(planMachine(machine, estate, keep(...machine.legacyWorkspaces)))).toEqual(['workspaceKept']);
  });
});

describe('removal settings of plans and waves', () => {
  it('refuses a workspace the inventory does not know, by its path', async () => {
    const keepWorkspaces = [aWorkspace().id, workspaceResource('typo')];

    expect(await tryPlan([aMachine()], { policy: { removal: { keepWorkspaces } } })).toMatchObject({
      ok: false,
      refusal: { code: 'invalidRequest', faults: [{ path: 'policy.removal.keepWorkspaces[1]' }] },
    });
  });

  it('plans what one of the waves may remove, and leaves the others as the plan says', async () => {
    const { plan, waves } = await aMadePlan([MANUAL], {
      cohorts: { pilotSize: 0 },
      waveSettings: [{ waves: [0], policy: { removal: { manualInstalls: true } } }],
    });

    expect(waves.flat()).toHaveLength(1);
    expect(must(plan.waves[0]).settings.removal).toEqual({
      ...{ manualInstalls: true, scom: 'keep', keepWorkspaces: [] },
      ...{ dependencyAgent: 'keep', startDeallocated: false },
    });
    expect(plan.policy.removal.manualInstalls).toBe(false);
  });

  it('turns nothing on by itself, also not in plans that were stored before', () => {
    const { removal, ...before } = aPolicy();
    const old = { ...aPlan(), policy: before } as unknown as ReturnType<typeof aPlan>;

    expect(removal).toEqual({
      ...{ manualInstalls: false, scom: 'keep', keepWorkspaces: [] },
      ...{ dependencyAgent: 'keep', startDeallocated: false },
    });
    expect(storedPlan(old).policy.removal).toEqual(removal);
  });

  it.each([
    [{ removal: { scom: 'drop' } }, 'removal.scom'],
    [{ removal: { keepWorkspaces: ['law-main'] } }, 'removal.keepWorkspaces.0'],
    [{ removal: { manual: true } }, 'removal'],
  ])('names the fault in %j', (policy, path) => {
    expect(() => aPolicy(policy as never)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: path.split('.').map(step) })] }),
    );
  });

  it('lets no wave keep workspaces of its own: rules are asked for by the plan', () => {
    const line = { removal: { keepWorkspaces: [aWorkspace().id] } };

    expect(WaveOverrides.safeParse(line).success).toBe(false);
  });
});

function step(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}
