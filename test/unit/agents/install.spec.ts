import { describe, expect, it } from 'vitest';
import type { ExtensionBody } from '../../../shared/agents/ama-settings.ts';
import type { MachineGateway, MachineState, SecretReader } from '../../../shared/agents/gateway.ts';
import { createInstall } from '../../../shared/agents/install.ts';
import type { WaveMachine } from '../../../shared/ledger/waves.ts';
import { fail, ok, type TroubleCode } from '../../../shared/model/trouble.ts';
import type { Decision, StageContext } from '../../../shared/waves/stage.ts';
import {
  aContext,
  anAmaExtension,
  anExtension,
  aPolicy,
  aState,
  at,
  aWaveMachine,
  must,
  only,
} from '../../support/builders.ts';

const URL = 'https://management.azure.com/operations/1';
const PROFILE = {
  kind: 'proxyWithCredentials',
  address: 'http://proxy.contoso.example:8080',
  usernameSecret: 'https://kv-hq.vault.azure.net/secrets/proxy-user',
  passwordSecret: 'https://kv-hq.vault.azure.net/secrets/proxy-password',
} as const;
const CREDENTIALS = aPolicy({
  pollSeconds: 60,
  proxies: { profiles: { hq: PROFILE }, rules: [{ match: {}, profile: 'hq' }] },
});

interface Azure {
  readonly machines?: Partial<MachineGateway>;
  readonly secrets?: Partial<SecretReader>;
}

async function decide(
  azure: Azure,
  machine: WaveMachine,
  context: StageContext = aContext(),
): Promise<Decision> {
  const handler = createInstall({
    machines: only<MachineGateway>('machines', azure.machines ?? {}),
    secrets: only<SecretReader>('secrets', azure.secrets ?? {}),
    concurrency: 2,
  });
  const decisions = await handler(context, [machine]);
  expect(decisions).toHaveLength(1);
  return must(decisions[0]);
}

const reads = (state: Partial<MachineState>): Partial<MachineGateway> => ({
  read: async () => ok(aState(state)),
});
const running = (changes = {}) => ({
  operation: {
    kind: 'putExtension',
    extension: 'AzureMonitorWindowsAgent',
    url: URL,
    startedAt: at(-60),
    ...changes,
  } as const,
});
const stepOf = (decision: Decision) => ('step' in decision ? decision.step : undefined);
const secretsOf = (values: Record<string, string>): Partial<SecretReader> => ({
  read: async (address) => ok(must(values[address.split('/').at(-1) ?? ''])),
});

