import { describe, expect, it } from 'vitest';
import type { MachineGateway } from '../../../shared/agents/gateway.ts';
import type { Association } from '../../../shared/model/machine.ts';
import { fail, ok } from '../../../shared/model/trouble.ts';
import { createAssociate } from '../../../shared/rules/associate.ts';
import { ENDPOINT_ASSOCIATION, missingAssociations } from '../../../shared/rules/associations.ts';
import type { AssociationGateway, AssociationTarget } from '../../../shared/rules/gateway.ts';
import type { Decision } from '../../../shared/waves/stage.ts';
import {
  aContext,
  anAssignment,
  at,
  aWaveMachine,
  endpointResource,
  must,
  only,
  ruleResource,
  vmResource,
  WORKSPACE_ID,
} from '../../support/builders.ts';

const ONE = anAssignment();
const TWO = anAssignment({
  ruleId: ruleResource('rule-2').toLowerCase(),
  resourceId: ruleResource('rule-2'),
});
const ENDPOINT = endpointResource('dce-we').toLowerCase();
const rule = (ruleId: string, name = 'any'): Association => ({ name, ruleId, endpointId: null });
const endpoint = (endpointId: string, name = ENDPOINT_ASSOCIATION): Association => ({
  name,
  ruleId: null,
  endpointId,
});
const targets = (missing: readonly { target: AssociationTarget }[]) => missing.map(({ target }) => target);

describe('missingAssociations', () => {
  it('wants every rule, in Azure casing, under a name that fits Azure', () => {
    const { missing } = missingAssociations([], { rules: [ONE, TWO], endpointId: null });

    expect(targets(missing)).toEqual([{ ruleId: ONE.resourceId }, { ruleId: TWO.resourceId }]);
    expect(new Set(missing.map(({ name }) => name)).size).toBe(2);
    for (const { name } of missing) expect(name).toMatch(/^[a-z0-9-]{1,64}$/);
  });

  it('gives the same names again, so a repeated run is idempotent', () => {
    const wanted = { rules: [ONE], endpointId: null };

    expect(missingAssociations([], wanted)).toEqual(missingAssociations([], wanted));
  });

  it.each([
    ['a rule under another name', [rule(ONE.ruleId, 'MSVMI-web-01-dcr')], [{ ruleId: TWO.resourceId }]],
    ['both rules', [rule(ONE.ruleId), rule(TWO.ruleId)], []],
    ['a rule twice', [rule(ONE.ruleId, 'a'), rule(ONE.ruleId, 'b')], [{ ruleId: TWO.resourceId }]],
    ['a rule of somebody else', [rule('/other')], [{ ruleId: ONE.resourceId }, { ruleId: TWO.resourceId }]],
  ])('counts %s as present', (_, existing, expected) => {
    const { missing } = missingAssociations(existing, { rules: [ONE, TWO], endpointId: null });

    expect(targets(missing)).toEqual(expected);
  });

  it('is empty once what it asked for is there', () => {
    const wanted = { rules: [ONE, TWO], endpointId: ENDPOINT };
    const after = missingAssociations([], wanted).missing.map(({ name, target }) =>
      'ruleId' in target
        ? rule(target.ruleId.toLowerCase(), name)
        : endpoint(target.endpointId.toLowerCase(), name),
    );

    expect(missingAssociations(after, wanted)).toEqual({ missing: [], otherEndpoint: null });
  });

  // Facts file 3.2: the name must be exactly configurationAccessEndpoint.
  it.each([
    ['no association', [], 1],
    ['the endpoint', [endpoint(ENDPOINT)], 0],
    ['the endpoint under the name in other casing', [endpoint(ENDPOINT, 'ConfigurationAccessEndpoint')], 0],
    ['only a rule', [rule(ONE.ruleId)], 1],
  ])('the endpoint, given %s', (_, existing, count) => {
    const { missing, otherEndpoint } = missingAssociations(existing, { rules: [], endpointId: ENDPOINT });

    expect(otherEndpoint).toBeNull();
    expect(missing).toHaveLength(count);
    for (const { name, target } of missing) {
      expect(name).toBe('configurationAccessEndpoint');
      expect(target).toEqual({ endpointId: ENDPOINT });
    }
  });

  it('leaves a present endpoint alone when none is wanted', () => {
    expect(missingAssociations([endpoint('/other')], { rules: [], endpointId: null })).toEqual({
      missing: [],
      otherEndpoint: null,
    });
  });

  // What this app did not make is kept, also an endpoint that is in the way.
  it.each([
    ['another endpoint', endpoint('/other'), '/other'],
    [
      'another endpoint under the name in other casing',
      endpoint('/other', 'CONFIGURATIONACCESSENDPOINT'),
      '/other',
    ],
    ['the name without an endpoint', { ...endpoint(''), endpointId: null }, 'none'],
  ])('does not replace %s, but names it', (_, existing, otherEndpoint) => {
    expect(missingAssociations([existing], { rules: [ONE], endpointId: ENDPOINT })).toEqual({
      missing: [{ name: expect.any(String), target: { ruleId: ONE.resourceId } }],
      otherEndpoint,
    });
  });

  // A plan has one assignment per rule and workspace.
  it('asks once for a rule that feeds two workspaces', () => {
    const other = anAssignment({ workspaceId: `${WORKSPACE_ID}-2` });

    expect(missingAssociations([], { rules: [ONE, other], endpointId: null }).missing).toHaveLength(1);
  });

  it('asks for a rule that feeds no workspace', () => {
    const metrics = anAssignment({ workspaceId: null, tables: [] });

    expect(targets(missingAssociations([], { rules: [metrics], endpointId: null }).missing)).toEqual([
      { ruleId: metrics.resourceId },
    ]);
  });
});

