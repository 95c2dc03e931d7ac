import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { isTransient, type Trouble } from '../../shared/model/trouble.ts';
import { type Deployment, deployRuleSet } from '../../shared/rules/deploy/deploy.ts';
import { previewRuleSet } from '../../shared/rules/deploy/observe.ts';
import { outline, type Step } from '../../shared/rules/deploy/step.ts';
import { callerOf, endpoint, readBody, readQuery } from './endpoint.ts';
import { Problem } from './problem.ts';
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
  const { ruleSet } = await findRuleSet(app, request.params['id'] ?? '');
  if (whatIf) {
    const preview = await previewRuleSet(app.rules, ruleSet);
    if (!preview.ok) throw troubleProblem(preview.trouble, 'What is there could not be read');
    return { jsonBody: { id: ruleSet.id, status: 'whatIf', steps: preview.value.map(outline) } };
  }
  const by = callerOf(request, named);
  const record = (intent: Parameters<typeof app.ledger.ruleSets.record>[1]) =>
    app.ledger.ruleSets.record(ruleSet.id, intent, app.now());
  const result = await deployRuleSet({ rules: app.rules, record }, ruleSet, { force, by });
  if (!result.ok)
    throw troubleProblem(result.trouble, 'What is there could not be read; nothing was written');
  return answerOf(ruleSet.id, result.value);
});

function answerOf(id: string, { status, steps, deployed, failed, remaining }: Deployment): HttpResponseInit {
  const jsonBody = {
    id,
    status,
    steps: steps.map(outline),
    deployed: deployed.map(nameOf),
    failed: failed === null ? null : { ...nameOf(failed.step), ...failed.trouble },
    remaining: remaining.map(nameOf),
  };
  if (status === 'deployed') return { jsonBody };
  if (status === 'refused') return { status: 409, jsonBody };
  const transient = failed !== null && isTransient(failed.trouble.code);
  const seconds = Math.ceil((failed?.trouble.retryAfterMs ?? 30_000) / 1000);
  return transient
    ? { status: 202, headers: { 'retry-after': String(seconds) }, jsonBody }
    : { status: 502, jsonBody };
}

function nameOf({ kind, id, action }: Step) {
  return { kind, id, action };
}

function troubleProblem({ code, message, retryAfterMs }: Trouble, what: string): Problem {
  const headers = { 'retry-after': String(Math.ceil((retryAfterMs ?? 30_000) / 1000)) };
  return isTransient(code)
    ? new Problem('unavailable', `${what}: ${message}`, [], headers)
    : new Problem('workspaceNotReadable', `${what}: ${message}`);
}

/** `GET /rulesets/{id}/deployments`: what was written or about to be, by whom, and what it replaced. */
export const getRuleSetDeployments = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const { ruleSet } = await findRuleSet(app, request.params['id'] ?? '');
  return { jsonBody: { intents: await app.ledger.ruleSets.intents(ruleSet.id) } };
});
