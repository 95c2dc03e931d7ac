import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { normalizeRegion } from '../../shared/model/ids.ts';
import type { Machine } from '../../shared/model/machine.ts';
import { assignAgentPolicies } from '../../shared/policies/assign.ts';
import { findRuleSets } from '../../shared/waves/plan-rule-sets.ts';
import type { Runtime } from '../compose.ts';
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
  const { workspaceIds, by: named, ...wish } = await readBody(request, AgentPoliciesRequest);
  if (!wish.whatIf) requireRole(request, 'approver', 'Assigning policies that change machines by themselves');
  const who = wish.whatIf ? '' : callerOf(request, named);
  const inventory = await findCompleted(app, 'latest');
  const regions = await regionsOf(app, inventory.id, wish.scope);
  const rules = await deployedRules(app, workspaceIds);
  const answer = await assignAgentPolicies(app, { ...wish, by: who, rules, regions });
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
  const noRules = rules.length === 0;
  return {
    jsonBody: {
      ...{
        status,
        scope: wish.scope,
        location: wish.location,
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

async function regionsOf(app: Runtime, inventoryId: string, scope: string): Promise<string[]> {
  const regions = new Set<string>();
  for await (const { id, region, kind } of app.ledger.inventories.machines(
    inventoryId,
  ) as AsyncIterable<Machine>)
    if (kind !== 'unmanaged' && id.startsWith(`${scope}/`)) regions.add(region);
  return [...regions].sort();
}

async function deployedRules(app: Runtime, workspaceIds: readonly string[] | undefined) {
  const found = await findRuleSets('deployed', app.ledger.ruleSets);
  const wanted = workspaceIds === undefined ? undefined : new Set(workspaceIds.map((id) => id.toLowerCase()));
  const sets = found.ok ? found.deployed : [];
  return sets.filter(({ workspaceId: id }) => wanted?.has(id) ?? true).flatMap(({ rules }) => rules);
}
