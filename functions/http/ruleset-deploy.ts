import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { isTransient } from '../../shared/model/trouble.ts';
import { privateLinkNotes } from '../../shared/rules/convert/configuration-endpoints.ts';
import type { RuleSet } from '../../shared/rules/convert/convert.ts';
import { type Deployment, deployRuleSet } from '../../shared/rules/deploy/deploy.ts';
import { previewRuleSet } from '../../shared/rules/deploy/observe.ts';
import { outline, type Step } from '../../shared/rules/deploy/step.ts';
import { azureProblem } from './azure-problem.ts';
import { callerOf } from './caller.ts';
import { endpoint, readBody, readQuery } from './endpoint.ts';
import { Problem } from './problem.ts';
import { recordChange } from './record-change.ts';
import { findRuleSet } from './rulesets.ts';
import { NoQuery } from './schemas.ts';

export const DeployRequest = z.strictObject({
  /** Only says what would be done; to do it, say false. */
  whatIf: z.boolean().default(true),
  /** Writes over what was changed by hand on rules of this app; what belongs to others stays a conflict. */
  force: z.boolean().default(false),
  by: z.string().min(1).max(200).optional(),
});

/**
 * `POST /rulesets/{id}/deploy`: what would change in Azure, or the change itself. Needs no Idempotency-Key: it
 * looks first and writes only what differs, so that a repeated call goes on where the one before stopped.
 */
export const postRuleSetDeploy = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { whatIf, force, by: named } = await readBody(request, DeployRequest);
  const { ruleSet, workspace } = await findRuleSet(app, request.params['id'] ?? '');
  if (whatIf) {
    const preview = await previewRuleSet(app.rules, ruleSet);
    if (!preview.ok)
      throw azureProblem(preview.trouble, 'What is there could not be read', {
        otherwise: 'workspaceNotReadable',
      });
    return {
      jsonBody: {
        id: ruleSet.id,
        status: 'whatIf',
        steps: preview.value.map(outline),
        notes: privateLinkNotes(ruleSet.configurationEndpoints),
      },
    };
  }
  const by = callerOf(request, named);
  const record = (intent: Parameters<typeof app.ledger.ruleSets.record>[1]) =>
    app.ledger.ruleSets.record(ruleSet.id, intent, app.now());
  const now = () => app.now();
  // What each rule was before is kept beside the rule set, as it is written over.
  const before = await app.ledger.ruleSets.deployed(workspace.id);
  await recordChange(app, 'rule-set', {
    ...{ by, event: 'intent', message: `deploys rule set ${ruleSet.id} to ${workspace.resourceId}` },
    before: before === undefined ? null : { ruleSetId: before.ruleSetId, by: before.by, at: before.at },
    after: { ruleSetId: ruleSet.id, force },
  });
  const result = await deployRuleSet({ rules: app.rules, record, now }, ruleSet, { force, by });
  if (!result.ok)
    throw azureProblem(result.trouble, 'What is there could not be read; nothing was written', {
      otherwise: 'workspaceNotReadable',
    });
  if (result.value.status === 'deployed')
    await app.ledger.ruleSets.recordDeployed(ruleSet.id, workspace.id, by, app.now());
  return deploymentResponse(ruleSet, result.value);
});

/** 200 when all is there, 202 when the same call again goes on; conflicts and trouble that stays are problems. */
export function deploymentResponse(
  ruleSet: RuleSet,
  { status, steps, deployed, failed, remaining }: Deployment,
): HttpResponseInit {
  const jsonBody = {
    id: ruleSet.id,
    status,
    steps: steps.map(outline),
    deployed: deployed.map(nameOf),
    failed: failed === null ? null : { ...nameOf(failed.step), ...failed.trouble },
    remaining: remaining.map(nameOf),
    notes: privateLinkNotes(ruleSet.configurationEndpoints),
  };
  if (status === 'deployed') return { jsonBody };
  if (status === 'refused') throw conflicts(jsonBody);
  // Without trouble the time of one call was over: the next can go on at once.
  const transient = failed === null || isTransient(failed.trouble.code);
  const seconds = failed === null ? 1 : Math.ceil((failed.trouble.retryAfterMs ?? 30_000) / 1000);
  if (transient) return { status: 202, headers: { 'retry-after': String(seconds) }, jsonBody };
  const what = `The ${failed.step.kind} ${failed.step.id} was not written: ${failed.trouble.message.replace(/\.$/, '')}.`;
  throw new Problem('azureRefused', `${what} ${remaining.length} steps are left.`, [], {}, jsonBody);
}

/** One may have arisen after others were written, as `deployed` tells. */
function conflicts(result: {
  readonly remaining: readonly ReturnType<typeof nameOf>[];
  readonly failed: ReturnType<typeof nameOf> | null;
}): Problem {
  const all = [...(result.failed === null ? [] : [result.failed]), ...result.remaining];
  const inTheWay = all.filter(({ conflict }) => conflict !== undefined);
  return new Problem(
    'ruleSetConflicts',
    `What is in Azure is in the way of ${inTheWay.length} steps. With force the app writes over what was changed by hand on its own rules; what belongs to others stays.`,
    inTheWay.map(({ kind, id, conflict }) => ({ path: `${kind} ${id}`, message: String(conflict) })),
    {},
    result,
  );
}

function nameOf({ kind, id, action, conflict }: Step) {
  return { kind, id, action, ...(conflict === undefined ? {} : { conflict }) };
}

/** `GET /rulesets/{id}/deployments`: what was written or about to be, by whom, and what it replaced. */
export const getRuleSetDeployments = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const { ruleSet } = await findRuleSet(app, request.params['id'] ?? '');
  return { jsonBody: { intents: await app.ledger.ruleSets.intents(ruleSet.id) } };
});
