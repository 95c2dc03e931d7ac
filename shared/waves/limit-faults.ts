import type { Fault } from '../model/faults.ts';
import type { PlanRequest } from '../model/plan-request.ts';
import type { Policy } from '../model/policy.ts';
import { FIRST_LOOK_SECONDS } from '../model/verdict.ts';
import { placedChecks } from './checks/placed.ts';

type Request = Pick<PlanRequest, 'policy' | 'waveSettings'>;

/** Limits that rule each other out, with the path: a plan with them would do something else than it says. */
export function limitFaults(request: Request): Fault[] {
  return [...quorumFaults(request), ...timeFaults(request)];
}

/** A quorum for gates that nobody is asked about: several persons would be thought to approve, and none does. */
function quorumFaults({ policy, waveSettings }: Request): Fault[] {
  const lines = waveSettings.map((line) => line.policy.approvals ?? {});
  // Lines can meet in one wave, so one that asks somebody may be meant for the quorum of another.
  if (lines.some(({ start, removal }) => start === true || removal === true)) return [];
  const fault = (path: string, quorum: number): Fault => ({
    path: `${path}.approvals.quorum`,
    message: `is ${quorum}, and neither approvals.start nor approvals.removal is true, so nobody would be asked`,
  });
  const { start, removal, quorum } = policy.approvals;
  const faults = quorum > 1 && !start && !removal ? [fault('policy', quorum)] : [];
  lines.forEach((line, i) => {
    const asks = (line.start ?? start) || (line.removal ?? removal);
    if (!asks && (line.quorum ?? 1) > 1) faults.push(fault(`waveSettings[${i}].policy`, line.quorum ?? 1));
  });
  return faults;
}

/** A time in a stage that no machine can keep: the check would hold every wave. */
function timeFaults(request: Request): Fault[] {
  const least = leastSeconds(request.policy);
  return placedChecks(request).flatMap(({ path, check }) => {
    if (check.kind !== 'timeInStage' || !check.enforce) return [];
    const needed = least[check.stage] ?? 0;
    if (check.maxSeconds >= needed) return [];
    const message = `is ${check.maxSeconds}, and ${check.stage} takes ${needed} seconds at least, so every machine would fail it`;
    return [{ path: `${path}.maxSeconds`, message }];
  });
}

/** What stages take at least by the policy itself: until the data of the first comparison has come in. */
function leastSeconds({ verification, ingestionLagSeconds }: Policy): Readonly<Record<string, number>> {
  if (verification.proof === 'presence') return {};
  const first = FIRST_LOOK_SECONDS + ingestionLagSeconds;
  return { verify: verification.settleSeconds + first, confirm: first };
}

/** Deadlines that end before what they wait for can be there, as sentences; a plan may have them to try something. */
export function shortDeadlines({ policy }: Pick<Request, 'policy'>, hasScaleSets: boolean): string[] {
  const { verifyDeadlineSeconds, operationDeadlineSeconds, expectedSeconds, scaleSets } = policy;
  const { verify = 0 } = leastSeconds(policy);
  const short: string[] = [];
  if (verifyDeadlineSeconds < verify)
    short.push(
      `policy.verifyDeadlineSeconds is ${verifyDeadlineSeconds}, and data is judged after ${verify} at the earliest`,
    );
  for (const stage of ['install', 'uninstall'] as const) {
    if (operationDeadlineSeconds >= expectedSeconds[stage]) continue;
    short.push(
      `policy.operationDeadlineSeconds is ${operationDeadlineSeconds}, and policy.expectedSeconds.${stage} ${expectedSeconds[stage]}`,
    );
  }
  if (hasScaleSets && scaleSets.upgradeDeadlineSeconds < expectedSeconds.scaleSet)
    short.push(
      `policy.scaleSets.upgradeDeadlineSeconds is ${scaleSets.upgradeDeadlineSeconds}, and policy.expectedSeconds.scaleSet ${expectedSeconds.scaleSet}`,
    );
  return short;
}
