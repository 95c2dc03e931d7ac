import { ok, type Result, type Trouble } from '../../model/trouble.ts';
import type { RuleSet } from '../convert/convert.ts';
import type { RuleGateway } from './gateway.ts';
import { observe } from './observe.ts';
import { isForceable, type Step, type TableStep } from './step.ts';
import { whatIf } from './what-if.ts';
import { writeEndpoint, writeRule, writeTable } from './write.ts';

export interface DeployDependencies {
  readonly rules: RuleGateway;
  /** Keeps what is about to be written, and by whom, before it is. */
  record(intent: DeployIntent): Promise<void>;
}

export interface DeployIntent {
  readonly ruleSetId: string;
  readonly by: string;
  readonly step: Step;
  /** What the write replaces: the resource as it is, or null. */
  readonly before: unknown;
}

export interface Deployment {
  /** `refused`: conflicts, nothing was written. `stopped`: at the first trouble; the same call again goes on. */
  readonly status: 'deployed' | 'refused' | 'stopped';
  /** What was found and meant, in order. */
  readonly steps: readonly Step[];
  /** Written in this run and read back. */
  readonly deployed: readonly Step[];
  readonly failed: { readonly step: Step; readonly trouble: Trouble } | null;
  /** Left to write, without the failed one. */
  readonly remaining: readonly Step[];
}

/**
 * Brings a rule set into Azure: endpoints, tables, rules, each only where needed. Never sleeps; a run that was
 * killed or stopped is repeated, and finds what the one before did by looking. Trouble in looking is the result's.
 */
export async function deployRuleSet(
  { rules: gateway, record }: DeployDependencies,
  ruleSet: RuleSet,
  { force, by }: { readonly force: boolean; readonly by: string },
): Promise<Result<Deployment>> {
  const existing = await observe(gateway, ruleSet);
  if (!existing.ok) return existing;
  const steps = whatIf(ruleSet, existing.value);
  const refused = steps.filter((step) => step.action === 'conflict' && !(force && isForceable(step)));
  const due = steps.filter((step) => step.action !== 'unchanged' || isBeingMade(step));
  const deployed: Step[] = [];
  const result = (status: Deployment['status'], failed: Deployment['failed'] = null) => {
    const settled = new Set([...deployed, failed?.step]);
    const remaining = due.filter((step) => !settled.has(step));
    return ok({ status, steps, deployed, failed, remaining });
  };
  if (refused.length > 0) return result('refused');

  const found = new Map<string, unknown>(existing.value.rules.map((rule) => [rule.id, rule]));
  let pending: Deployment['failed'] = null;
  for (const step of due) {
    // Tables are made side by side, and rules may name them only then.
    if (pending !== null && step.kind === 'rule') break;
    if (step.action !== 'unchanged')
      await record({ ruleSetId: ruleSet.id, by, step, before: found.get(step.id) ?? null });
    const written = await write(gateway, ruleSet, step);
    if (!written.ok) return result('stopped', { step, trouble: written.trouble });
    if (written.value === 'ready') deployed.push(step);
    else pending ??= { step, trouble: written.value };
  }
  return pending === null ? result('deployed') : result('stopped', pending);
}

async function write(gateway: RuleGateway, ruleSet: RuleSet, step: Step): Promise<Result<'ready' | Trouble>> {
  if (step.kind === 'table') return writeTable(gateway, step);
  const written =
    step.kind === 'endpoint'
      ? await writeEndpoint(gateway, step)
      : await writeRule(gateway, step, ruleSet.tables);
  return written.ok ? ok('ready') : written;
}

function isBeingMade(step: Step): step is TableStep {
  return step.kind === 'table' && step.inProgress;
}
