import pMap from 'p-map';
import type { WaveMachine } from '../ledger/waves.ts';
import { isLegacyExtension } from '../model/agents.ts';
import type { Extension, Lock } from '../model/machine.ts';
import { blocked, type Outcome, skipped, waiting } from '../model/outcome.ts';
import type { ReasonCode } from '../model/reasons.ts';
import { isCurable, type Result } from '../model/trouble.ts';
import type { Verdict } from '../model/verdict.ts';
import type { AssociationGateway } from '../rules/gateway.ts';
import { type HeardAgents, isFresh } from '../verification/heartbeats.ts';
import {
  type Decision,
  later,
  type StageContext,
  type StageHandler,
  type StageStep,
} from '../waves/stage.ts';
import { outcomeOfTrouble } from '../waves/trouble-outcome.ts';
import type { MachineGateway, MachineState } from './gateway.ts';
import { followOperation, lookAtOperation, operationStarted } from './operation-step.ts';
import { removalObstacle } from './removal-obstacle.ts';

export interface UninstallDependencies {
  readonly machines: MachineGateway;
  readonly associations: AssociationGateway;
  readonly leases: { holder(machineId: string): Promise<string | undefined> };
  /** Last heartbeats per agent for machines of a wave. */
  heard(context: StageContext, machines: readonly WaveMachine[]): Promise<Map<string, HeardAgents>>;
  /** Judges data of the last `verdictMaxAgeSeconds` for machines whose verdict has grown old. */
  readonly judgeAgain: StageHandler;
  readonly concurrency: number;
}

/** What many machines share: read once for all of them that a delete is considered for. */
interface Shared {
  readonly heard: Map<string, HeardAgents>;
  readonly locks: Map<string, Result<readonly Lock[]>>;
}

/** Stage `uninstall`: removes legacy extensions, one at a time, each only after D7 was checked anew. */
export function createUninstall(dependencies: UninstallDependencies): StageHandler {
  const { machines: gateway, concurrency } = dependencies;
  return async (context, machines) => {
    const looked = await pMap(machines, (machine) => observe(gateway, context, machine), { concurrency });
    const candidates = looked.flatMap((found) => ('legacy' in found ? [found] : []));
    const settled = looked.flatMap((found) => ('legacy' in found ? [] : [found]));
    const { fresh, unproven } = await renewVerdicts(dependencies, context, candidates);
    if (fresh.length === 0) return [...settled, ...unproven];
    const shared: Shared = {
      heard: await dependencies.heard(
        context,
        fresh.map(({ machine }) => machine),
      ),
      locks: await readLocks(gateway, fresh),
    };
    const decided = await pMap(fresh, (candidate) => decide(dependencies, context, candidate, shared), {
      concurrency,
    });
    return [...settled, ...unproven, ...decided];
  };
}

/** A verdict counts for some time only: a hold or a wait may lie between it and the delete. */
async function renewVerdicts(
  { judgeAgain }: UninstallDependencies,
  context: StageContext,
  candidates: readonly Candidate[],
): Promise<{ fresh: Candidate[]; unproven: Decision[] }> {
  const old = context.dryRun
    ? []
    : candidates.filter(({ machine }) => isOld(context, machine.record.verdict));
  const fresh = candidates.filter((candidate) => !old.includes(candidate));
  const unproven: Decision[] = [];
  if (old.length === 0) return { fresh, unproven };
  const decisions = await judgeAgain(
    context,
    old.map(({ machine }) => machine),
  );
  for (const decision of decisions) {
    const candidate = old.find(({ machine }) => machine.planned.id === decision.machineId);
    const verdict = 'step' in decision ? decision.step.patch?.verdict : undefined;
    if (candidate !== undefined && verdict?.result === 'pass') {
      const { machine } = candidate;
      fresh.push({ ...candidate, machine: { ...machine, record: { ...machine.record, verdict } } });
    } else unproven.push(decision);
  }
  return { fresh, unproven };
}

/** Only a passing verdict can grow old; any other stands in the way by itself. */
function isOld(context: StageContext, verdict: Verdict | null): boolean {
  if (verdict?.result !== 'pass') return false;
  const until = Math.max(...verdict.evidence.map((evidence) => Date.parse(evidence.until)));
  return context.now() - until > context.policy.verdictMaxAgeSeconds * 1000;
}

/** A machine on which a legacy extension is there and nothing is under way. */
interface Candidate {
  readonly machine: WaveMachine;
  readonly state: MachineState;
  readonly legacy: readonly [Extension, ...Extension[]];
}