describe('createAssociate', () => {
  async function decide(
    gateway: Partial<AssociationGateway>,
    associatedAt: string | null = null,
    endpointId: string | null = null,
    tags: MachineGateway['tags'] = async () => ok({}),
  ): Promise<Decision> {
    const handler = createAssociate({
      machines: { tags },
      associations: only<AssociationGateway>('associations', gateway),
      concurrency: 1,
    });
    const machine = aWaveMachine('Web-01', { rules: [ONE, TWO], endpointId }, { associatedAt });
    return must((await handler(aContext({ stage: 'associate' }), [machine]))[0]);
  }

  it('creates nothing before it is told to act', async () => {
    const decision = await decide({ list: async () => ok([]) });

    expect('act' in decision && decision.before).toEqual({ associations: [] });
  });

  it('creates what is missing on the machine in Azure casing, and notes the time', async () => {
    const created: unknown[] = [];
    const decision = await decide({
      list: async () => ok([rule(ONE.ruleId)]),
      create: async (machine, _, target) => {
        created.push([machine, target]);
        return ok(undefined);
      },
    });

    const step = 'act' in decision ? await decision.act() : undefined;

    expect(created).toEqual([[vmResource('Web-01'), { ruleId: TWO.resourceId }]]);
    expect(step).toMatchObject({ outcome: { status: 'done' }, patch: { associatedAt: at(0) } });
  });

  it.each([
    ['now, when somebody else associated them', null, at(0)],
    ['when they were first seen', at(-500), at(-500)],
  ])('is already done; data counts from %s', async (_, before, after) => {
    const decision = await decide({ list: async () => ok([rule(ONE.ruleId), rule(TWO.ruleId)]) }, before);

    expect('step' in decision && decision.step).toMatchObject({
      outcome: { status: 'alreadyDone' },
      patch: { associatedAt: after },
    });
  });

  it.each([
    ['waits for a hold tag to go', ok({ 'AMA-Migration-Hold': 'ask ann' }), 'heldTag'],
    ['waits when the tags cannot be read', fail('throttled', '429'), 'throttled'],
  ])('%s before it changes anything', async (_, tags, reason) => {
    const decision = await decide({ list: async () => ok([]) }, null, null, async () => tags);

    expect('step' in decision && decision.step.outcome).toMatchObject({ status: 'waiting', reason });
  });

  it('asks for no tags where nothing is to be changed', async () => {
    const list = async () => ok([rule(ONE.ruleId), rule(TWO.ruleId)]);
    const decision = await decide({ list }, null, null, async () => fail('unexpected', 'asked'));

    expect('step' in decision && decision.step.outcome.status).toBe('alreadyDone');
  });

  it('after a partial failure it goes on with the rest and repeats nothing', async () => {
    const existing: Association[] = [];
    const created: string[] = [];
    const gateway = (failing: boolean): Partial<AssociationGateway> => ({
      list: async () => ok([...existing]),
      create: async (_, name, target) => {
        const id = 'ruleId' in target ? target.ruleId : '';
        if (failing && id === TWO.resourceId) return fail('throttled', 'slow down', 120_000);
        created.push(id);
        existing.push(rule(id.toLowerCase(), name));
        return ok(undefined);
      },
    });

    const first = await decide(gateway(true));
    const firstStep = 'act' in first ? await first.act() : undefined;
    const second = await decide(gateway(false));
    const secondStep = 'act' in second ? await second.act() : undefined;

    expect(firstStep?.outcome).toEqual({
      status: 'waiting',
      reason: 'throttled',
      until: at(120),
      detail: 'slow down',
    });
    expect(firstStep?.patch?.associatedAt).toBeUndefined();
    expect(secondStep?.outcome).toEqual({ status: 'done' });
    expect(created).toEqual([ONE.resourceId, TWO.resourceId]);
  });

  it.each([
    ['some rules', []],
    ['nothing else', [rule(ONE.ruleId), rule(TWO.ruleId)]],
  ])('is blocked by another endpoint, creating nothing, when %s is missing', async (_, rules) => {
    const decision = await decide({ list: async () => ok([endpoint('/other'), ...rules]) }, null, ENDPOINT);

    expect('step' in decision && decision.step).toMatchObject({
      outcome: { status: 'blocked', reason: 'endpointConflict', needs: 'networkTeam', detail: '/other' },
      patch: {},
    });
  });

  it('creates rules and endpoint together', async () => {
    const created: unknown[] = [];
    const create: AssociationGateway['create'] = async (_, name, target) => {
      created.push([name, target]);
      return ok(undefined);
    };

    const decision = await decide({ list: async () => ok([rule(ONE.ruleId)]), create }, null, ENDPOINT);
    if ('act' in decision) await decision.act();

    expect(created).toEqual([
      [expect.any(String), { ruleId: TWO.resourceId }],
      [ENDPOINT_ASSOCIATION, { endpointId: ENDPOINT }],
    ]);
  });

  it('is blocked when it may not list', async () => {
    const decision = await decide({ list: async () => fail('notAuthorized', 'no') });

    expect('step' in decision && decision.step.outcome).toMatchObject({
      status: 'blocked',
      reason: 'notAuthorized',
    });
  });
});
