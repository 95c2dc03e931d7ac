import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { normalizeId } from '../../shared/model/ids.ts';
import type { Machine } from '../../shared/model/machine.ts';
import { MachineMatch, matches, Policy } from '../../shared/model/policy.ts';
import { networkCloud } from '../../shared/network/cloud.ts';
import { NETWORK_COLUMNS } from '../../shared/network/csv.ts';
import { toProxyProfile } from '../../shared/network/legacy-proxy.ts';
import { preflight } from '../../shared/network/preflight.ts';
import { csvResponse, wantsCsv } from './csv.ts';
import { endpoint, readBody } from './endpoint.ts';
import { findCompleted } from './inventories.ts';
import { Problem } from './problem.ts';

export const NetworkRequest = z
  .strictObject({
    /** The cloud to list hosts for; the app's own where none is given. */
    cloud: z.enum(['public', 'government', 'china']).optional(),
    proxies: Policy.shape.proxies,
    endpoints: Policy.shape.endpoints,
    /** Only these machines. */
    machineIds: z.array(z.string().min(1)).min(1).max(20_000).optional(),
    /** Only machines that one of these lines fits. */
    include: z.array(MachineMatch).min(1).max(100).optional(),
    /** Only machines that still have a legacy agent to migrate. */
    onlyLegacy: z.boolean().default(true),
  })
  .superRefine(({ proxies }, context) => {
    proxies.rules.forEach(({ profile }, i) => {
      if (Object.hasOwn(proxies.profiles, profile)) return;
      context.addIssue({
        code: 'custom',
        path: ['proxies', 'rules', i, 'profile'],
        message: `names the profile "${profile}", which is not under proxies.profiles`,
      });
    });
  });
export type NetworkRequest = z.infer<typeof NetworkRequest>;

/** `POST /inventories/{id}/network`: what firewalls, proxies and gateways must open; JSON or CSV by Accept. */
export const postNetwork = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const wanted = await readBody(request, NetworkRequest);
  const inventory = await findCompleted(app, request.params['id'] ?? '');
  const { rules, endpoints, workspaces } = await app.ledger.inventories.estate(inventory.id);
  const cloud = wanted.cloud ?? app.settings.cloud;
  const missing = new Set(wanted.machineIds?.map(normalizeId));
  const result = await preflight(selected(app.ledger.inventories.machines(inventory.id), wanted, missing), {
    cloud: networkCloud(cloud),
    proxies: wanted.proxies,
    endpoints: wanted.endpoints,
    estate: { rules, endpoints, workspaces },
  });
  if (wantsCsv(request)) {
    const withoutList = result.unknown.reduce((sum, { machines }) => sum + machines, 0);
    const answer = csvResponse(NETWORK_COLUMNS, result.rows);
    // The rows alone do not tell that machines are missing from them.
    return { ...answer, headers: { ...answer.headers, 'x-machines-without-list': `${withoutList}` } };
  }
  return {
    headers: { vary: 'accept' },
    jsonBody: {
      inventoryId: inventory.id,
      cloud,
      ...result,
      notInInventory: [...missing].sort(),
    },
  };
});

/** The machines asked for; takes those it meets out of `missing`. */
async function* selected(
  machines: AsyncIterable<Machine>,
  { machineIds, include, onlyLegacy }: NetworkRequest,
  missing: Set<string>,
): AsyncGenerator<Machine> {
  for await (const machine of machines) {
    if (machineIds !== undefined && !missing.delete(machine.id)) continue;
    if (include !== undefined && !include.some((match) => matches(match, machine))) continue;
    const { status } = machine.assessment;
    if (onlyLegacy && (status === 'alreadyMigrated' || status === 'notApplicable')) continue;
    yield machine;
  }
}

export const ProxyProfileRequest = z.strictObject({
  legacyProxy: z.string().min(1).max(2000),
  usernameSecret: z.string().max(500).optional(),
  passwordSecret: z.string().max(500).optional(),
});

/** `POST /proxy-profiles`: a legacy proxy string as a profile. Nothing of it is stored, logged or answered. */
export const postProxyProfile = endpoint(async ({ request }): Promise<HttpResponseInit> => {
  const { legacyProxy, ...secrets } = await readBody(request, ProxyProfileRequest);
  const made = toProxyProfile(legacyProxy, secrets);
  if (!made.ok) throw new Problem('invalidRequest', 'No profile can be made from this proxy.', made.faults);
  return {
    headers: { 'cache-control': 'no-store' },
    jsonBody: { profile: made.profile, notes: made.notes },
  };
});
