import { normalizeId } from '../../model/ids.ts';
import type { RuleSet } from '../convert/convert.ts';
import { TAGS } from '../convert/tags.ts';
import { plainRegion } from './content.ts';
import type { FoundResource, FoundTable } from './gateway.ts';
import { ruleStep } from './rule-step.ts';
import type { EndpointStep, ReusedStep, RuleStep, Step } from './step.ts';
import { tableStep } from './table-step.ts';
import {
  configurationTargets,
  type EndpointTarget,
  endpointTarget,
  findById,
  isOurs,
  workspaceOf,
} from './targets.ts';

/** What is there of all that a rule set names; more does no harm. */
export interface Existing {
  readonly rules: readonly FoundResource[];
  readonly endpoints: readonly FoundResource[];
  /** Tables of the rule set's workspace. */
  readonly tables: readonly FoundTable[];
  /** Rules of others that the set relies on and that are not there any more, by resource id. */
  readonly reusedGone: readonly string[];
}

/** What a deployment would do, in the order in which it would: endpoints, tables, rules. Pure. */
export function whatIf(ruleSet: RuleSet, existing: Existing): readonly Step[] {
  const rules = ruleSet.rules.map((rule) => ruleStep(ruleSet, rule, existing.rules));
  const workspace = workspaceOf(ruleSet);
  const tables = ruleSet.tables.map((table) =>
    tableStep(
      workspace,
      table,
      existing.tables.find(({ name }) => name.toLowerCase() === table.name.toLowerCase()),
    ),
  );
  const endpoints = [
    ...ingestionTargets(ruleSet).filter((target) => isUsed(target, rules)),
    ...configurationTargets(ruleSet),
  ].map((target) => endpointStep(target, findById(existing.endpoints, target.id)));
  return [...existing.reusedGone.map(reusedStep), ...endpoints, ...tables, ...rules];
}

function reusedStep(id: string): ReusedStep {
  return {
    ...{ kind: 'reused', id, action: 'conflict', conflict: 'reusedGone', changes: [] },
    why: 'The set leaves a part of the collection to this rule of others, and it is gone: convert the workspace again.',
  };
}

/** Endpoints that a set may need, each once. */
export function endpointTargets(ruleSet: RuleSet): readonly EndpointTarget[] {
  return [...ingestionTargets(ruleSet), ...configurationTargets(ruleSet)];
}

function ingestionTargets(ruleSet: RuleSet): readonly EndpointTarget[] {
  const targets = ruleSet.rules.flatMap((rule) => endpointTarget(ruleSet, rule) ?? []);
  return [...new Map(targets.map((target) => [normalizeId(target.id), target])).values()];
}

/** A rule that has an endpoint already keeps it. */
function isUsed({ id }: EndpointTarget, rules: readonly RuleStep[]): boolean {
  return rules.some(
    ({ wanted }) => normalizeId(wanted.properties.dataCollectionEndpointId ?? '') === normalizeId(id),
  );
}

/** An endpoint is only used: one that is there in the right region is never written. */
function endpointStep({ id, given, body }: EndpointTarget, found: FoundResource | undefined): EndpointStep {
  const step = { kind: 'endpoint' as const, id: found?.id ?? id, changes: [], wanted: body };
  if (found === undefined) return { ...step, action: 'create' };
  if (plainRegion(found.location) !== plainRegion(body.location))
    return {
      ...{ ...step, action: 'conflict', conflict: 'otherRegion' },
      changes: [{ path: 'location', before: found.location, after: body.location }],
      why: `The endpoint is not in ${body.location}, where what uses it is.`,
    };
  if (!given && !isOurs(found, body.tags[TAGS.workspace]))
    return {
      ...{ ...step, action: 'conflict', conflict: 'notOurs' },
      why: 'An endpoint of this name is there and was not made by this app for this workspace.',
    };
  return { ...step, action: 'unchanged' };
}
