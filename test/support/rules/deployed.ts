import type { RuleSet } from '../../../shared/rules/convert/convert.ts';
import type { ExistingRule } from '../../../shared/rules/convert/existing.ts';

/** The rules of a set as Azure would give them back. */
export function deployed(set: RuleSet): readonly ExistingRule[] {
  return set.rules.map(({ name, resourceId = '', kind, body }) => ({
    id: resourceId,
    name,
    os: kind === 'Windows' ? 'windows' : 'linux',
    tags: body.tags,
    body: body.properties,
  }));
}
