import { heartbeatsQuery } from '../inventory/queries/heartbeats.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { agentOfHeartbeat, isLegacyExtension } from '../model/agents.ts';
import { shortHash } from '../model/ids.ts';
import { blocked, type Outcome, skipped, waiting } from '../model/outcome.ts';
import { type Plan, policyOfWave } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import { isTransient, ok, type Result, type Trouble } from '../model/trouble.ts';
import type { AuditEntry, ConnectorResult, Wave } from '../model/wave.ts';
import type { LogsGateway } from '../verification/gateway.ts';
import { openTime, windowAt } from '../waves/windows.ts';
import type { Collection, CollectionGateway } from './gateway.ts';

export interface DisableDependencies {
  readonly ledger: Ledger;
  readonly collections: CollectionGateway;
  readonly logs: LogsGateway;
  now(): number;
}

/** A machine heard through the legacy agent within this time still reports. */
const REPORTING_WINDOW_MS = 24 * 3_600_000;

/**
 * Stage `disableConnector` for one workspace: sets legacy security-event collection to None once no
 * machine depends on it any more, or under a recorded override (D8). The value before is stored first.
 */
export async function disableConnector(
  dependencies: DisableDependencies,
  wave: Wave,
  plan: Plan,
  workspaceId: string,
): Promise<ConnectorResult> {
  const nowMs = dependencies.now();
  const at = new Date(nowMs).toISOString();
  const policy = policyOfWave(plan, wave.index);
  const result = (outcome: Outcome, dependents = 0): ConnectorResult => ({
    workspaceId,
    outcome: beforeDeadline(wave, policy, workspaceId, outcome, nowMs),
    dependents,
    at: wave.connectors.find((known) => known.workspaceId === workspaceId)?.at ?? at,
  });
  const workspace = plan.workspaces.find(({ id }) => id === workspaceId);
  if (workspace === undefined) return result(blocked('noWorkspace'));
  if (!policy.connector.disable) return result(skipped('connectorKept'));

  const found = await dependencies.collections.read(workspace.resourceId);
  if (!found.ok) return result(outcomeOf(policy, nowMs, found.trouble));
  const active = found.value.filter(({ tier }) => tier.toLowerCase() !== 'none');
  if (active.length === 0) return result({ status: 'alreadyDone' });

  const dependents = await dependentsOf(dependencies, plan, workspaceId, workspace.customerId);
  if (!dependents.ok) return result(outcomeOf(policy, nowMs, dependents.trouble));
  const impact = dependents.value;
  const { override } = policy.connector;
  // An override is for machines nobody will migrate; those a later wave of the plan brings are waited for.
  const still = await plannedLater(dependencies.ledger, plan, wave, new Set(impact));
  if (still > 0 || (impact.length > 0 && override === undefined)) {
    const detail = `${impact.length} machines still depend on it${still > 0 ? `, ${still} of them in later waves of this plan` : ''}`;
    return result(skipped('workspaceInUse', detail), impact.length);
  }
  if (wave.dryRun) return result(skipped('dryRun', describe(active)), impact.length);

  const window = windowAt(policy.windows, dependencies.now());
  if (!window.open) {
    const closed =
      window.opensAt === null ? blocked('windowsOver') : waiting('outsideWindow', window.opensAt);
    return result(closed, impact.length);
  }
  await recordIntent(dependencies.ledger, wave, workspaceId, { at, active, impact, override });
  for (const collection of active) {
    await dependencies.ledger.connectors.remember({
      ...collection,
      workspaceId,
      storedAt: at,
      waveId: wave.id,
    });
    const written = await dependencies.collections.write(workspace.resourceId, switchedOff(collection));
    if (!written.ok) return result(outcomeOf(policy, nowMs, written.trouble), impact.length);
  }
  return confirm(dependencies, policy, workspace.resourceId, (outcome) => result(outcome, impact.length));
}

/** The switch counts only when it can be read back. */
async function confirm(
  { collections, now }: DisableDependencies,
  policy: Policy,
  resourceId: string,
  result: (outcome: Outcome) => ConnectorResult,
): Promise<ConnectorResult> {
  const after = await collections.read(resourceId);
  if (!after.ok) return result(outcomeOf(policy, now(), after.trouble));
  const still = after.value.filter(({ tier }) => tier.toLowerCase() !== 'none');
  return result(still.length === 0 ? { status: 'done' } : blocked('connectorFailed', describe(still)));
}

