import { normalizeId, shortHash } from '../model/ids.ts';
import type { RuleSet } from '../rules/convert/convert.ts';
import type { DeployIntent } from '../rules/deploy/deploy.ts';
import type { LeverReport } from '../rules/levers/model.ts';
import { allRows, type Store } from './store.ts';

/** A rule set with what it was made from and for. */
export interface StoredRuleSet {
  readonly ruleSet: RuleSet;
  readonly workspace: { readonly id: string; readonly resourceId: string; readonly name: string };
  readonly createdAt: string;
}

/** The rule set that a workspace's rules come from, and who asked for it last. */
export interface DeployedRuleSet {
  readonly ruleSetId: string;
  /** ARM id, normalised. */
  readonly workspaceId: string;
  readonly at: string;
  readonly by: string;
}

const DEPLOYED = 'rulesets-deployed';
const LEVERS = 'rulesets-levers';

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

    /** Keeps what is about to be written to Azure for a rule set, before it is. */
    async record(id: string, intent: DeployIntent, nowMs: number): Promise<void> {
      const at = new Date(nowMs).toISOString();
      const row = `${at}|${shortHash(`${intent.step.kind}|${intent.step.id}`)}`;
      await store.write(`ruleset|${id}`, [{ kind: 'upsert', row, value: { at, ...intent } }]);
    },

    /** All that was about to be written, in order of time. */
    async intents(id: string): Promise<(DeployIntent & { at: string })[]> {
      const found: (DeployIntent & { at: string })[] = [];
      for await (const { value } of allRows(store, `ruleset|${id}`))
        found.push(value as DeployIntent & { at: string });
      return found;
    },

    /** Keeps which rule set a workspace has; called once all of it is there. The one before is replaced. */
    async recordDeployed(ruleSetId: string, workspaceId: string, by: string, nowMs: number): Promise<void> {
      const id = normalizeId(workspaceId);
      const value: DeployedRuleSet = { ruleSetId, workspaceId: id, at: new Date(nowMs).toISOString(), by };
      await store.write(DEPLOYED, [{ kind: 'upsert', row: shortHash(id, 24), value }]);
    },

    /** The rule set that a workspace has now, by the workspace's ARM id in any casing. */
    async deployed(workspaceId: string): Promise<DeployedRuleSet | undefined> {
      const row = shortHash(normalizeId(workspaceId), 24);
      return (await store.get(DEPLOYED, row))?.value as DeployedRuleSet | undefined;
    },

    /** The rule sets that workspaces have now, one a workspace, in order of workspace id. */
    async listDeployed(): Promise<DeployedRuleSet[]> {
      const all: DeployedRuleSet[] = [];
      for await (const { value } of allRows(store, DEPLOYED)) all.push(value as DeployedRuleSet);
      return all.sort((a, b) => (a.workspaceId < b.workspaceId ? -1 : 1));
    },

    /** Keeps the last proposal of cost levers for a rule set. */
    async putLevers(report: LeverReport): Promise<void> {
      await store.write(LEVERS, [{ kind: 'upsert', row: report.ruleSetId, value: report }]);
    },

    /** The last proposal of cost levers for a rule set. */
    async levers(ruleSetId: string): Promise<LeverReport | undefined> {
      return (await store.get(LEVERS, ruleSetId))?.value as LeverReport | undefined;
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

export type RuleSets = ReturnType<typeof createRuleSets>;
