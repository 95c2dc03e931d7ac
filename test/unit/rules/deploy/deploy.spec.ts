import { describe, expect, it } from 'vitest';
import { fail } from '../../../../shared/model/trouble.ts';
import {
  type DeployIntent,
  deployRuleSet,
  LEAST_WRITE_MS,
  WRITE_BUDGET_MS,
} from '../../../../shared/rules/deploy/deploy.ts';
import { observe } from '../../../../shared/rules/deploy/observe.ts';
import { fakeRuleGateway } from '../../../support/rules/fake-gateway.ts';
import { mixedRuleSet } from '../../../support/rules/mixed-workspace.ts';

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-rules';
const set = mixedRuleSet({ resourceGroupId: GROUP }, []);
const WRITES = 1 + set.tables.length + set.rules.length;

function rig(clock: () => number = () => 0) {
  const azure = fakeRuleGateway();
  const intents: DeployIntent[] = [];
  const deploy = async (force = false) => {
    const record = async (intent: DeployIntent) => void intents.push(intent);
    const answer = await deployRuleSet({ rules: azure.gateway, record, now: clock }, set, {
      force,
      by: 'ann',
    });
    if (!answer.ok) throw new Error(answer.trouble.message);
    return answer.value;
  };
  return { azure, deploy, intents };
}

