import { beforeEach, describe, expect, it } from 'vitest';
import { scopeState } from '../../../shared/connectors/clean-scope.ts';
import type { PolicyAssignment, PolicyGateway } from '../../../shared/connectors/guard-gateway.ts';
import { definitionIdOf, GUARD_POLICIES } from '../../../shared/connectors/guard-policies.ts';
import { type GuardRequest, setGuards } from '../../../shared/connectors/guards.ts';
import { POLICY_IDS } from '../../../shared/inventory/policy-ids.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { FindingCode } from '../../../shared/model/findings.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import type { Machine } from '../../../shared/model/machine.ts';
import { ok } from '../../../shared/model/trouble.ts';
import type { AuditEntry } from '../../../shared/model/wave.ts';
import { aMachine, anExtension, anInventory, at, NOW, SUB } from '../../support/builders.ts';
import { scaleSetResource, WHOLE_SCOPE } from '../../support/inventory-builders.ts';

const SUBSCRIPTION = `/subscriptions/${SUB}`;
const GROUP = `${SUBSCRIPTION}/resourcegroups/rg-app`;
const FRESH = anInventory({ completedAt: at(-60), scope: WHOLE_SCOPE });

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});

const machines = (...all: Machine[]) => ledger.inventories.putMachines(FRESH.id, all);
const clean = aMachine({ name: 'clean', extensions: [] });

function aScaleSet(extension: Parameters<typeof anExtension>[0]): Machine {
  const resourceId = scaleSetResource('web', 'RG-App');
  return aMachine({
    id: resourceId.toLowerCase(),
    resourceId,
    kind: 'scaleSet',
    extensions: [anExtension(extension)],
  });
}

describe('a scope', () => {
  const state = (inventory: Partial<Inventory> = {}, scope = GROUP, now = NOW) =>
    scopeState(ledger, { ...FRESH, ...inventory }, scope, now);

  it('is clean when nothing in it carries the extension, whatever other groups carry', async () => {
    const beside = aMachine({ name: 'beside', extensions: [anExtension()] });
    const id = beside.id.replace('/rg-app/', '/rg-app2/');
    await machines(clean, { ...beside, id, resourceId: id });

    expect(await state()).toEqual({ state: 'clean', machines: 1 });
    expect(await state({}, SUBSCRIPTION)).toMatchObject({
      state: 'carriesAgent',
      machines: 2,
      carriers: 1,
      named: [id],
    });
  });

  it.each<[string, () => Machine, boolean]>([
    ['a VM', () => aMachine({ name: 'a', extensions: [anExtension()] }), false],
    ['a scale set', () => aScaleSet({}), false],
    ['a scale set by the type alone', () => aScaleSet({ publisher: 'Somebody' }), false],
    [
      'a VM with the type of another publisher',
      () => aMachine({ extensions: [anExtension({ publisher: 'Somebody' })] }),
      true,
    ],
  ])('with %s', async (_, machine, isClean) => {
    await machines(clean, machine());

    expect((await state()).state).toBe(isClean ? 'clean' : 'carriesAgent');
  });

  it.each<[string, Partial<Inventory>, string]>([
    ['older than a day', { completedAt: at(-86_401) }, 'tooOld'],
    ['a day old', { completedAt: at(-86_400) }, 'clean'],
    ['of certain tags', { scope: { ...WHOLE_SCOPE, tags: [{ name: 'a' }] } }, 'notCovered'],
    ['of another subscription', { scope: { ...WHOLE_SCOPE, subscriptions: ['x'] } }, 'notCovered'],
    ['of the subscription', { scope: { ...WHOLE_SCOPE, subscriptions: [SUB] } }, 'clean'],
    ['of the group', { scope: { ...WHOLE_SCOPE, resourceGroups: [GROUP] } }, 'clean'],
    ['of another group', { scope: { ...WHOLE_SCOPE, resourceGroups: [`${GROUP}2`] } }, 'notCovered'],
  ])('is judged by an inventory %s', async (_, inventory, expected) => {
    await machines(clean);

    expect((await state(inventory)).state).toBe(expected);
  });

  it('of which the inventory saw nothing is clean only when it was asked for by name', async () => {
    expect((await state()).state).toBe('notCovered');
    expect((await state({ scope: { ...WHOLE_SCOPE, subscriptions: [SUB] } })).state).toBe('clean');
  });

  it.each<[FindingCode, string]>([
    ['scopeNotVisible', SUBSCRIPTION],
    ['rowsSetAside', 'estate'],
  ])('is not covered with the finding %s', async (code, id) => {
    await machines(clean);
    await ledger.inventories.putPart(FRESH.id, 'findings', [{ code, subject: { kind: 'estate', id } }]);

    expect((await state()).state).toBe('notCovered');
  });
});