function switchedOff(collection: Collection): Collection {
  return {
    ...collection,
    tier: 'None',
    properties: { ...collection.properties, tier: 'None', tierSetMethod: 'Custom' },
  };
}

/**
 * Machines that would lose legacy collection: those the inventory shows with a legacy agent on this
 * workspace, and those heard through one in the last day, less those already verified on AMA.
 */
async function dependentsOf(
  { ledger, logs, now }: DisableDependencies,
  plan: Plan,
  workspaceId: string,
  customerId: string,
): Promise<Result<string[]>> {
  const verified = await ledger.migrated.ids();
  const dependents = new Set<string>();
  for await (const machine of ledger.inventories.machines(plan.inventoryId)) {
    if (!machine.legacyWorkspaces.includes(workspaceId) || verified.has(machine.id)) continue;
    if (machine.extensions.some(isLegacyExtension)) dependents.add(machine.id);
  }
  const until = new Date(now()).toISOString();
  const since = new Date(now() - REPORTING_WINDOW_MS).toISOString();
  const window = { since, until };
  const parameters = { ...window, parts: '1', part: '0' };
  const heard = await logs.query(customerId, heartbeatsQuery, parameters, window);
  if (!heard.ok) return heard;
  for (const { ResourceId, Computer, Category } of heard.value) {
    const agent = agentOfHeartbeat(Category ?? '');
    if (agent !== 'legacy' && agent !== 'scom') continue;
    const id = ResourceId || Computer || 'unknown machine';
    if (!verified.has(id)) dependents.add(id);
  }
  return ok([...dependents].sort());
}

async function plannedLater(
  ledger: Ledger,
  plan: Plan,
  wave: Wave,
  dependents: ReadonlySet<string>,
): Promise<number> {
  let count = 0;
  for (const { index } of plan.waves) {
    if (index <= wave.index) continue;
    const machines = await ledger.plans.machines(plan.id, index);
    count += machines.filter(({ id }) => dependents.has(id)).length;
  }
  return count;
}

function outcomeOf(policy: Policy, nowMs: number, trouble: Trouble): Outcome {
  if (!isTransient(trouble.code)) return blocked('connectorFailed', trouble.message);
  const waitMs = Math.max(policy.pollSeconds * 1000, trouble.retryAfterMs ?? 0);
  return waiting(trouble.code, new Date(nowMs + waitMs).toISOString(), trouble.message);
}

/** A workspace that does not answer must not hold the wave for ever. */
function beforeDeadline(
  wave: Wave,
  policy: Policy,
  workspaceId: string,
  outcome: Outcome,
  nowMs: number,
): Outcome {
  const first = wave.connectors.find((known) => known.workspaceId === workspaceId)?.at;
  if (outcome.status !== 'waiting' || outcome.reason === 'outsideWindow' || first === undefined) {
    return outcome;
  }
  const elapsed = openTime(policy.windows, Date.parse(first), nowMs) / 1000;
  return elapsed < policy.waitDeadlineSeconds ? outcome : blocked('connectorFailed', outcome.detail);
}

function describe(collections: readonly Collection[]): string {
  return collections.map(({ kind, tier }) => `${kind} tier ${tier}`).join(', ');
}

async function recordIntent(
  ledger: Ledger,
  wave: Wave,
  workspaceId: string,
  {
    at,
    active,
    impact,
    override,
  }: {
    at: string;
    active: readonly Collection[];
    impact: readonly string[];
    override: { by: string; reason: string } | undefined;
  },
): Promise<void> {
  const entry: AuditEntry = {
    at,
    waveId: wave.id,
    machineId: null,
    stage: 'disableConnector',
    event: 'connector',
    message: `switch off legacy security events of ${workspaceId}: ${describe(active)}${override === undefined || impact.length === 0 ? '' : `, overridden for ${impact.length} machines: ${override.reason}`}`,
    by: impact.length > 0 ? (override?.by ?? 'app') : 'app',
    data: { before: active, dependents: impact },
  };
  await ledger.audit.append(`connector|${shortHash(workspaceId)}`, [entry]);
}