describe('createInstall', () => {
  it('puts the agent and remembers where to ask', async () => {
    const sent: { name: string; body: ExtensionBody }[] = [];
    const machines: Partial<MachineGateway> = {
      ...reads({}),
      putExtension: async (_, name, body) => {
        sent.push({ name, body });
        return ok({ url: URL, retryAfterMs: 90_000 });
      },
    };

    const decision = await decide({ machines }, aWaveMachine());
    expect(sent).toEqual([]);
    const step = 'act' in decision ? await decision.act() : undefined;

    expect(sent.map(({ name }) => name)).toEqual(['AzureMonitorWindowsAgent']);
    expect(step).toEqual({
      machineId: aWaveMachine().planned.id,
      outcome: { status: 'waiting', reason: 'operationInProgress', until: at(240) },
      patch: {
        operation: {
          kind: 'putExtension',
          extension: 'AzureMonitorWindowsAgent',
          url: URL,
          startedAt: at(0),
        },
      },
    });
  });

  it('never looks or sends again more often than Azure counts one machine', async () => {
    const short = aContext({ policy: aPolicy({ pollSeconds: 1 }) });
    const until = (decision: Decision) => {
      const outcome = stepOf(decision)?.outcome;
      return outcome?.status === 'waiting' ? outcome.until : undefined;
    };
    const going = {
      operation: async () => ok({ status: 'inProgress', retryAfterMs: null, error: null } as const),
    };
    const refuses = { read: async () => fail('serviceUnavailable', 'no answer') } as const;

    expect(until(await decide({ machines: going }, aWaveMachine('web-01', {}, running()), short))).toBe(
      at(5),
    );
    expect(until(await decide({ machines: refuses }, aWaveMachine(), short))).toBe(at(15));
  });

  it('puts credentials into the PUT alone, never into intent, state before, or step', async () => {
    const sent: ExtensionBody[] = [];
    const machines: Partial<MachineGateway> = {
      ...reads({ extensions: [anExtension()] }),
      putExtension: async (_, __, body) => {
        sent.push(body);
        return ok({ url: URL, retryAfterMs: null });
      },
    };
    const secrets = secretsOf({ 'proxy-user': 'svc-proxy', 'proxy-password': 'hunter2' });
    const machine = aWaveMachine('web-01', { proxyProfile: 'hq' });

    const decision = await decide({ machines, secrets }, machine, aContext({ policy: CREDENTIALS }));
    const step = 'act' in decision ? await decision.act() : undefined;

    expect(sent[0]?.properties.protectedSettings).toEqual({
      proxy: { username: 'svc-proxy', password: 'hunter2' },
    });
    expect(JSON.stringify([decision, step])).not.toMatch(/hunter2|svc-proxy/);
    expect('intent' in decision && decision.intent).toBe(
      'install: put extension AzureMonitorWindowsAgent with settings {"proxy":{"mode":"application","address":"http://proxy.contoso.example:8080","auth":"true"}}',
    );
  });

  it('reads no secret before it acts', async () => {
    const machine = aWaveMachine('web-01', { proxyProfile: 'hq' });

    const decision = await decide({ machines: reads({}) }, machine, aContext({ policy: CREDENTIALS }));

    expect('act' in decision).toBe(true);
  });

  it('puts nothing when a credential cannot be read', async () => {
    const secrets: Partial<SecretReader> = { read: async () => fail('secretUnavailable', 'Forbidden') };
    const machine = aWaveMachine('web-01', { proxyProfile: 'hq' });

    const decision = await decide(
      { machines: reads({}), secrets },
      machine,
      aContext({ policy: CREDENTIALS }),
    );
    const step = 'act' in decision ? await decision.act() : undefined;

    expect(step?.outcome).toMatchObject({ status: 'blocked', reason: 'secretUnavailable' });
    expect(step?.patch?.operation).toBeFalsy();
  });

  it('is already done when the agent is there', async () => {
    const decision = await decide({ machines: reads({ extensions: [anAmaExtension()] }) }, aWaveMachine());

    expect(stepOf(decision)?.outcome).toEqual({ status: 'alreadyDone' });
  });

  it('follows an operation by its url, without reading the machine', async () => {
    const asked: string[] = [];
    const machines: Partial<MachineGateway> = {
      operation: async (url) => {
        asked.push(url);
        return ok({ status: 'inProgress', retryAfterMs: 120_000, error: null });
      },
    };

    const decision = await decide({ machines }, aWaveMachine('web-01', {}, running()));

    expect(asked).toEqual([URL]);
    expect(stepOf(decision)?.outcome).toEqual({
      status: 'waiting',
      reason: 'operationInProgress',
      until: at(120),
    });
  });

  it('is done when the operation succeeded', async () => {
    const machines: Partial<MachineGateway> = {
      operation: async () => ok({ status: 'succeeded', retryAfterMs: null, error: null }),
    };

    const decision = await decide({ machines }, aWaveMachine('web-01', {}, running()));

    expect(stepOf(decision)).toMatchObject({ outcome: { status: 'done' }, patch: { operation: null } });
  });

  it.each([
    [
      'tries again after a first failure',
      {},
      { status: 'waiting', reason: 'operationFailed', until: at(60) },
      1,
    ],
    [
      'fails with what Azure said once its attempts are used up',
      { install: 1 },
      { status: 'failed', code: 'operationFailed' },
      2,
    ],
  ])('%s', async (_, failures, outcome, count) => {
    const error = { code: 'VMExtensionProvisioningTimeout', message: 'took too long' };
    const machines: Partial<MachineGateway> = {
      operation: async () => ok({ status: 'failed', retryAfterMs: null, error }),
    };

    const decision = await decide({ machines }, aWaveMachine('web-01', {}, { ...running(), failures }));

    expect(stepOf(decision)).toMatchObject({
      outcome: { ...outcome, detail: 'VMExtensionProvisioningTimeout: took too long' },
      patch: { operation: null, failures: { install: count } },
    });
  });

  it.each([
    ['Azure has forgotten the url', {}, { operation: async () => fail('notFound', 'gone') }],
    ['no url was given', { url: null }, {}],
  ])('follows by reading when %s', async (_, operation, answers: Partial<MachineGateway>) => {
    const machines = { ...answers, ...reads({ extensions: [anAmaExtension()] }) };

    const decision = await decide({ machines }, aWaveMachine('web-01', {}, running(operation)));

    expect(stepOf(decision)).toMatchObject({ outcome: { status: 'done' }, patch: { operation: null } });
  });

  it('follows a creation somebody else started', async () => {
    const machines = reads({ extensions: [anAmaExtension({ provisioningState: 'Creating' })] });

    const decision = await decide({ machines }, aWaveMachine());

    expect(stepOf(decision)).toMatchObject({
      outcome: { status: 'waiting', reason: 'operationInProgress', until: at(60) },
      patch: { operation: { kind: 'putExtension', url: null, startedAt: at(0) } },
    });
  });

  it.each([
    ['one without url', { url: null, startedAt: at(-3000) }],
    ['one whose url Azure has forgotten', { startedAt: at(-3000) }],
  ])('times %s from its own start while it is followed by reading', async (_, operation) => {
    const machines: Partial<MachineGateway> = {
      ...reads({ extensions: [anAmaExtension({ provisioningState: 'Creating' })] }),
      operation: async () => fail('notFound', 'gone'),
    };

    const decision = await decide({ machines }, aWaveMachine('web-01', {}, running(operation)));

    expect(stepOf(decision)?.patch).toEqual({
      operation: { ...running(operation).operation, url: null },
    });
  });

  it.each<[string, Partial<MachineState>, object]>([
    ['stopped', { availability: 'stopped' }, { status: 'waiting', reason: 'notRunning', until: at(600) }],
    [
      'held by tag',
      { tags: { 'ama-migration-hold': '1' } },
      { status: 'waiting', reason: 'heldTag', until: at(600) },
    ],
    [
      'without identity',
      { systemIdentity: false },
      { status: 'blocked', reason: 'identityMissing', needs: 'platformTeam' },
    ],
  ])('puts nothing on a machine that is %s', async (_, state, outcome) => {
    const decision = await decide({ machines: reads(state) }, aWaveMachine());

    expect(stepOf(decision)?.outcome).toEqual(outcome);
  });

  // Facts file 3.12.
  const troubles: readonly [TroubleCode, object][] = [
    ['throttled', { status: 'waiting', reason: 'throttled', until: at(300) }],
    ['serviceUnavailable', { status: 'waiting', reason: 'serviceUnavailable', until: at(300) }],
    ['extensionBusy', { status: 'waiting', reason: 'extensionBusy', until: at(300) }],
    ['extensionStuck', { status: 'waiting', reason: 'extensionStuck', until: at(600) }],
    ['notRunning', { status: 'waiting', reason: 'notRunning', until: at(600) }],
    ['arcDisconnected', { status: 'waiting', reason: 'arcDisconnected', until: at(600) }],
    ['locked', { status: 'blocked', reason: 'locked', needs: 'platformTeam' }],
    ['policyDenied', { status: 'blocked', reason: 'policyDenied', needs: 'platformTeam' }],
    ['notAuthorized', { status: 'blocked', reason: 'notAuthorized', needs: 'platformTeam' }],
    ['notFound', { status: 'blocked', reason: 'notFound', needs: 'nobody' }],
    ['requestRefused', { status: 'failed', code: 'requestRefused' }],
    ['operationFailed', { status: 'failed', code: 'operationFailed' }],
    ['unexpected', { status: 'failed', code: 'unexpected' }],
  ];

  it.each(troubles)('%s of the PUT', async (code, outcome) => {
    const machines: Partial<MachineGateway> = {
      ...reads({}),
      putExtension: async () => fail(code, 'said so', 300_000),
    };

    const decision = await decide({ machines }, aWaveMachine());
    const step = 'act' in decision ? await decision.act() : undefined;

    expect(step?.outcome).toEqual({ ...outcome, detail: 'said so' });
    expect(step?.patch?.operation).toBeFalsy();
  });

  it.each(troubles)('%s of the read', async (code, outcome) => {
    const machines: Partial<MachineGateway> = { read: async () => fail(code, 'said so', 300_000) };

    const decision = await decide({ machines }, aWaveMachine());

    expect(stepOf(decision)?.outcome).toEqual({ ...outcome, detail: 'said so' });
  });
});
