import type { DeployedRules } from '../model/deployed-rules.ts';
import type { Baseline } from '../model/drift.ts';

/**
 * The rules a migrated machine must be associated with. Where its workspace has a deployed rule set, those that the
 * set has now for its system: a set that was deployed anew since the wave is what counts. Else those of the wave. Pure.
 */
export function expectedRules(
  { rules, setWorkspaces, os }: Pick<Baseline, 'rules' | 'setWorkspaces' | 'os'>,
  sets: ReadonlyMap<string, DeployedRules>,
): string[] {
  const current = setWorkspaces.flatMap((id) => sets.get(id) ?? []);
  const replaced = new Set(current.map(({ workspaceId }) => workspaceId));
  const own = rules.filter(({ workspaceId }) => workspaceId === null || !replaced.has(workspaceId));
  return [
    ...new Set([
      ...own.map(({ ruleId }) => ruleId),
      ...current.flatMap((set) => [
        ...set.rules.filter((rule) => rule.os === os || rule.os === 'any').map(({ id }) => id),
        // Of rules of others it is not known which systems they are for; those that were associated still must be.
        ...set.reusedIds.filter((id) => rules.some(({ ruleId }) => ruleId === id)),
      ]),
    ]),
  ].sort();
}
