import type { Ledger } from '../../ledger/ledger.ts';
import { type Check, type CheckPoint, type CheckResult, isAskedAt } from '../../model/checks.ts';
import { isSettled } from '../../model/outcome.ts';
import type { Plan } from '../../model/plan.ts';
import type { Policy } from '../../model/policy.ts';
import { type BatchSummary, type Wave, waveBatches } from '../../model/wave.ts';
import type { LogsGateway } from '../../verification/gateway.ts';
import { readHeartbeats } from '../../verification/heartbeats.ts';
import { GROUP_BATCHES } from '../../verification/parity/groups.ts';
import { askHttp, askQuery, type HttpCheckGateway } from './ask.ts';
import { judgeHeartbeats, judgeInstallFailures, judgeTimeInStage, judgeVerdicts } from './judge-counts.ts';

export interface CheckDependencies {
  readonly ledger: Ledger;
  readonly logs: LogsGateway;
  readonly http: HttpCheckGateway;
  now(): number;
}

/** Asks every check of a wave that is due at a point. None keeps another from being asked. */
export async function runChecks(
  dependencies: CheckDependencies,
  wave: Wave,
  plan: Plan,
  policy: Policy,
  point: CheckPoint,
): Promise<CheckResult[]> {
  const asked = policy.checks.filter((check) => isAskedAt(check, point));
  if (asked.length === 0) return [];
  const summaries = await dependencies.ledger.waves.summaries(wave.id);
  const results: CheckResult[] = [];
  for (const check of asked) {
    const { result, message } = await runCheck(dependencies, { wave, plan, policy, summaries }, check);
    const { name, kind, enforce: enforced } = check;
    const at = new Date(dependencies.now()).toISOString();
    results.push({ name, kind, result, message, at, enforced });
  }
  return results;
}

interface Subject {
  readonly wave: Wave;
  readonly plan: Plan;
  readonly policy: Policy;
  readonly summaries: readonly BatchSummary[];
}

async function runCheck(
  dependencies: CheckDependencies,
  subject: Subject,
  check: Check,
): Promise<Pick<CheckResult, 'result' | 'message'>> {
  const { logs, http, now } = dependencies;
  switch (check.kind) {
    case 'installFailures':
      return judgeInstallFailures(check, subject.summaries);
    case 'verdicts':
      return judgeVerdicts(check, subject.summaries);
    case 'timeInStage':
      return judgeTimeInStage(check, subject.summaries, now());
    case 'heartbeats': {
      const heard = await countHeard(dependencies, subject);
      return typeof heard === 'string' ? { result: 'error', message: heard } : judgeHeartbeats(check, heard);
    }
    case 'query': {
      const found = subject.plan.workspaces.find(({ id }) => id === check.workspaceId);
      return askQuery(logs, found?.customerId, check, now());
    }
    case 'http':
      return askHttp(http, check);
  }
}

/**
 * Machines with associated rules, those of them that were heard lately, and whether more will have rules; a text
 * where it cannot be told.
 */
async function countHeard(
  { ledger, logs, now }: CheckDependencies,
  { wave, plan, policy }: Subject,
): Promise<{ heard: number; expected: number; more: boolean } | string> {
  const context = {
    workspaces: new Map(plan.workspaces.map((workspace) => [workspace.id, workspace])),
    now,
  };
  const freshMs = (policy.heartbeatFreshSeconds + policy.ingestionLagSeconds) * 1000;
  const isDue = (associatedAt: string) => now() - Date.parse(associatedAt) > freshMs;
  const ids = waveBatches(wave);
  let [heard, expected, more] = [0, 0, false];
  for (let i = 0; i < ids.length; i += GROUP_BATCHES) {
    const batches = await Promise.all(
      ids.slice(i, i + GROUP_BATCHES).map((id) => ledger.waves.batch(wave.id, id)),
    );
    const all = batches.flat();
    const machines = all.filter(
      ({ record: { associatedAt } }) => associatedAt !== null && isDue(associatedAt),
    );
    more ||= all.some(({ record: { associatedAt, outcomes } }) =>
      associatedAt === null ? !isSettled(outcomes.associate) : !isDue(associatedAt),
    );
    if (machines.length === 0) continue;
    const found = await readHeartbeats(logs, context, machines, freshMs / 1000);
    for (const { planned } of machines) {
      const agents = found.get(planned.id);
      if (agents?.trouble != null) return `Heartbeats could not be read: ${agents.trouble.message}`;
      expected += 1;
      if (agents?.ama != null) heard += 1;
    }
  }
  return { heard, expected, more };
}
