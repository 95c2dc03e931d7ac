import pMap from 'p-map';
import type { Lock } from '../../model/machine.ts';
import type { Result } from '../../model/trouble.ts';
import { withStandingVerdict } from '../../verification/accept.ts';
import type { HeardAgents } from '../../verification/heartbeats.ts';
import type { StageHandler } from '../../waves/stage.ts';
import type { MachineGateway } from '../gateway.ts';
import { decide, decideStart, subscriptionOf } from './decide.ts';
import type { UninstallDependencies } from './dependencies.ts';
import { type Candidate, mayStart, observe } from './observe.ts';
import { renewVerdicts, withRenewed } from './renew-verdicts.ts';

/** What many machines share: read once for all of them that a removal is considered for. */
export interface Shared {
  readonly heard: Map<string, HeardAgents>;
  readonly locks: Map<string, Result<readonly Lock[]>>;
}

/**
 * Stage `uninstall`: removes legacy agents in every form, or takes them off workspaces, one step at a time, each
 * only after D7 was checked anew.
 */
export function createUninstall(dependencies: UninstallDependencies): StageHandler {
  const { machines: gateway, concurrency } = dependencies;
  return async (context, batch) => {
    const machines = batch.map((machine) => withStandingVerdict(context, machine));
    const looked = await pMap(machines, (machine) => observe(dependencies, context, machine), {
      concurrency,
    });
    const candidates = looked.flatMap((found) => ('state' in found ? [found] : []));
    const settled = looked.flatMap((found) => ('state' in found ? [] : [found]));
    // Of a VM that is off there is nothing to judge: its verdict is renewed once it runs.
    const asleep = candidates.filter(({ state }) => mayStart(context, state));
    const awake = candidates.filter((candidate) => !asleep.includes(candidate));
    const started = await pMap(asleep, (candidate) => decideStart(dependencies, context, candidate), {
      concurrency,
    });
    const { fresh, renewed, unproven } = await renewVerdicts(dependencies.judgeAgain, context, awake);
    if (fresh.length === 0) return [...settled, ...started, ...unproven];
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
    return [
      ...settled,
      ...started,
      ...unproven,
      ...decided.map((decision) => withRenewed(decision, renewed)),
    ];
  };
}

/** Locks by subscription. */
export async function readLocks(
  gateway: MachineGateway,
  candidates: readonly Pick<Candidate, 'machine'>[],
): Promise<Map<string, Result<readonly Lock[]>>> {
  const subscriptions = [...new Set(candidates.map(({ machine }) => subscriptionOf(machine.planned.id)))];
  const locks = new Map<string, Result<readonly Lock[]>>();
  for (const subscription of subscriptions) locks.set(subscription, await gateway.locks(subscription));
  return locks;
}
