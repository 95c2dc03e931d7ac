import pMap from 'p-map';
import type { WaveMachine } from '../ledger/waves.ts';
import { isLegacyExtension } from '../model/agents.ts';
import type { Lock } from '../model/machine.ts';
import { blocked, type Outcome, skipped, waiting } from '../model/outcome.ts';
import type { ReasonCode } from '../model/reasons.ts';
import { isCurable, type Result, type TroubleCode } from '../model/trouble.ts';
import type { AssociationGateway } from '../rules/gateway.ts';
import type { HeardAgents } from '../verification/heartbeats.ts';
import { type Decision, later, type StageContext, type StageHandler } from '../waves/stage.ts';
import { outcomeOfTrouble } from '../waves/trouble-outcome.ts';
import type { MachineGateway } from './gateway.ts';
import { lookAtOperation, operationStarted } from './operation-step.ts';
import { removalObstacle } from './removal-obstacle.ts';

export interface UninstallDependencies {
  readonly machines: MachineGateway;
  readonly associations: AssociationGateway;
  readonly leases: { holder(machineId: string): Promise<string | undefined> };
  /** Last heartbeats per agent for machines of a wave. */
  heard(context: StageContext, machines: readonly WaveMachine[]): Promise<Map<string, HeardAgents>>;
  readonly concurrency: number;
}

/** Stage `uninstall`: removes legacy extensions, one at a time, each only after D7 was checked anew. */
export function createUninstall(dependencies: UninstallDependencies): StageHandler {
  return async (context, machines) => {
    // What many machines share is read once per step.
    const idle = machines.filter(({ record }) => record.operation === null);
    const heard = await dependencies.heard(context, idle);
    const locks = await readLocks(dependencies.machines, idle);
    return pMap(machines, (machine) => decide(dependencies, context, machine, heard, locks), {
      concurrency: dependencies.concurrency,
    });
  };
}

async function decide(
  { machines, associations, leases }: UninstallDependencies,
  context: StageContext,
  machine: WaveMachine,
  heard: Map<string, HeardAgents>,
  locksBySubscription: Map<string, Result<readonly Lock[]>>,
): Promise<Decision> {
  const { planned, record } = machine;
  const machineId = planned.id;
  const settle = (outcome: Outcome, patch = {}): Decision => ({
    machineId,
    step: { machineId, outcome, patch },
  });

  const looked = await lookAtOperation(context, machines, machine);
  if (looked !== 'unknown' && looked !== 'finished') return { machineId, step: looked };
  if (looked === 'finished' && record.legacyExtensions.length <= 1) {
    const removedAt = new Date(context.now()).toISOString();
    return settle({ status: 'done' }, { operation: null, legacyExtensions: [], removedAt });
  }

  const state = await machines.read(planned);
  if (!state.ok) return settle(outcomeOfTrouble(context, state.trouble));
  const legacy = state.value.extensions.filter(isLegacyExtension);
  const [first] = legacy;
  if (first === undefined) {
    const status = record.operation === null && looked === 'unknown' ? 'alreadyDone' : 'done';
    const removedAt = new Date(context.now()).toISOString();
    return settle({ status }, { operation: null, legacyExtensions: [], removedAt });
  }
  if (first.provisioningState === 'Deleting') {
    return {
      machineId,
      step: operationStarted(context, machineId, 'deleteExtension', first.name, {
        url: null,
        retryAfterMs: null,
      }),
    };
  }
  if (looked === 'finished') {
    // One of several is gone; the next look starts with a fresh check.
    return settle(waiting('operationInProgress', later(context, 0)), {
      operation: null,
      legacyExtensions: legacy.map(({ name }) => name),
    });
  }

  const existing = await associations.list(planned.resourceId);
  if (!existing.ok) return settle(outcomeOfTrouble(context, existing.trouble));
  const locks = locksBySubscription.get(subscriptionOf(planned.id));
  if (locks !== undefined && !locks.ok) return settle(outcomeOfTrouble(context, locks.trouble));
  const agents = heard.get(machineId);
  const obstacle = removalObstacle({
    planned,
    state: state.value,
    associatedRuleIds: new Set(existing.value.flatMap(({ ruleId }) => (ruleId === null ? [] : [ruleId]))),
    locks: locks?.value ?? [],
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

  return {
    machineId,
    intent: `delete legacy extension ${first.name} (${first.publisher}/${first.type} ${first.version ?? ''})`,
    before: { extensions: legacy },
    async act() {
      const started = await machines.deleteExtension(planned, first.name);
      if (!started.ok) return { machineId, outcome: outcomeOfTrouble(context, started.trouble) };
      const step = operationStarted(context, machineId, 'deleteExtension', first.name, started.value);
      return { ...step, patch: { ...step.patch, legacyExtensions: legacy.map(({ name }) => name) } };
    },
  };
}

function outcomeOfObstacle(context: StageContext, reason: ReasonCode): Outcome {
  if (reason === 'scomAttached') return skipped(reason);
  // A stale heartbeat, a stopped machine or a tag may pass; the deadline ends the wait.
  if (reason === 'noHeartbeat' || reason === 'heldTag' || isCurable(reason as TroubleCode)) {
    return waiting(reason, later(context, context.policy.pollSeconds));
  }
  return blocked(reason);
}

function isFresh(context: StageContext, lastSeen: string | null): boolean {
  if (lastSeen === null) return false;
  const age = context.now() - Date.parse(lastSeen);
  // Rows arrive late: a heartbeat is fresh while it is younger than the limit plus the lag of ingestion.
  return age <= (context.policy.heartbeatFreshSeconds + context.policy.ingestionLagSeconds) * 1000;
}

async function readLocks(gateway: MachineGateway, machines: readonly WaveMachine[]) {
  const subscriptions = [...new Set(machines.map(({ planned }) => subscriptionOf(planned.id)))];
  const locks = new Map<string, Result<readonly Lock[]>>();
  for (const subscription of subscriptions) locks.set(subscription, await gateway.locks(subscription));
  return locks;
}

function subscriptionOf(machineId: string): string {
  return machineId.split('/')[2] ?? '';
}
