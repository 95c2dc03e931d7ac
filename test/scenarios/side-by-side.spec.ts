import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { SideBySideResult } from '../../scripts/bench/side-by-side.ts';

const BENCH = fileURLToPath(new URL('../../scripts/bench.ts', import.meta.url));

/** Of 100 machines two have an agent that is never heard, and on one the removal sticks. */
function run(approach: string, machines: number): SideBySideResult {
  const args = [BENCH, '--approach', approach, '--fleet', String(machines)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: 110_000,
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as SideBySideResult;
}

describe('the same estate', () => {
  it('is blinded where a script removes by name and looks at nothing', () => {
    const all = { removed: 198, blinded: 4, left: 2, explained: 0, unknown: 200, brokeOff: null };
    expect(run('removal script', 200)).toMatchObject(all);
  });

  it('is left half done where everything is sent at once', () => {
    const { throttled, brokeOff, removed, left, unknown } = run('Promise.all', 600);
    expect(throttled).toBeGreaterThan(0);
    expect(brokeOff).not.toBeNull();
    expect(removed + left).toBe(600);
    expect(left).toBeGreaterThan(6);
    expect(unknown).toBeGreaterThan(0);
  });

  it('is migrated by a wave but for machines in trouble, each with its reason', () => {
    const well = { removed: 194, blinded: 0, left: 6, explained: 6, unknown: 0, throttled: 0 };
    expect(run('wave', 200)).toMatchObject(well);
  });
});
