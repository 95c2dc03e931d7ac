import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { normalizeId, normalizeRegion } from '../../shared/model/ids.ts';
import { assignAgentPolicies } from '../../shared/policies/assign.ts';
import { type StoredWish, wishOf } from '../../shared/policies/wish.ts';
import { azureProblem } from './azure-problem.ts';
import { callerOf, requireRole } from './caller.ts';
import { by } from './connector-parts.ts';
import { endpoint, readBody } from './endpoint.ts';
import { scopeId } from './guards.ts';
import { findCompleted } from './inventories.ts';
import { Problem } from './problem.ts';
import { workspaceId } from './schemas.ts';

export const AgentPoliciesRequest = z.strictObject({
  scope: scopeId,
  /** Region of the identities that the assignments get. */
  location: z.string().min(1).max(60).transform(normalizeRegion),
  kinds: z
    .array(z.enum(['azureVm', 'scaleSet', 'arcServer']))
    .min(1)
    .default(['azureVm', 'scaleSet', 'arcServer']),
  /** Workspaces whose deployed rule sets are associated; absent: all that have one. */
  workspaceIds: z.array(workspaceId).min(1).max(100).optional(),
  /** Machines of images that Microsoft's list does not have as well. */
  allImages: z.boolean().default(true),
  /** Has Azure Policy deal with machines that are there already; the identities need their roles first. */
  remediate: z.boolean().default(false),
  /** Only says what would be done; to do it, say false. */
  whatIf: z.boolean().default(true),
  by,
});

/** What these policies cannot do, whoever assigns them. Facts file 3.8, traps. */
const LIMITS = {
  code: 'policiesSeeNoSettings',
  text: 'These policies set no proxy and do not see wrong settings; the drift check finds and repairs them.',
};

/**
 * `POST /agent-policies`: assigns the built-in policies that install Azure Monitor Agent on new machines and associate
 * the deployed rules with them. Needs no Idempotency-Key: the assignments have fixed names, and only what differs is
 * written.
 */
export const postAgentPolicies = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const body = await readBody(request, AgentPoliciesRequest);
  const { scope, location, kinds, allImages, workspaceIds, whatIf, remediate } = body;
  if (!whatIf) requireRole(request, 'approver', 'Assigning policies that change machines by themselves');
  const who = whatIf ? '' : callerOf(request, body.by);
  const inventory = await findCompleted(app, 'latest');
  const stored: StoredWish = {
    ...{ scope, location, kinds, allImages },
    workspaceIds: workspaceIds?.map(normalizeId) ?? null,
  };
  const wish = await wishOf(app.ledger, stored, inventory.id);
  // Kept first: what is half assigned is behind, and the drift check says so.
  if (!whatIf) await app.ledger.agentPolicies.put(stored);
  const answer = await assignAgentPolicies(app, { ...wish, by: who, whatIf, remediate });
  if (!answer.ok) throw azureProblem(answer.trouble, 'The assignments could not be read or written');
  const { status, steps, remediations } = answer.value;
  if (status === 'refused') {
    const taken = steps.filter(({ action }) => action === 'conflict').map(({ name }) => name);
    throw new Problem(
      'guardNameTaken',
      `Assignments of other policies have the names of ours: ${taken.join(', ')}. Nothing was written.`,
    );
  }
  if (status === 'unconfirmed')
    throw new Problem('azureRefused', 'Azure took the change and does not show it yet; repeat the call.');
  const noRules = wish.rules.length === 0;
  return {
    jsonBody: {
      ...{
        status,
        scope,
        location,
        inventoryId: inventory.id,
        steps,
        remediations,
      },
      warnings: [
        LIMITS,
        ...(noRules
          ? [
              {
                code: 'noRuleSet',
                text: 'No rule set is deployed: agents would be installed and collect nothing.',
              },
            ]
          : []),
      ],
    },
  };
});
