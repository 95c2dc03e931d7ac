import type { RuleSet } from '../rules/convert/convert.ts';
import { allRows, type Store } from './store.ts';

/** A rule set with what it was made from and for. */
export interface StoredRuleSet {
  readonly ruleSet: RuleSet;
  readonly workspace: { readonly id: string; readonly resourceId: string; readonly name: string };
  readonly createdAt: string;
}

/** Rule sets by their id; equal settings give the same one. */
export function createRuleSets(store: Store) {
  return {
    async get(id: string): Promise<StoredRuleSet | undefined> {
      return (await store.get('rulesets', id))?.value as StoredRuleSet | undefined;
    },

    /** The first of an id stays: a rule set never changes. */
    async put(stored: StoredRuleSet): Promise<void> {
      await store.write('rulesets', [{ kind: 'insert', row: stored.ruleSet.id, value: stored }]);
    },

    /** Newest first, without their content. */
    async list(): Promise<{ id: string; workspaceId: string; createdAt: string; rules: number }[]> {
      const all: { id: string; workspaceId: string; createdAt: string; rules: number }[] = [];
      for await (const { value } of allRows(store, 'rulesets')) {
        const { ruleSet, createdAt } = value as StoredRuleSet;
        const { id, workspaceId, rules } = ruleSet;
        all.push({ id, workspaceId, createdAt, rules: rules.length });
      }
      return all.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    },
  };
}
