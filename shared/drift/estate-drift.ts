import { describe, isOn } from '../connectors/collection.ts';
import type { CollectionGateway } from '../connectors/gateway.ts';
import { reinstallPaths } from '../connectors/reinstall-paths.ts';
import { solutionAdvice } from '../inventory/solutions.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { DriftFinding, DriftRun, DriftStep } from '../model/drift.ts';
import type { EstateFinding } from '../model/findings.ts';
import type { Workspace } from '../model/machine.ts';
import type { AgentPolicyGateway } from '../policies/gateway.ts';
import type { RuleGateway } from '../rules/deploy/gateway.ts';
import { previewRuleSet } from '../rules/deploy/observe.ts';
import type { FreshFinding } from './machine-drift.ts';
import { sumTotals } from './plausible.ts';
import { policyDrift } from './policy-drift.ts';
import { goneRules, ruleDrift } from './rule-drift.ts';

export interface EstateDependencies {
  readonly ledger: Ledger;
  readonly rules: RuleGateway;
  readonly collections: Pick<CollectionGateway, 'read'>;
  readonly agentPolicies: Pick<AgentPolicyGateway, 'assignments'>;
}

type EstateStep = Extract<DriftStep, { phase: 'estate' }>;

/** Rule sets or workspaces looked at in one look: each takes some calls. */
const A_LOOK = 10;

/** Looks at a piece of what is no machine, and says where to go on. Trouble of one place is a finding, not the end. */
export async function checkEstate(
  dependencies: EstateDependencies,
  run: DriftRun,
  step: EstateStep,
  known: (finding: FreshFinding) => DriftFinding,
): Promise<DriftStep> {
  const { ledger } = dependencies;
  const add = (findings: readonly FreshFinding[]) => ledger.drift.addFindings(run.id, findings.map(known));
  switch (step.part) {
    case 'ruleSets': {
      const deployed = await ledger.ruleSets.listDeployed();
      for (const { ruleSetId } of deployed.slice(step.index, step.index + A_LOOK))
        await add(await ofRuleSet(dependencies, ruleSetId));
      return next(step, deployed.length, 'connectors');
    }
    case 'connectors': {
      const workspaces = await ledger.inventories.readPart<Workspace>(run.inventoryId, 'workspaces');
      for (const workspace of workspaces.slice(step.index, step.index + A_LOOK))
        await add(await ofConnector(dependencies, workspace));
      return next(step, workspaces.length, 'policies');
    }
    case 'policies': {
      const wishes = await ledger.agentPolicies.all();
      for (const wish of wishes.slice(step.index, step.index + A_LOOK))
        await add(await policyDrift(dependencies, wish, run.inventoryId));
      return next(step, wishes.length, 'paths');
    }
    case 'paths': {
      const findings = await ledger.inventories.readPart<EstateFinding>(run.inventoryId, 'findings');
      await add(ofPaths(findings, await ledger.migrated.ids()));
      const workspaces = await ledger.inventories.readPart<Workspace>(run.inventoryId, 'workspaces');
      await add(leftovers(findings, workspaces));
      await add(await ofGoneRules(ledger, run.id));
      return { phase: 'judge' };
    }
  }
}

function next(step: EstateStep, total: number, then: EstateStep['part']): EstateStep {
  const index = step.index + A_LOOK;
  return index < total ? { ...step, index } : { phase: 'estate', part: then, index: 0 };
}

async function ofRuleSet({ ledger, rules }: EstateDependencies, ruleSetId: string): Promise<FreshFinding[]> {
  const stored = await ledger.ruleSets.get(ruleSetId);
  if (stored === undefined) return [];
  const preview = await previewRuleSet(rules, stored.ruleSet);
  if (preview.ok) return ruleDrift(ruleSetId, preview.value);
  const { resourceId } = stored.workspace;
  return [unread('workspace', resourceId, `rules of ${ruleSetId}: ${preview.trouble.message}`)];
}

/** Only what this app switched off and nobody restored through it counts as switched on again. */
async function ofConnector(
  { ledger, collections }: EstateDependencies,
  { id, resourceId }: Workspace,
): Promise<FreshFinding[]> {
  const switched = await ledger.connectors.switchOf(id);
  if (switched === undefined || switched.confirmedAt === null || switched.restoredAt !== null) return [];
  const found = await collections.read(resourceId);
  if (!found.ok) return [unread('workspace', id, `legacy collection: ${found.trouble.message}`)];
  const active = found.value.filter(isOn);
  if (active.length === 0) return [];
  const detail = `${describe(active)}; switched off ${switched.confirmedAt} by ${switched.by}`;
  return [{ code: 'connectorOn', subject: { kind: 'workspace', id }, detail, remedy: 'disableConnector' }];
}

/** Ways that install where migrated machines are; of a management group it is not known, so it counts. Pure. */
export function ofPaths(findings: readonly EstateFinding[], migrated: ReadonlySet<string>): FreshFinding[] {
  if (migrated.size === 0) return [];
  return reinstallPaths(findings, migrated)
    .filter(({ reinstalls }) => reinstalls !== false)
    .map(({ code, subject, detail, text, fix }) => {
      const isProvisioning = code === 'defenderAutoProvisioning';
      return {
        code: isProvisioning ? 'provisioningOn' : 'reinstallPath',
        subject,
        detail: detail ?? text,
        remedy: isProvisioning ? 'turnOffProvisioning' : null,
        ...(fix === undefined ? {} : { fix }),
      } as const;
    });
}

/** What the legacy agent leaves behind on workspaces; what could not be read is not taken for unused. Pure. */
export function leftovers(
  findings: readonly EstateFinding[],
  workspaces: readonly Workspace[],
): FreshFinding[] {
  const unused = findings
    .filter(({ code }) => code === 'workspaceUnused')
    .map(({ subject, detail }) => ({
      ...{ code: 'workspaceUnused' as const, subject, remedy: null },
      ...(detail === undefined ? {} : { detail }),
    }));
  const solutions = workspaces.flatMap(({ id, use, solutions: products }): FreshFinding[] => {
    if (use === null || use.agents.legacy > 0 || use.legacyMachines > 0) return [];
    const left = products.filter((product) => solutionAdvice(product)?.dependsOnLegacyAgent === true);
    if (left.length === 0) return [];
    const subject = { kind: 'workspace', id } as const;
    return [{ code: 'solutionUnused', subject, detail: left.join(', '), remedy: null }];
  });
  return [...unused, ...solutions];
}

async function ofGoneRules(ledger: Ledger, runId: string): Promise<FreshFinding[]> {
  const { goneRules: gone } = sumTotals(await ledger.drift.totals(runId));
  const told = new Set<string>();
  for await (const { code, subject } of ledger.drift.findings(runId))
    if (code === 'ruleMissing') told.add(subject.id);
  return goneRules(gone, told);
}

function unread(kind: 'workspace', id: string, detail: string): FreshFinding {
  return { code: 'notRead', subject: { kind, id: id.toLowerCase() }, detail, remedy: null };
}
