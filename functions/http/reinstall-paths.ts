import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { type ProvisioningResult, turnOffProvisioning } from '../../shared/connectors/provisioning.ts';
import { type ReinstallPath, reinstallPaths } from '../../shared/connectors/reinstall-paths.ts';
import type { EstateFinding } from '../../shared/model/findings.ts';
import { isTransient } from '../../shared/model/trouble.ts';
import { callerOf } from './caller.ts';
import { by, reason } from './connector-parts.ts';
import { type CsvColumn, pageResponse } from './csv.ts';
import { endpoint, readBody, readQuery } from './endpoint.ts';
import { findCompleted } from './inventories.ts';
import { listPage } from './pages.ts';
import { Problem } from './problem.ts';
import { ListQuery } from './schemas.ts';

export const PathsQuery = ListQuery.extend({ inventory: z.string().min(1).default('latest') });

/** Each subscription takes up to three calls. */
const MAX_SUBSCRIPTIONS = 100;

export const DisableProvisioningRequest = z.strictObject({
  subscriptionIds: z
    .array(z.guid().transform((id) => id.toLowerCase()))
    .min(1)
    .max(MAX_SUBSCRIPTIONS)
    .refine((ids) => new Set(ids).size === ids.length, 'names a subscription twice'),
  /** Only says what would be done; to do it, say false. */
  whatIf: z.boolean().default(true),
  by,
  reason,
});

/** `GET /reinstall-paths`: how the legacy agent comes back, with the command that ends each; JSON or CSV by Accept. */
export const listReinstallPaths = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { inventory: inventoryId, ...query } = readQuery(request, PathsQuery);
  const inventory = await findCompleted(app, inventoryId);
  const findings = await app.ledger.inventories.readPart<EstateFinding>(inventory.id, 'findings');
  const { items, next } = listPage(reinstallPaths(findings, await app.ledger.migrated.ids()), query);
  const about = { inventoryId: inventory.id, inventoryCompletedAt: inventory.completedAt };
  return pageResponse(request, { name: 'paths', items, next, about }, PATH_COLUMNS);
});

/**
 * `POST /reinstall-paths/auto-provisioning/disable`: turns Defender's automatic provisioning of the legacy agent
 * off. A subscription that fails keeps no other from being done; a repeated call goes on with those left.
 */
export const disableAutoProvisioning = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const {
    subscriptionIds,
    whatIf,
    by: named,
    reason: why,
  } = await readBody(request, DisableProvisioningRequest);
  const who = whatIf ? '' : callerOf(request, named);
  const subscriptions = await turnOffProvisioning(app, { subscriptionIds, by: who, reason: why, whatIf });
  const failed = subscriptions.filter(({ status }) => status === 'failed' || status === 'stillOn');
  const jsonBody = { status: whatIf ? 'whatIf' : failed.length === 0 ? 'done' : 'incomplete', subscriptions };
  if (failed.length === 0) return { jsonBody };
  throw problemOf(failed, jsonBody);
});

/** The others were done: a repeated call goes on with those that failed. */
function problemOf(failed: readonly ProvisioningResult[], result: object): Problem {
  const [{ subscriptionId, trouble } = { subscriptionId: '' }] = failed;
  const why = trouble?.message ?? 'Azure took the change and still shows it on';
  const what = `${failed.length} subscriptions could not be turned off, ${subscriptionId} because: ${why}`;
  if (!failed.every(passes)) return new Problem('azureRefused', what, [], {}, result);
  const waits = failed.map(({ trouble: passing }) => passing?.retryAfterMs ?? 30_000);
  const seconds = String(Math.ceil(Math.max(...waits) / 1000));
  return new Problem('unavailable', `${what}. Repeat the call.`, [], { 'retry-after': seconds }, result);
}

function passes({ trouble }: ProvisioningResult): boolean {
  return trouble !== undefined && isTransient(trouble.code);
}

const PATH_COLUMNS: readonly CsvColumn<ReinstallPath>[] = [
  { header: 'code', value: ({ code }) => code },
  { header: 'about', value: ({ subject }) => subject.kind },
  { header: 'id', value: ({ subject }) => subject.id },
  { header: 'scope', value: ({ scope }) => scope },
  { header: 'what', value: ({ text }) => text },
  { header: 'detail', value: ({ detail }) => detail },
  { header: 'installs', value: ({ installs }) => installs },
  { header: 'migratedMachines', value: ({ migratedMachines }) => migratedMachines },
  { header: 'reinstalls', value: ({ reinstalls }) => reinstalls },
  { header: 'fix', value: ({ fix }) => fix },
];
