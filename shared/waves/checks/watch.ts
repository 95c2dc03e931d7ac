import { type Plan, policyOfWave } from '../../model/plan.ts';
import { type AuditEntry, isRollingBack, type Wave } from '../../model/wave.ts';
import { applyChecks } from './apply.ts';
import { type CheckDependencies, runChecks } from './run.ts';

/** Steps in which machines are worked on or soak. */
const WORKING: ReadonlySet<Wave['step']> = new Set(['deploy', 'gate', 'disableConnector', 'remove']);

/**
 * Asks the checks of a wave that works, holds it or lets it go on, and records what changed. True when the wave
 * should be woken.
 */
export async function watchWave(dependencies: CheckDependencies, wave: Wave, plan: Plan): Promise<boolean> {
  const policy = policyOfWave(plan, wave.index);
  if (!WORKING.has(wave.step) || wave.dryRun || wave.abort !== null || isRollingBack(wave)) return false;
  const results = await runChecks(dependencies, wave, plan, policy, 'working');
  if (results.length === 0) return false;
  const { ledger, now } = dependencies;
  const at = new Date(now()).toISOString();
  let before = wave;
  const after = await ledger.waves.update(wave.id, (current) => {
    before = current;
    if (!WORKING.has(current.step) || current.abort !== null || isRollingBack(current)) return undefined;
    const next = applyChecks(current, policy.checks, results, at);
    return next === current ? undefined : next;
  });
  if (after === undefined || after === before) return false;
  const changed = results.filter(
    (one) => before.checks?.find(({ name }) => name === one.name)?.result !== one.result,
  );
  const entries = changed.map(
    (one): AuditEntry => ({
      ...{ at, waveId: wave.id, machineId: null, stage: null, event: 'gate', by: `check ${one.name}` },
      message: `${one.result}${one.enforced ? '' : ' (not enforced)'}: ${one.message}`,
      data: one,
    }),
  );
  if (entries.length > 0) await ledger.audit.append('checks', entries);
  return after.holds.length !== before.holds.length;
}
