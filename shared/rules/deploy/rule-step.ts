import { normalizeId } from '../../model/ids.ts';
import type { RuleBody } from '../convert/arm.ts';
import type { ConvertedRule, RuleSet } from '../convert/convert.ts';
import { TAGS, tagOf } from '../convert/tags.ts';
import { differences } from './compare.ts';
import { contentOf, isAsWritten, plainRegion } from './content.ts';
import type { FoundResource } from './gateway.ts';
import type { Change, Conflict, RuleStep } from './step.ts';
import { endpointTarget, findById, isOurs, ruleId } from './targets.ts';

const WHY: Readonly<Record<'changedByHand' | 'notOurs' | 'elsewhere' | 'otherRegion', string>> = {
  changedByHand: 'This app made the rule, and somebody changed it since. Force overwrites the change.',
  notOurs: 'A rule of this name is there and was not made by this app for this workspace.',
  elsewhere: 'This app made the same rule in another place; a second one would collect everything twice.',
  otherRegion: 'The rule is in another region, and a rule cannot move. Delete it first.',
};

/** What a deployment would do about one rule. */
export function ruleStep(
  ruleSet: RuleSet,
  rule: ConvertedRule,
  existing: readonly FoundResource[],
): RuleStep {
  const id = ruleId(ruleSet, rule);
  const found = findById(existing, id);
  const hash = rule.body.tags[TAGS.workspace];
  const ours = found !== undefined && isOurs(found, hash);
  const wanted = withKept(rule.body, ours ? found : undefined, endpointTarget(ruleSet, rule)?.id);
  const step = (action: RuleStep['action'], changes: readonly Change[], conflict?: Conflict): RuleStep => ({
    ...{ kind: 'rule', id: found?.id ?? id, action, changes, wanted },
    ...(conflict === undefined ? {} : { conflict, why: WHY[conflict as keyof typeof WHY] }),
  });
  if (found === undefined) {
    const twin = existing.find(
      (one) =>
        one.name.toLowerCase() === rule.name.toLowerCase() &&
        normalizeId(one.id) !== normalizeId(id) &&
        isOurs(one, hash),
    );
    if (twin === undefined) return step('create', []);
    return step('conflict', [{ path: 'id', before: twin.id, after: id }], 'elsewhere');
  }
  const changes = ruleChanges(found, wanted);
  if (!ours) return step('conflict', changes, 'notOurs');
  if (plainRegion(found.location) !== plainRegion(wanted.location))
    return step('conflict', changes, 'otherRegion');
  if (changes.length === 0) return step('unchanged', []);
  if (!isContentChanged(changes) || isAsWritten(found, tagOf(found.tags, TAGS.content), wanted))
    return step('update', changes);
  return step('conflict', changes, 'changedByHand');
}

/** All that a deployment sets and that is otherwise in Azure. */
export function ruleChanges(found: FoundResource, wanted: RuleBody): readonly Change[] {
  const tags = Object.entries(wanted.tags).flatMap(([name, after]): Change[] => {
    const before = tagOf(found.tags, name) ?? null;
    return before === after ? [] : [{ path: `tags.${name}`, before, after }];
  });
  const endpoint = differences(
    { dataCollectionEndpointId: found.properties['dataCollectionEndpointId'] },
    { dataCollectionEndpointId: wanted.properties.dataCollectionEndpointId },
  );
  return [...tags, ...endpoint, ...differences(contentOf(found), contentOf(wanted))];
}

/** Tags and the endpoint are no part of what the tag's hash speaks of. */
function isContentChanged(changes: readonly Change[]): boolean {
  return changes.some(({ path }) => !path.startsWith('tags.') && path !== 'dataCollectionEndpointId');
}

/** A write replaces the whole rule: tags and an endpoint that others gave it stay. */
function withKept(
  body: RuleBody,
  found: FoundResource | undefined,
  endpointId: string | undefined,
): RuleBody {
  const own = new Set(Object.keys(body.tags).map((name) => name.toLowerCase()));
  const kept = Object.entries(found?.tags ?? {}).filter(
    (tag): tag is [string, string] => !own.has(tag[0].toLowerCase()) && typeof tag[1] === 'string',
  );
  const there = found?.properties['dataCollectionEndpointId'];
  const endpoint =
    body.properties.dataCollectionEndpointId ?? (typeof there === 'string' ? there : endpointId);
  return {
    ...body,
    tags: { ...Object.fromEntries(kept), ...body.tags },
    properties: {
      ...body.properties,
      ...(endpoint === undefined ? {} : { dataCollectionEndpointId: endpoint }),
    },
  };
}
