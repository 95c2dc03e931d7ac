import { HttpRequest, InvocationContext } from '@azure/functions';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { admit } from '../../../functions/http/caller.ts';
import { postNetwork, postProxyProfile } from '../../../functions/http/network.ts';
import type { NetworkMachine } from '../../../shared/network/context.ts';
import { aNetworkContext, aNetworkMachine } from './fixtures.ts';

const app = vi.hoisted(() => ({ current: {} as object }));
vi.mock('../../../functions/compose.ts', () => ({ runtime: async () => app.current }));

type Assessed = NetworkMachine & { readonly assessment: { readonly status: string } };
const assessed = (name: string, status = 'ready', changes: Partial<NetworkMachine> = {}): Assessed => ({
  ...aNetworkMachine(changes, name),
  assessment: { status },
});

let machines: readonly Assessed[];
let status: string;
beforeEach(() => {
  machines = [
    assessed('one'),
    assessed('two', 'blocked', { region: 'northeurope' }),
    assessed('done', 'alreadyMigrated'),
    assessed('none', 'notApplicable', { legacyWorkspaces: [] }),
  ];
  status = 'completed';
  const inventories = {
    get: async (id: string) => (id === 'inv-1' ? { id, status, problem: null } : undefined),
    latest: async () => ({ id: 'inv-1', status, problem: null }),
    estate: async () => aNetworkContext(null).estate,
    machines: async function* () {
      yield* machines;
    },
  };
  app.current = { ledger: { inventories }, settings: { cloud: 'public' }, now: () => 0 };
});

async function call(
  handler: typeof postNetwork,
  body: unknown,
  { accept, id = 'inv-1' }: { accept?: string; id?: string } = {},
) {
  const log: unknown[] = [];
  const context = new InvocationContext({ logHandler: (...args) => void log.push(args) });
  const request = new HttpRequest({
    method: 'POST',
    url: 'http://localhost/api/x',
    params: { id },
    headers: accept === undefined ? {} : { accept },
    body: { string: typeof body === 'string' ? body : JSON.stringify(body) },
  });
  admit(request, { kind: 'key', roles: ['reader'], correlationId: 'c' });
  const answer = await handler(request, context);
  const json = answer.jsonBody ?? (answer.headers as Record<string, string>)['content-type'] !== 'text/csv';
  const problem =
    typeof answer.body === 'string' && answer.body.startsWith('{') ? JSON.parse(answer.body) : undefined;
  return { answer, json, problem, everything: JSON.stringify([answer, log]) };
}

const problemOf = async (body: unknown, options = {}) => {
  const { problem } = await call(postNetwork, body, options);
  return [problem?.status, problem?.code, problem?.errors?.map(({ path }: { path: string }) => path)];
};

