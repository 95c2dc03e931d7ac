/** Tags that let a later run know its own rules. Written once, compared ever after: never rename them. */
export const TAGS = {
  createdBy: 'createdBy',
  workspace: 'amaMigrationWorkspace',
  content: 'amaMigrationContent',
} as const;

export const CREATED_BY = 'ama-migration';

export type RuleMaker = 'own' | 'sentinel' | 'vmInsights' | 'defender' | 'other';

export type RuleTags = Readonly<Record<string, string | null | undefined>> | null | undefined;

/**
 * Rules that other services made. Sentinel tags its own (facts file 3.12), VM insights has a name (facts file
 * 3.12), Defender has both: tag and names of the built-in policies of category "Security Center".
 */
export function makerOf(name: string, tags: RuleTags): RuleMaker {
  const createdBy = tagOf(tags, TAGS.createdBy)?.toLowerCase();
  if (createdBy === CREATED_BY) return 'own';
  if (createdBy === 'sentinel') return 'sentinel';
  if (createdBy === 'microsoftdefenderforsql') return 'defender';
  if (/^MSVMI-/i.test(name)) return 'vmInsights';
  if (/^(MicrosoftDefenderForSQL|D4SQL|Microsoft-Security)-.*dcr$/i.test(name)) return 'defender';
  return 'other';
}

/** Names of tags are case-insensitive in Azure. */
export function tagOf(tags: RuleTags, name: string): string | undefined {
  const found = Object.entries(tags ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found?.[1] ?? undefined;
}
