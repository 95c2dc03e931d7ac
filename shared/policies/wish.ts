import type { Ledger } from '../ledger/ledger.ts';
import { findRuleSets } from '../waves/plan-rule-sets.ts';
import type { PolicyWish } from './desired.ts';

/** What a person asked for at a scope: kept, so that the drift check sees when it is behind the deployed rules. */
export interface StoredWish extends Pick<PolicyWish, 'scope' | 'location' | 'kinds' | 'allImages'> {
  /** Normalised; null: all workspaces that have a rule set. */
  readonly workspaceIds: readonly string[] | null;
}

/** The wish as it stands with the rules that are deployed and the machines that are there now. */
export async function wishOf(ledger: Ledger, stored: StoredWish, inventoryId: string): Promise<PolicyWish> {
  const { workspaceIds, ...wish } = stored;
  const regions = new Set<string>();
  for await (const { id, region, kind } of ledger.inventories.machines(inventoryId))
    if (kind !== 'unmanaged' && id.startsWith(`${wish.scope}/`)) regions.add(region);
  const found = await findRuleSets('deployed', ledger.ruleSets);
  const rules = (found.ok ? found.deployed : [])
    .filter(({ workspaceId }) => workspaceIds?.includes(workspaceId) ?? true)
    .flatMap((set) => set.rules);
  return { ...wish, rules, regions: [...regions].sort() };
}
