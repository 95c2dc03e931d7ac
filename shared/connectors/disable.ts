import type { Ledger } from '../ledger/ledger.ts';
import { blocked, type Outcome, skipped, waiting } from '../model/outcome.ts';
import { type Plan, policyOfWave } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { ConnectorSwitch } from '../model/stream-check.ts';
import { isTransient, type Trouble } from '../model/trouble.ts';
import type { ConnectorResult, Wave } from '../model/wave.ts';
import { openTime, windowAt } from '../waves/windows.ts';
import { judgeableAt } from './check-stream.ts';
import { describe, isOn } from './collection.ts';
import { type Carriers, type DependentsDependencies, dependentsOf } from './dependents.ts';
import type { Collection } from './gateway.ts';
import { keepCheck } from './keep-check.ts';
import { confirmSwitch, type SwitchDependencies, switchOff } from './switch-off.ts';

export type DisableDependencies = DependentsDependencies & SwitchDependencies;

type PlannedWorkspace = Plan['workspaces'][number];

interface Stage {
  readonly dependencies: DisableDependencies;
  readonly wave: Wave;
  readonly plan: Plan;
  readonly policy: Policy;
  readonly workspace: PlannedWorkspace;
  readonly readCarriers: () => Promise<Carriers>;
}

/** An outcome with the number of machines that still depend on the workspace. */
type Step = readonly [outcome: Outcome, dependents: number];

/**
 * Stage `disableConnector` for one workspace: sets legacy security-event collection to None once no machine
 * depends on it any more, or under a recorded override (D8), then waits until it can be judged whether Azure
 * Monitor Agent goes on to write.
 */
export async function disableConnector(
  dependencies: DisableDependencies,
  wave: Wave,
  plan: Plan,
  workspaceId: string,
  readCarriers: () => Promise<Carriers>,
): Promise<ConnectorResult> {
  const nowMs = dependencies.now();
  const policy = policyOfWave(plan, wave.index);
  const workspace = plan.workspaces.find(({ id }) => id === workspaceId);
  const known = wave.connectors.find((result) => result.workspaceId === workspaceId);
  const [outcome, dependents] =
    workspace === undefined
      ? [blocked('noWorkspace'), 0]
      : await look({ dependencies, wave, plan, policy, workspace, readCarriers });
  return {
    workspaceId,
    outcome: beforeDeadline(policy, known?.at, outcome, nowMs),
    dependents,
    at: known?.at ?? new Date(nowMs).toISOString(),
  };
}

async function look(stage: Stage): Promise<Step> {
  const { dependencies, wave, policy, workspace } = stage;
  if (!policy.connector.disable) return [skipped('connectorKept'), 0];
  const found = await dependencies.collections.read(workspace.resourceId);
  if (!found.ok) return [outcomeOf(stage, found.trouble), 0];
  const active = found.value.filter(isOn);
  const last = await dependencies.ledger.connectors.switchOf(workspace.id);
  if (last !== undefined && last.waveId === wave.id && (active.length === 0 || last.confirmedAt !== null))
    return [await afterSwitch(stage, last, active), last.dependents];
  if (active.length === 0) return [{ status: 'alreadyDone' }, 0];
  return decide(stage, active);
}

/** This wave switched it off before: confirm what a kill left open, then judge. */
async function afterSwitch(
  stage: Stage,
  last: ConnectorSwitch,
  active: readonly Collection[],
): Promise<Outcome> {
  const { dependencies, workspace } = stage;
  if (last.restoredAt !== null) return skipped('connectorChanged', `restored at ${last.restoredAt}`);
  if (active.length > 0) return skipped('connectorChanged', `is ${describe(active)} again`);
  const switched = last.confirmedAt === null ? await confirmSwitch(dependencies, last) : last;
  const kept = await keepCheck(dependencies, workspace.customerId, switched);
  if (!kept.ok) return outcomeOf(stage, kept.trouble);
  const { check } = kept.value;
  if (check === null) return waiting('streamSettling', judgeableAt(switched));
  if (check.result === 'fail') return blocked('streamLost', check.message);
  return { status: 'done', detail: check.message };
}

async function decide(stage: Stage, active: readonly Collection[]): Promise<Step> {
  const { dependencies, wave, plan, policy, workspace } = stage;
  const carriers = await stage.readCarriers();
  const verified = await dependencies.ledger.migrated.ids();
  const dependents = await dependentsOf(dependencies, workspace, { carriers, verified });
  if (!dependents.ok) return [outcomeOf(stage, dependents.trouble), 0];
  const impact = dependents.value.map(({ id }) => id);
  const count = impact.length;
  const { override } = policy.connector;
  // An override is for machines nobody will migrate; those a later wave of the plan brings are waited for.
  const still = await plannedLater(dependencies.ledger, plan, wave, new Set(impact));
  if (still > 0 || (count > 0 && override === undefined)) {
    const detail = `${count} machines still depend on it${still > 0 ? `, ${still} of them in later waves of this plan` : ''}`;
    return [skipped('workspaceInUse', detail), count];
  }
  if (wave.dryRun) return [skipped('dryRun', describe(active)), count];

  const window = windowAt(policy, dependencies.now(), policy.expectedSeconds.disableConnector * 1000);
  if (!window.open) {
    return [
      window.opensAt === null
        ? blocked('windowsOver')
        : waiting('outsideWindow', window.opensAt, window.detail),
      count,
    ];
  }
  const overridden = count > 0 ? override : undefined;
  const answer = await switchOff(dependencies, {
    workspace,
    active,
    impact,
    waveId: wave.id,
    by: overridden?.by ?? 'app',
    reason: overridden?.reason ?? null,
    ingestionLagSeconds: policy.ingestionLagSeconds,
    propagationSeconds: policy.connector.propagationSeconds,
    watchSeconds: policy.connector.watchSeconds,
  });
  if (!answer.ok) return [outcomeOf(stage, answer.trouble), count];
  const { value } = answer;
  if (value.status === 'done') {
    return [waiting('streamSettling', judgeableAt(value.switched)), count];
  }
  return [
    value.status === 'changed' ? lookAgain(stage, value.detail) : blocked('connectorFailed', value.detail),
    count,
  ];
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

/** What somebody else set a moment ago may still be changing: the next look decides on what is there then. */
function lookAgain({ dependencies, policy }: Stage, detail: string): Outcome {
  const until = new Date(dependencies.now() + policy.pollSeconds * 1000).toISOString();
  return waiting('connectorChanged', until, detail);
}

function outcomeOf({ dependencies, policy }: Stage, trouble: Trouble): Outcome {
  if (!isTransient(trouble.code)) return blocked('connectorFailed', trouble.message);
  const waitMs = Math.max(policy.pollSeconds * 1000, trouble.retryAfterMs ?? 0);
  return waiting(trouble.code, new Date(dependencies.now() + waitMs).toISOString(), trouble.message);
}

/** A workspace that does not answer must not hold the wave for ever; waiting on purpose is no trouble. */
function beforeDeadline(policy: Policy, first: string | undefined, outcome: Outcome, nowMs: number): Outcome {
  if (outcome.status !== 'waiting' || first === undefined) return outcome;
  if (outcome.reason === 'outsideWindow' || outcome.reason === 'streamSettling') return outcome;
  const elapsed = openTime(policy, Date.parse(first), nowMs) / 1000;
  return elapsed < policy.waitDeadlineSeconds ? outcome : blocked('connectorFailed', outcome.detail);
}
