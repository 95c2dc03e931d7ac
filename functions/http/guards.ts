import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { ScopeState } from '../../shared/connectors/clean-scope.ts';
import { GUARD_EFFECTS } from '../../shared/connectors/guard-policies.ts';
import { type Guards, setGuards } from '../../shared/connectors/guards.ts';
import { hasPlainParts, NOT_PLAIN, normalizeId } from '../../shared/model/ids.ts';
import { azureProblem } from './azure-problem.ts';
import { callerOf } from './caller.ts';
import { by } from './connector-parts.ts';
import { endpoint, readBody } from './endpoint.ts';
import { findCompleted } from './inventories.ts';
import { Problem } from './problem.ts';

/** Management groups are left out: an inventory does not keep what belongs to one. */
export const scopeId = z
  .string()
  .regex(
    /^\/subscriptions\/[^/]+(\/resourcegroups\/[^/]+)?\/?$/i,
    'must be the ARM id of a subscription or resource group: /subscriptions/ID[/resourceGroups/NAME]',
  )
  .refine(hasPlainParts, NOT_PLAIN)
  .transform(normalizeId);

export const GuardRequest = z
  .strictObject({
    scope: scopeId,
    effect: z.enum(GUARD_EFFECTS).optional(),
    /** Takes the guards away instead. */
    remove: z.boolean().default(false),
    /** Only says what would be done; to do it, say false. */
    whatIf: z.boolean().default(true),
    by,
  })
  .refine(({ effect, remove }) => remove !== (effect !== undefined), {
    path: ['effect'],
    message: 'is required, or remove must be true; not both',
  });

/**
 * `POST /guards`: assigns the six built-in policies that keep the legacy agent out of a scope, or removes them.
 * Needs no Idempotency-Key: the assignments have fixed names, and only what differs is written.
 */
export const postGuards = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { scope, effect, whatIf, by: named } = await readBody(request, GuardRequest);
  const who = whatIf ? '' : callerOf(request, named);
  const inventory = await findCompleted(app, 'latest');
  const answer = await setGuards(app, { scope, effect: effect ?? null, inventory, by: who, whatIf });
  if (!answer.ok) throw azureProblem(answer.trouble, 'The assignments could not be read or written');
  const { value } = answer;
  if (value.status === 'refused') throw refusal(value);
  if (value.status === 'unconfirmed') {
    const names = value.steps.map(({ name }) => name).join(', ');
    throw new Problem(
      'azureRefused',
      `Azure took the change and does not show it yet for ${names}; look again.`,
    );
  }
  const { status, scope: state, steps } = value;
  return { jsonBody: { status, scope, inventoryId: inventory.id, state, steps } };
});

function refusal({ scope, steps }: Guards): Problem {
  const taken = steps.filter(({ action }) => action === 'conflict').map(({ name }) => name);
  if (taken.length > 0)
    return new Problem(
      'guardNameTaken',
      `Assignments of other policies have the names of guards: ${taken.join(', ')}. Nothing was written.`,
    );
  return new Problem(
    scope.state === 'tooOld' ? 'inventoryTooOld' : 'scopeNotClean',
    `Deny was not assigned. ${reasonOf(scope)}`,
    [
      {
        path: 'effect',
        message: 'can be Deny only where no machine carries the legacy agent; Audit is allowed',
      },
    ],
  );
}

function reasonOf(scope: ScopeState): string {
  if (scope.state === 'clean') throw new Error('a clean scope was refused');
  if (scope.state !== 'carriesAgent') return scope.detail;
  const { carriers, machines, named } = scope;
  return `${carriers} of ${machines} machines of the scope carry the legacy agent, among them ${named.join(', ')}. A scale set that carries it could not be changed or scaled any more.`;
}