describe('deployment of a rule set', () => {
  it('writes endpoints, tables, rules, and a second time nothing', async () => {
    const { azure, deploy, intents } = rig();
    const first = await deploy();
    expect(first).toMatchObject({ status: 'deployed', failed: null, remaining: [] });
    expect(first.deployed).toHaveLength(WRITES);
    const order = azure.writes.map((write) => write.split(' ')[0]);
    expect([...new Set(order)]).toEqual(['endpoint', 'table', 'rule']);
    expect(order).toEqual([...order].sort((a, b) => KINDS.indexOf(a) - KINDS.indexOf(b)));
    expect(intents.map(({ step }) => step)).toEqual(first.deployed);
    const second = await deploy();
    expect(second).toMatchObject({ status: 'deployed', deployed: [], remaining: [] });
    expect(azure.writes).toHaveLength(WRITES);
  });

  it.each(Array.from({ length: WRITES }, (_, i) => i + 1))('killed after write %i goes on', async (count) => {
    const whole = rig();
    await whole.deploy();
    const { azure, deploy } = rig();
    azure.killAfter(count);
    await expect(deploy()).rejects.toThrow('killed');
    azure.revive();
    expect((await deploy()).status).toBe('deployed');
    expect(azure.state()).toEqual(whole.azure.state());
    expect(azure.writes).toEqual(whole.azure.writes);
  });

  it('refuses where a rule of others that it relies on is gone, also by force', async () => {
    const { azure } = rig();
    const id = `${GROUP}/providers/Microsoft.Insights/dataCollectionRules/sentinel`;
    const relying = { ...set, reused: [{ resourceId: id, name: 'sentinel', madeBy: 'sentinel' as const }] };
    const deploy = (force: boolean) =>
      deployRuleSet({ rules: azure.gateway, record: async () => undefined, now: () => 0 }, relying, {
        ...{ force, by: 'ann' },
      });

    for (const force of [false, true]) {
      const answer = await deploy(force);
      expect(answer.ok && answer.value.status).toBe('refused');
      expect(answer.ok && answer.value.steps[0]).toMatchObject({ id, conflict: 'reusedGone' });
    }
    expect(azure.writes).toEqual([]);

    azure.rules.set(id.toLowerCase(), { id, name: 'sentinel', location: 'westeurope', properties: {} });
    const answer = await deploy(false);
    expect(answer.ok && answer.value.status).toBe('deployed');
  });

  it('refuses on conflicts, writes nothing, and forces only its own', async () => {
    const { azure, deploy, intents } = rig();
    await deploy();
    const [key = '', edited] = [...azure.rules][0] ?? [];
    if (edited === undefined) throw new Error('no rule');
    const byHand = { ...edited, properties: { ...edited.properties, description: 'mine' } };
    azure.rules.set(key, byHand);
    const refused = await deploy();
    expect(refused).toMatchObject({
      status: 'refused',
      deployed: [],
      remaining: [{ conflict: 'changedByHand' }],
    });
    expect(azure.writes).toHaveLength(WRITES);
    expect(await deploy(true)).toMatchObject({ status: 'deployed', deployed: [{ id: edited.id }] });
    expect(azure.rules.get(key)).toEqual(edited);
    expect(intents.at(-1)).toMatchObject({ by: 'ann', before: byHand });
    azure.rules.set(key, { ...edited, tags: {} });
    expect(await deploy(true)).toMatchObject({ status: 'refused', remaining: [{ conflict: 'notOurs' }] });
    expect(azure.writes).toHaveLength(WRITES + 1);
  });

  it('waits for tables, as a value', async () => {
    const { azure, deploy } = rig();
    azure.slowTables();
    const first = await deploy();
    expect(first).toMatchObject({
      status: 'stopped',
      failed: { step: { kind: 'table' }, trouble: { code: 'serviceUnavailable', retryAfterMs: 15_000 } },
    });
    expect(first.remaining.filter(({ kind }) => kind === 'rule')).toHaveLength(set.rules.length);
    expect(await deploy()).toMatchObject({ status: 'stopped', deployed: [] });
    azure.finishTables();
    expect(await deploy()).toMatchObject({ status: 'deployed' });
    expect(azure.writes).toHaveLength(WRITES);
  });

  it.each([
    ['of this set', `'Custom-${set.tables[0]?.name}'`, 'serviceUnavailable', 60_000],
    ['of a solution', "'Microsoft-SecurityEvent'", 'requestRefused', undefined],
  ])('a rule refused for a table %s', async (_, stream, code, retryAfterMs) => {
    const { azure, deploy } = rig();
    const { putRule } = azure.gateway;
    const message = `InvalidPayload: Data collection rule is invalid InvalidOutputTable: Table for output stream ${stream} is not available`;
    azure.gateway.putRule = async () => fail('requestRefused', message);
    const stopped = await deploy();
    expect(stopped).toMatchObject({
      status: 'stopped',
      failed: { step: { kind: 'rule' }, trouble: { code } },
    });
    expect(stopped.failed?.trouble.retryAfterMs).toBe(retryAfterMs);
    expect(stopped.deployed.length + 1 + stopped.remaining.length).toBe(WRITES);
    azure.gateway.putRule = putRule;
    expect((await deploy()).status).toBe('deployed');
  });

  it('leaves a rule that somebody changed since the look, whatever is forced', async () => {
    const { azure, deploy, intents } = rig();
    await deploy();
    const [first = '', second = ''] = [...azure.rules.keys()];
    for (const key of [first, second]) edit(azure, key, { description: 'by hand' });
    const { readRule } = azure.gateway;
    const reads = new Map<string, number>();
    // The second rule changes between the look at all and the look right before its write.
    azure.gateway.readRule = async (id) => {
      const count = (reads.get(id) ?? 0) + 1;
      reads.set(id, count);
      if (id.toLowerCase() === second && count === 2) edit(azure, second, { description: 'again' });
      return readRule(id);
    };
    intents.length = 0;

    const answer = await deploy(true);

    expect(answer).toMatchObject({
      ...{ status: 'refused', deployed: [{ kind: 'rule' }], remaining: [] },
      failed: { step: { action: 'conflict', conflict: 'changedMeanwhile' } },
    });
    expect(azure.rules.get(second)?.properties['description']).toBe('again');
    expect(intents.map(({ step }) => step.id.toLowerCase())).toEqual([first]);
    expect(await deploy(true)).toMatchObject({ status: 'deployed' });
  });

  it('leaves a rule that somebody made since the look', async () => {
    const { azure, deploy } = rig();
    const { putTable } = azure.gateway;
    const taken = set.rules[0]?.resourceId ?? '';
    const other = { id: taken, name: 'x', location: 'westeurope', kind: null, tags: {}, properties: {} };
    azure.gateway.putTable = async (...table) => {
      azure.rules.set(taken.toLowerCase(), other);
      return putTable(...table);
    };

    const answer = await deploy();

    expect(answer).toMatchObject({ status: 'refused', failed: { step: { conflict: 'changedMeanwhile' } } });
    expect(azure.rules.get(taken.toLowerCase())).toEqual(other);
  });

  it.each([
    ['a tag', { tags: { owner: 'x' } }, {}],
    ['an endpoint', {}, { dataCollectionEndpointId: '/other' }],
  ])('sees %s that somebody gave a rule since the look', async (_, change, properties) => {
    const { azure, deploy } = rig();
    await deploy();
    const [key = ''] = [...azure.rules.keys()];
    edit(azure, key, { description: 'by hand' });
    const { readRule } = azure.gateway;
    let count = 0;
    azure.gateway.readRule = async (id) => {
      const rule = azure.rules.get(key);
      if (id.toLowerCase() === key && ++count === 2 && rule !== undefined)
        azure.rules.set(key, {
          ...rule,
          ...change,
          properties: { ...rule.properties, ...properties },
        });
      return readRule(id);
    };
    expect(await deploy(true)).toMatchObject({ failed: { step: { conflict: 'changedMeanwhile' } } });
  });

  it('starts nothing after its time, and the next call goes on', async () => {
    let time = 0;
    const whole = rig();
    await whole.deploy();
    const { azure, deploy } = rig(() => time);
    const { putRule } = azure.gateway;
    azure.gateway.putRule = async (...rule) => {
      time += WRITE_BUDGET_MS / 2;
      return putRule(...rule);
    };

    const first = await deploy();

    expect(first).toMatchObject({ status: 'stopped', failed: null });
    expect(first.deployed.filter(({ kind }) => kind === 'rule')).toHaveLength(2);
    expect(first.remaining).toHaveLength(WRITES - first.deployed.length);
    let last = first;
    for (let call = 0; call < WRITES && last.status === 'stopped'; call++) last = await deploy();
    expect(last).toMatchObject({ status: 'deployed', remaining: [] });
    expect(azure.writes).toEqual(whole.azure.writes);
  });

  it('writes something in every call, however long the look took', async () => {
    let time = 0;
    const { azure, deploy } = rig(() => time);
    const { rules: list, putRule } = azure.gateway;
    azure.gateway.rules = async (scope) => {
      time += WRITE_BUDGET_MS;
      return list(scope);
    };
    azure.gateway.putRule = async (...rule) => {
      time += LEAST_WRITE_MS;
      return putRule(...rule);
    };

    const first = await deploy();

    expect(first.status).toBe('stopped');
    expect(first.deployed.filter(({ kind }) => kind === 'rule')).toHaveLength(1);
  });

  it('reads no more of what is there once Azure is busy', async () => {
    const { azure } = rig();
    let asked = 0;
    azure.gateway.readRule = async () => {
      asked += 1;
      return fail('throttled', 'slow down');
    };
    const rules = Array.from({ length: 40 }, (_, i) => ({
      ...(set.rules[0] as (typeof set.rules)[0]),
      resourceId: `${GROUP}/providers/Microsoft.Insights/dataCollectionRules/r${i}`,
    }));

    const seen = await observe(azure.gateway, { ...set, rules });

    expect(seen.ok ? 'seen' : seen.trouble.code).toBe('throttled');
    expect(asked).toBeLessThan(8);
  });

  it('asks for tables side by side, but not for all at once', async () => {
    const many = { ...set, rules: [], tables: Array.from({ length: 100 }, (_, i) => table(i)) };
    const azure = fakeRuleGateway();
    const { putTable } = azure.gateway;
    let [open, most] = [0, 0];
    azure.gateway.putTable = async (...parameters) => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return putTable(...parameters);
    };
    const dependencies = { rules: azure.gateway, record: async () => undefined, now: () => 0 };

    const answer = await deployRuleSet(dependencies, many, { force: false, by: 'ann' });

    expect(answer).toMatchObject({ ok: true, value: { status: 'deployed' } });
    expect(azure.tables.size).toBe(100);
    expect(most).toBe(4);
  });

  it('asks for no more tables once one met trouble', async () => {
    const many = { ...set, rules: [], tables: Array.from({ length: 100 }, (_, i) => table(i)) };
    const azure = fakeRuleGateway();
    const { putTable } = azure.gateway;
    let asked = 0;
    azure.gateway.putTable = async (...parameters) => {
      asked += 1;
      return asked === 10 ? fail('throttled', 'too much', 9_000) : putTable(...parameters);
    };
    const dependencies = { rules: azure.gateway, record: async () => undefined, now: () => 0 };

    const answer = await deployRuleSet(dependencies, many, { force: false, by: 'ann' });

    expect(answer).toMatchObject({
      value: { status: 'stopped', failed: { trouble: { code: 'throttled', retryAfterMs: 9_000 } } },
    });
    expect(asked).toBeLessThanOrEqual(13);
    if (!answer.ok) throw new Error('unreadable');
    expect(answer.value.deployed.length + 1 + answer.value.remaining.length).toBe(100);
  });

  it('makes the endpoints of machines behind private link, each once, and touches no other', async () => {
    const options = { resourceGroupId: GROUP, configurationEndpointRegions: ['North Europe', 'westeurope'] };
    const linked = mixedRuleSet(options, []);
    const names = linked.configurationEndpoints?.map(({ name }) => name) ?? [];
    const azure = fakeRuleGateway();
    const dependencies = { rules: azure.gateway, record: async () => undefined, now: () => 0 };
    const deploy = () => deployRuleSet(dependencies, linked, { force: true, by: 'ann' });

    await deploy();

    const made = azure.writes.filter((write) => names.some((name) => write === `endpoint ${name}`));
    expect(made).toHaveLength(2);
    expect(
      azure.endpoints.get(
        `${GROUP}/providers/Microsoft.Insights/dataCollectionEndpoints/${names[0]}`.toLowerCase(),
      ),
    ).toMatchObject({ location: 'northeurope', tags: { createdBy: 'ama-migration' } });
    const before = azure.writes.length;
    expect(await deploy()).toMatchObject({ value: { status: 'deployed', deployed: [] } });
    const [key = '', one] = [...azure.endpoints].at(-1) ?? [];
    if (one === undefined) throw new Error('no endpoint');
    azure.endpoints.set(key, { ...one, tags: {} });
    expect(await deploy()).toMatchObject({
      value: { status: 'refused', remaining: [{ conflict: 'notOurs' }] },
    });
    expect(azure.writes).toHaveLength(before);
  });

  it('does not count what reads back otherwise', async () => {
    const { azure, deploy } = rig();
    azure.gateway.readRule = async (id) => {
      const rule = azure.rules.get(id.toLowerCase());
      if (rule === undefined) return { ok: true, value: undefined };
      return { ok: true, value: { ...rule, properties: { ...rule.properties, description: 'no' } } };
    };
    expect(await deploy()).toMatchObject({
      failed: {
        trouble: { code: 'operationFailed', message: expect.stringContaining('properties.description') },
      },
    });
  });

  it('changes nothing when it cannot look', async () => {
    const { azure } = rig();
    azure.gateway.readTable = async () => fail('throttled', 'too much', 9_000);
    const dependencies = { rules: azure.gateway, record: async () => undefined, now: () => 0 };
    const answer = await deployRuleSet(dependencies, set, { force: true, by: 'ann' });
    expect(answer).toMatchObject({ ok: false, trouble: { code: 'throttled', retryAfterMs: 9_000 } });
    expect(azure.writes).toEqual([]);
  });
});

const table = (i: number) => ({ name: `Log${i}_CL`, columns: [{ name: 'TimeGenerated', type: 'datetime' }] });

/** A change by hand, past the gateway. */
function edit({ rules }: ReturnType<typeof fakeRuleGateway>, key: string, change: object): void {
  const rule = rules.get(key);
  if (rule !== undefined) rules.set(key, { ...rule, properties: { ...rule.properties, ...change } });
}

const KINDS: (string | undefined)[] = ['endpoint', 'table', 'rule'];
