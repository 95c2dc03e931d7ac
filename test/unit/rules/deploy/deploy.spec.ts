import { describe, expect, it } from 'vitest';
import { fail } from '../../../../shared/model/trouble.ts';
import { type DeployIntent, deployRuleSet } from '../../../../shared/rules/deploy/deploy.ts';
import { fakeRuleGateway } from '../../../support/rules/fake-gateway.ts';
import { mixedRuleSet } from '../../../support/rules/mixed-workspace.ts';

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-rules';
const set = mixedRuleSet({ resourceGroupId: GROUP }, []);
const WRITES = 1 + set.tables.length + set.rules.length;

function rig() {
  const azure = fakeRuleGateway();
  const intents: DeployIntent[] = [];
  const deploy = async (force = false) => {
    const record = async (intent: DeployIntent) => void intents.push(intent);
    const answer = await deployRuleSet({ rules: azure.gateway, record }, set, { force, by: 'ann' });
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
    const dependencies = { rules: azure.gateway, record: async () => undefined };
    const answer = await deployRuleSet(dependencies, set, { force: true, by: 'ann' });
    expect(answer).toMatchObject({ ok: false, trouble: { code: 'throttled', retryAfterMs: 9_000 } });
    expect(azure.writes).toEqual([]);
  });
});

const KINDS: (string | undefined)[] = ['endpoint', 'table', 'rule'];
