import type { Ledger } from '../ledger/ledger.ts';
import { isLegacyExtension, LEGACY_TYPES } from '../model/agents.ts';
import type { EstateFinding } from '../model/findings.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Machine } from '../model/machine.ts';

/** A scope is called clean only by an inventory no older than this. */
const MAX_AGE_MS = 24 * 3_600_000;
const MOST_NAMED = 20;

/** What an inventory says of a scope. Only `clean` lets a policy deny there. */
export type ScopeState =
  | { readonly state: 'clean'; readonly machines: number }
  /** Machines with an extension of the legacy agent; at most twenty are named. */
  | {
      readonly state: 'carriesAgent';
      readonly machines: number;
      readonly carriers: number;
      readonly named: readonly string[];
    }
  | { readonly state: 'tooOld' | 'notCovered'; readonly detail: string };

/**
 * Whether no VM, scale set or Arc server of a scope (normalised id of a subscription or resource group) carries
 * the legacy agent's extension. A manual installation counts for nothing: no policy sees it, and none blocks it.
 */
export async function scopeState(
  ledger: Ledger,
  inventory: Inventory,
  scope: string,
  nowMs: number,
): Promise<ScopeState> {
  const taken = inventory.completedAt ?? inventory.startedAt;
  if (nowMs - Date.parse(taken) > MAX_AGE_MS)
    return {
      state: 'tooOld',
      detail: `The inventory is of ${taken}; a guard that denies needs one of the last day.`,
    };
  const findings = await ledger.inventories.readPart<EstateFinding>(inventory.id, 'findings');
  const gap = gapOf(inventory, scope, findings);
  if (gap !== undefined) return { state: 'notCovered', detail: gap };
  const subscription = scope.split('/').slice(0, 3).join('/');
  let seen = false;
  let machines = 0;
  const carriers: string[] = [];
  for await (const machine of ledger.inventories.machines(inventory.id)) {
    seen ||= machine.id.startsWith(`${subscription}/`);
    if (!machine.id.startsWith(`${scope}/`)) continue;
    machines += 1;
    if (carriesAgent(machine)) carriers.push(machine.resourceId);
  }
  const named = inventory.scope.subscriptions.some((id) => subscription === `/subscriptions/${id}`);
  if (!seen && !named)
    return {
      state: 'notCovered',
      detail:
        'The inventory has no machine of the subscription; take one with the subscription in its scope.',
    };
  return carriers.length === 0
    ? { state: 'clean', machines }
    : { state: 'carriesAgent', machines, carriers: carriers.length, named: carriers.slice(0, MOST_NAMED) };
}

/** Why an inventory says too little of a scope, as a sentence; undefined when it covers it. */
function gapOf(
  { scope: { subscriptions, resourceGroups, tags } }: Inventory,
  scope: string,
  findings: readonly EstateFinding[],
): string | undefined {
  const subscription = scope.split('/')[2] ?? '';
  if (tags.length > 0) return 'The inventory holds only machines with certain tags.';
  if (subscriptions.length > 0 && !subscriptions.includes(subscription))
    return 'The inventory does not cover the subscription.';
  if (resourceGroups.length > 0 && !resourceGroups.includes(scope))
    return 'The inventory does not cover all of the scope.';
  const unseen = findings.some(
    ({ code, subject }) =>
      code === 'scopeNotVisible' && subject.id.toLowerCase().includes(`/subscriptions/${subscription}`),
  );
  if (unseen) return 'The subscription was not visible when the inventory was taken.';
  if (findings.some(({ code }) => code === 'rowsSetAside'))
    return 'Azure returned rows that are not in the inventory; one of them may carry the agent.';
  return undefined;
}

/** In the model of a scale set the policies look at the type alone, whatever the publisher (facts file 3.8, trap 3). */
function carriesAgent({ kind, extensions }: Machine): boolean {
  const types: readonly string[] = LEGACY_TYPES.map((type) => type.toLowerCase());
  return extensions.some(
    (extension) =>
      isLegacyExtension(extension) || (kind === 'scaleSet' && types.includes(extension.type.toLowerCase())),
  );
}