async function observe(
  gateway: MachineGateway,
  context: StageContext,
  machine: WaveMachine,
): Promise<Decision | Candidate> {
  const { planned, record } = machine;
  const machineId = planned.id;
  const looked = await lookAtOperation(context, gateway, machine);
  if (looked !== 'unknown' && looked !== 'finished') return { machineId, step: looked };
  if (looked === 'finished' && record.legacyExtensions.length <= 1) return gone(context, machineId, 'done');

  const state = await gateway.read(planned);
  if (!state.ok) return { machineId, step: { machineId, outcome: outcomeOfTrouble(context, state.trouble) } };
  const [first, ...rest] = state.value.extensions.filter(isLegacyExtension);
  if (first === undefined)
    return gone(context, machineId, record.operation === null ? 'alreadyDone' : 'done');
  if (first.provisioningState === 'Deleting') {
    return { machineId, step: followOperation(context, machine, 'deleteExtension', first.name) };
  }
  return { machine, state: state.value, legacy: [first, ...rest] };
}

function gone(context: StageContext, machineId: string, status: 'done' | 'alreadyDone'): Decision {
  const removedAt = new Date(context.now()).toISOString();
  const patch = { operation: null, legacyExtensions: [], removedAt };
  return { machineId, step: { machineId, outcome: { status }, patch } };
}

async function decide(
  { machines, associations, leases }: UninstallDependencies,
  context: StageContext,
  { machine, state, legacy }: Candidate,
  { heard, locks: locksBySubscription }: Shared,
): Promise<Decision> {
  const { planned, record } = machine;
  const machineId = planned.id;
  const settle = (outcome: Outcome): Decision => ({
    machineId,
    step: { machineId, outcome, patch: { operation: null } },
  });

  const agents = heard.get(machineId);
  if (agents?.trouble != null) {
    const { message, retryAfterMs } = agents.trouble;
    return settle(waiting('queryFailed', later(context, context.policy.pollSeconds, retryAfterMs), message));
  }
  const existing = await associations.list(planned.resourceId);
  if (!existing.ok) return settle(outcomeOfTrouble(context, existing.trouble));
  const locks = locksBySubscription.get(subscriptionOf(machineId));
  if (locks === undefined) throw new Error(`locks of ${subscriptionOf(machineId)} were not read`);
  if (!locks.ok) return settle(outcomeOfTrouble(context, locks.trouble));

  const obstacle = removalObstacle({
    planned,
    state,
    associatedRuleIds: new Set(existing.value.flatMap(({ ruleId }) => (ruleId === null ? [] : [ruleId]))),
    locks: locks.value,
    verdict: record.verdict,
    amaHeartbeatFresh: isFresh(context, agents?.ama ?? null),
    scomHeard: agents?.scom != null,
    leaseHolder: await leases.holder(machineId),
    waveId: context.waveId,
    removalApproved: context.removalApproved,
    policy: context.policy,
    dryRun: context.dryRun,
  });
  if (obstacle !== undefined) return settle(outcomeOfObstacle(context, obstacle));

  const [first] = legacy;
  return {
    machineId,
    intent: `delete legacy extension ${first.name} (${first.publisher}/${first.type} ${first.version ?? ''})`,
    before: { extensions: legacy },
    change: { kind: 'deleteExtension', extension: first.name },
    async act(): Promise<StageStep> {
      const started = await machines.deleteExtension(planned, first.name);
      if (!started.ok) {
        return { machineId, outcome: outcomeOfTrouble(context, started.trouble), patch: { operation: null } };
      }
      const step = operationStarted(context, machineId, 'deleteExtension', first.name, started.value);
      return { ...step, patch: { ...step.patch, legacyExtensions: legacy.map(({ name }) => name) } };
    },
  };
}

function outcomeOfObstacle(context: StageContext, reason: ReasonCode): Outcome {
  if (reason === 'scomAttached') return skipped(reason);
  // A stale heartbeat, a stopped machine or a tag may pass; the deadline ends the wait.
  if (reason === 'noHeartbeat' || reason === 'heldTag' || isCurable(reason)) {
    return waiting(reason, later(context, context.policy.waitPollSeconds));
  }
  return blocked(reason);
}

async function readLocks(gateway: MachineGateway, candidates: readonly Candidate[]) {
  const subscriptions = [...new Set(candidates.map(({ machine }) => subscriptionOf(machine.planned.id)))];
  const locks = new Map<string, Result<readonly Lock[]>>();
  for (const subscription of subscriptions) locks.set(subscription, await gateway.locks(subscription));
  return locks;
}

function subscriptionOf(machineId: string): string {
  return machineId.split('/')[2] ?? '';
}