describe('POST /inventories/{id}/network', () => {
  it('answers for the machines that have a legacy agent, with defaults for everything', async () => {
    const { answer } = await call(postNetwork, '', { id: 'latest' });

    expect(answer.jsonBody).toMatchObject({
      inventoryId: 'inv-1',
      cloud: 'public',
      machines: 2,
      unknown: [],
      gatewayCommands: [],
      privateLink: [],
      notInInventory: [],
    });
    expect(answer.jsonBody.rows).toContainEqual(
      expect.objectContaining({ host: 'northeurope.handler.control.monitor.azure.com', machines: 1 }),
    );
  });

  it.each([
    [{ onlyLegacy: false }, 3, 1],
    [{ include: [{ region: 'North Europe' }] }, 1, 0],
    [{ include: [{ region: 'northeurope' }, { region: 'westeurope' }] }, 2, 0],
    [{ include: [{ os: 'linux' }] }, 0, 0],
    [{ machineIds: [aNetworkMachine({}, 'ONE').id.toUpperCase()] }, 1, 0],
    [{ machineIds: [aNetworkMachine({}, 'one').id], include: [{ region: 'northeurope' }] }, 0, 0],
  ])('takes %j', async (body, listed, unknown) => {
    const { answer } = await call(postNetwork, body);
    expect(answer.jsonBody.machines).toBe(listed);
    expect(answer.jsonBody.unknown).toHaveLength(unknown);
  });

  it('names the ids that the inventory does not have', async () => {
    const { answer } = await call(postNetwork, { machineIds: [aNetworkMachine({}, 'one').id, '/B', '/a'] });
    expect(answer.jsonBody.notInInventory).toEqual(['/a', '/b']);
  });

  it('answers CSV where it is asked for, and says that machines are missing from it', async () => {
    const { answer } = await call(postNetwork, { onlyLegacy: false, cloud: 'china' }, { accept: 'text/csv' });

    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'x-machines-without-list': '1',
    });
    expect(answer.body).toMatch(/^from,source,regions,profile,host/);
    expect(answer.body).toContain('global.handler.control.monitor.azure.cn');
  });

  it.each([
    [{ cloud: 'moon' }, ['cloud']],
    [{ proxy: {} }, ['proxy']],
    [{ machineIds: [] }, ['machineIds']],
    [{ include: [{ vnet: 'x' }] }, ['include[0].vnet']],
    [{ proxies: { rules: [{ match: {}, profile: 'toString' }] } }, ['proxies.rules[0].profile']],
    [
      { proxies: { profiles: { p: { kind: 'proxy', address: 'https://p:1' } } } },
      ['proxies.profiles.p.address'],
    ],
    [{ endpoints: [{ region: 'x', endpointId: 'y' }] }, ['endpoints[0].endpointId']],
  ])('refuses %j', async (body, paths) => {
    expect(await problemOf(body)).toEqual([400, 'invalidRequest', paths]);
  });

  it('knows no other inventory, and none that is not ready', async () => {
    expect(await problemOf({}, { id: 'inv-2' })).toEqual([404, 'inventoryNotFound', undefined]);
    status = 'running';
    expect(await problemOf({})).toEqual([409, 'inventoryNotReady', undefined]);
  });
});

describe('POST /proxy-profiles', () => {
  const secrets = {
    usernameSecret: 'https://kv-proxy.vault.azure.net/secrets/one',
    passwordSecret: 'https://kv-proxy.vault.azure.net/secrets/two',
  };
  const legacyProxy = 'http://canary-user:canary-word@proxy.example:8080';

  it('answers the profile and what to store where', async () => {
    const { answer, everything } = await call(postProxyProfile, { legacyProxy, ...secrets });

    expect(answer.jsonBody).toMatchObject({
      profile: { kind: 'proxyWithCredentials', address: 'http://proxy.example:8080', ...secrets },
    });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(answer.jsonBody.notes.slice(0, 3)).toEqual([
      expect.stringContaining(secrets.usernameSecret),
      expect.stringContaining(secrets.passwordSecret),
      expect.stringContaining('keeps nothing'),
    ]);
    expect(everything).not.toContain('canary');
  });

  it.each([
    ['no references', { legacyProxy }, ['usernameSecret', 'passwordSecret']],
    ['a broken string', { legacyProxy: 'http://u:canary@x:canary@p:1' }, ['legacyProxy']],
    ['no string', {}, ['legacyProxy']],
    ['a string of another type', { legacyProxy: { canary: 1 } }, ['legacyProxy']],
    ['a password for a reference', { legacyProxy, ...secrets, passwordSecret: 'canary' }, ['passwordSecret']],
  ])('refuses %s and repeats none of it', async (_, body, paths) => {
    const { problem, everything } = await call(postProxyProfile, body);

    expect(problem).toMatchObject({ status: 400, code: 'invalidRequest' });
    expect(problem.errors.map(({ path }: { path: string }) => path)).toEqual(paths);
    expect(everything).not.toContain('canary');
  });

  it('repeats nothing of a body that is no JSON', async () => {
    const { problem, everything } = await call(postProxyProfile, 'canary');

    expect(problem).toMatchObject({ status: 400, code: 'invalidJson' });
    expect(everything).not.toContain('canary');
  });
});
