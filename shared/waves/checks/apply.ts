import type { Check, CheckResult } from '../../model/checks.ts';
import type { Hold, Wave } from '../../model/wave.ts';

/** The hold that a check puts on a wave. */
export function checkHoldId(name: string): string {
  return `check-${name}`;
}

/**
 * A wave after its checks were asked while it works: it is held by each enforced check that fails, and a hold goes
 * where its check passes again and may resume the wave. What could not be told holds nothing that is under way; the
 * gate asks again. Returns the same wave where nothing changed but the time. Pure.
 */
export function applyChecks(
  wave: Wave,
  checks: readonly Check[],
  results: readonly CheckResult[],
  at: string,
): Wave {
  let holds = wave.holds;
  for (const { name, result, message, enforced } of results) {
    const id = checkHoldId(name);
    const held = holds.some((hold) => hold.id === id);
    const mayResume = checks.find((check) => check.name === name)?.resumes === true;
    if (result === 'fail' && enforced && !held && !isOverruled(wave, name)) {
      const hold: Hold = { id, kind: 'check', reason: `${name}: ${message}`, since: at, by: `check ${name}` };
      holds = [...holds, hold];
    } else if (result === 'pass' && held && mayResume) {
      holds = holds.filter((hold) => hold.id !== id);
    }
  }
  const known = merged(wave.checks ?? [], results);
  // What was overruled and has passed since holds again when it fails the next time.
  const overruled = wave.overruled?.filter(
    (name) => !results.some((one) => one.name === name && one.result === 'pass'),
  );
  const resumed = wave.holds.length > 0 && holds.length === 0;
  const told = known.some((one, i) => !isSame(one, wave.checks?.[i]));
  if (holds === wave.holds && !told) return wave;
  return {
    ...{ ...wave, holds, checks: known },
    ...(overruled === undefined ? {} : { overruled }),
    ...(resumed ? { resumedAt: at } : {}),
  };
}

/** Somebody resumed the wave over this check: it is told, and holds no more until it has passed. */
function isOverruled({ overruled = [] }: Wave, name: string): boolean {
  return overruled.includes(name);
}

/** Results by name, the newest of each, in the order in which they first came. */
export function merged(
  before: readonly CheckResult[],
  results: readonly CheckResult[],
): readonly CheckResult[] {
  const byName = new Map(before.map((one) => [one.name, one]));
  for (const one of results) byName.set(one.name, one);
  return [...byName.values()];
}

function isSame(a: CheckResult, b: CheckResult | undefined): boolean {
  return a.name === b?.name && a.result === b.result && a.message === b.message;
}
