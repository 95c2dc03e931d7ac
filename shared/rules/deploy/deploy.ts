import pMap from 'p-map';
import { ok, type Result, type Trouble } from '../../model/trouble.ts';
import type { RuleSet } from '../convert/convert.ts';
import type { RuleGateway } from './gateway.ts';
import { changedMeanwhile } from './meanwhile.ts';
import { observe } from './observe.ts';
import { isForceable, type Step, type TableStep } from './step.ts';
import { findById } from './targets.ts';
import { whatIf } from './what-if.ts';
import { writeEndpoint, writeRule, writeTable } from './write.ts';

/**
 * When a call starts no more writes. The load balancer of Azure Functions cuts an HTTP answer at 230 seconds,
 * whatever the function's own limit (learn.microsoft.com/azure/azure-functions/functions-scale, "Function app
 * time-out duration"); what was started has the rest of that time to end.
 */
export const WRITE_BUDGET_MS = 100_000;
/** Time for writes after a look that was slow, for else every call would look, write nothing and be repeated. */
export const LEAST_WRITE_MS = 30_000;
/** Tables that are asked for side by side: each is a long operation of its own. */
const CONCURRENT_TABLES = 4;

export interface DeployDependencies {
  readonly rules: RuleGateway;
  /** Keeps what is about to be written, and by whom, before it is. */
  record(intent: DeployIntent): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface DeployIntent {
  readonly ruleSetId: string;
  readonly by: string;
  readonly step: Step;
  /** What the write replaces: the resource as it is, or null. */
  readonly before: unknown;
}

export interface Deployment {
  /**
   * `refused`: conflicts; what is in conflict was not written, and nothing else unless one arose meanwhile.
   * `stopped`: at the first trouble, or because the time of one call is over; the same call again goes on.
   */
  readonly status: 'deployed' | 'refused' | 'stopped';
  /** What was found and meant, in order. */
  readonly steps: readonly Step[];
  /** Written in this run and read back. */
  readonly deployed: readonly Step[];
  /** Where it stopped; null as well when the time was over. */
  readonly failed: { readonly step: Step; readonly trouble: Trouble } | null;
  /** Left to write, without the failed one. */
  readonly remaining: readonly Step[];
}

/** How the writing of one step went: `late` and `conflict` wrote nothing. */
type Written =
  | { readonly step: Step; readonly how: 'ready' | 'late' }
  | { readonly step: Step; readonly how: 'conflict' | 'pending' | 'trouble'; readonly trouble: Trouble };

/**
 * Brings a rule set into Azure: endpoints, tables, rules, each only where needed. Never sleeps; a run that was
 * killed or stopped is repeated, and finds what the one before did by looking. Trouble in looking is the result's.
 */
export async function deployRuleSet(
  dependencies: DeployDependencies,
  ruleSet: RuleSet,
  { force, by }: { readonly force: boolean; readonly by: string },
): Promise<Result<Deployment>> {
  const { rules: gateway, record, now } = dependencies;
  const begun = now();
  const existing = await observe(gateway, ruleSet);
  if (!existing.ok) return existing;
  const end = Math.max(begun + WRITE_BUDGET_MS, now() + LEAST_WRITE_MS);
  const steps = whatIf(ruleSet, existing.value);
  const refused = steps.filter((step) => step.action === 'conflict' && !(force && isForceable(step)));
  const due = steps.filter((step) => step.action !== 'unchanged' || isBeingMade(step));
  if (refused.length > 0) return ok({ status: 'refused', steps, deployed: [], failed: null, remaining: due });

  // Side by side with a table that met trouble no further one is started.
  let halted = false;
  const perform = async (step: Step): Promise<Written> => {
    if (halted || now() >= end) return { step, how: 'late' };
    const before = findById(existing.value.rules, step.id);
    if (step.kind === 'rule') {
      const changed = await changedMeanwhile(gateway, step, before);
      if (!changed.ok) return { step, how: 'trouble', trouble: changed.trouble };
      if (changed.value !== undefined) return conflict(changed.value);
    }
    if (step.action !== 'unchanged')
      await record({ ruleSetId: ruleSet.id, by, step, before: before ?? null });
    const written = await write(gateway, ruleSet, step);
    halted ||= written.how === 'trouble';
    return written;
  };
  const done: Written[] = [];
  // Rules may name endpoints and tables only once they are there, so each kind waits for the one before.
  for (const kind of ['endpoint', 'table', 'rule'] as const) {
    const own = due.filter((step) => step.kind === kind);
    if (kind === 'table') done.push(...(await pMap(own, perform, { concurrency: CONCURRENT_TABLES })));
    else await inTurn(own, perform, done);
    if (done.some(({ how }) => how !== 'ready')) break;
  }
  return ok(deploymentOf(steps, due, done));
}

/** One after the other, up to the first that did not succeed. */
async function inTurn(
  steps: readonly Step[],
  perform: (step: Step) => Promise<Written>,
  done: Written[],
): Promise<void> {
  for (const step of steps) {
    const written = await perform(step);
    done.push(written);
    if (written.how !== 'ready') return;
  }
}

function deploymentOf(steps: readonly Step[], due: readonly Step[], done: readonly Written[]): Deployment {
  const deployed = done.filter(({ how }) => how === 'ready').map(({ step }) => step);
  // Trouble first: a table that is still being made only needs time.
  const failed =
    done.find(({ how }) => how === 'conflict') ??
    done.find(({ how }) => how === 'trouble') ??
    done.find(({ how }) => how === 'pending');
  const settled = new Set([...deployed, failed?.step].map((step) => step?.id));
  const remaining = due.filter(({ id }) => !settled.has(id));
  if (failed === undefined || !('trouble' in failed))
    return {
      status: remaining.length === 0 ? 'deployed' : 'stopped',
      steps,
      deployed,
      failed: null,
      remaining,
    };
  const { step, how, trouble } = failed;
  const status = how === 'conflict' ? 'refused' : 'stopped';
  return { status, steps, deployed, failed: { step, trouble }, remaining };
}

async function write(gateway: RuleGateway, ruleSet: RuleSet, step: Step): Promise<Written> {
  // Nothing is ever written to a rule of others; its conflict has refused the deployment before.
  if (step.kind === 'reused') return conflict(step);
  if (step.kind === 'table') {
    const table = await writeTable(gateway, step);
    if (!table.ok) return { step, how: 'trouble', trouble: table.trouble };
    return table.value === 'ready' ? { step, how: 'ready' } : { step, how: 'pending', trouble: table.value };
  }
  const written =
    step.kind === 'endpoint'
      ? await writeEndpoint(gateway, step)
      : await writeRule(gateway, step, ruleSet.tables);
  return written.ok ? { step, how: 'ready' } : { step, how: 'trouble', trouble: written.trouble };
}

function conflict(step: Step): Written {
  return { step, how: 'conflict', trouble: { code: 'requestRefused', message: step.why ?? '' } };
}

function isBeingMade(step: Step): step is TableStep {
  return step.kind === 'table' && step.inProgress;
}