/** Azure Policy at one scope. */
function fakePolicies(initial: readonly PolicyAssignment[] = [], killAt = 0) {
  let current = [...initial];
  let calls = 0;
  const log: string[] = [];
  const write = (line: string, change: () => void) => {
    calls += 1;
    if (calls === killAt) throw new Error('killed');
    log.push(line);
    change();
  };
  const gateway: PolicyGateway = {
    assignments: async () => ok([...current]),
    async assign(scope, assignment) {
      expect(scope).toBe(GROUP);
      write(`assign ${assignment.name}`, () => {
        current = [...current.filter(({ name }) => name !== assignment.name), assignment];
      });
      return ok(undefined);
    },
    async unassign(_, name) {
      write(`unassign ${name}`, () => {
        current = current.filter((one) => one.name !== name);
      });
      return ok(undefined);
    },
  };
  return { gateway, log, current: () => current };
}

const NAMES = GUARD_POLICIES.map(({ name }) => name);
const [FIRST] = GUARD_POLICIES;
const there = (changes: Partial<PolicyAssignment>): PolicyAssignment => ({
  name: FIRST.name,
  displayName: 'x',
  definitionId: definitionIdOf(FIRST).toUpperCase(),
  effect: 'Deny',
  enforced: true,
  ...changes,
});

async function run(fake: ReturnType<typeof fakePolicies>, changes: Partial<GuardRequest> = {}) {
  await machines(clean);
  const request = { scope: GROUP, effect: 'Deny' as const, inventory: FRESH, by: 'ann', whatIf: false };
  const answer = await setGuards(
    { ledger, policies: fake.gateway, now: () => NOW },
    { ...request, ...changes },
  );
  if (!answer.ok) throw new Error(answer.trouble.message);
  return answer.value;
}

describe('guards', () => {
  it('are the policies that this app knows to block the legacy agent', () => {
    expect(GUARD_POLICIES.map(({ definition, machines: of }) => [definition, of])).toEqual(
      Object.entries(POLICY_IDS.legacyBlocker),
    );
  });

  it('have names that every scope takes, each its own', () => {
    expect(new Set(NAMES).size).toBe(6);
    expect(NAMES.filter((name) => name.length > 24)).toEqual([]);
  });

  it.each<[string, Partial<PolicyAssignment>, string]>([
    ['denies already', {}, 'unchanged'],
    ['only audits', { effect: 'audit' }, 'update'],
    ['passes no effect', { effect: null }, 'update'],
    ['is not enforced', { enforced: false }, 'update'],
    ['assigns something else', { definitionId: '/providers/x' }, 'conflict'],
  ])('one that %s', async (_, changes, action) => {
    const { steps } = await run(fakePolicies([there(changes)]), { whatIf: true });

    expect(steps.map((step) => step.action)).toEqual([action, ...Array(5).fill('create')]);
  });

  it('write nothing while one name is taken by something else, and remove nothing of others', async () => {
    const taken = [there({ definitionId: '/providers/x' })];
    const fake = fakePolicies(taken);

    const assigned = await run(fake);
    const removed = await run(fake, { effect: null });

    expect(assigned.status).toBe('refused');
    expect(removed.steps[0]).toMatchObject({ action: 'conflict' });
    expect([fake.log, fake.current()]).toEqual([[], taken]);
  });

  it.each([1, 3, 6])('killed at write %i go on with those that are left', async (killAt) => {
    const fake = fakePolicies([], killAt);
    await expect(run(fake)).rejects.toThrow('killed');

    const again = await run(fake);

    expect(again.status).toBe('done');
    expect(fake.log).toEqual(NAMES.map((name) => `assign ${name}`));
  });

  it('leave who did what in the trail, before and after', async () => {
    await run(fakePolicies([there({ effect: 'Audit' })]));

    const trail: AuditEntry[] = [];
    for await (const entry of ledger.audit.read(null)) trail.push(entry);
    expect(trail).toMatchObject([
      { event: 'intent', by: 'ann', data: { before: [{ effect: 'Audit' }] } },
      { event: 'effect', by: 'ann' },
    ]);
  });
});
