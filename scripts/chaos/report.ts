import { INVARIANTS } from './invariants/all.ts';
import { ENDS, type RunResult } from './run.ts';

export interface Summary {
  readonly runs: number;
  readonly done: number;
  readonly machines: number;
  readonly wallSeconds: number;
  readonly requests: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly invariants: Readonly<Record<string, { readonly checked: number; readonly violated: number }>>;
  readonly violated: readonly Pick<RunResult, 'seed' | 'violations'>[];
}

/** Adds the runs up. */
export function summarize(
  results: readonly RunResult[],
  { runs, machines, wallSeconds }: Pick<Summary, 'runs' | 'machines' | 'wallSeconds'>,
): Summary {
  const faults: Record<string, number> = {};
  for (const result of results)
    for (const [name, times] of Object.entries(result.faults)) faults[name] = (faults[name] ?? 0) + times;
  const invariants = [...Object.keys(INVARIANTS), ENDS].map((name) => {
    // A run that did not end leaves nothing to judge.
    const checked = results.filter(({ ended }) => ended || name === ENDS).length;
    const violated = results.filter(({ violations }) => name in violations).length;
    return [name, { checked, violated }] as const;
  });
  return {
    ...{ runs, machines, wallSeconds, done: results.length },
    requests: results.reduce((sum, { requests }) => sum + requests, 0),
    faults: Object.fromEntries(Object.entries(faults).sort(([a], [b]) => (a < b ? -1 : 1))),
    invariants: Object.fromEntries(invariants),
    violated: results
      .filter(({ violations }) => Object.keys(violations).length > 0)
      .map(({ seed, violations }) => ({ seed, violations })),
  };
}

/** Violations of one invariant in one run that are shown; the rest is counted. */
const SHOWN = 3;

export function printSummary(summary: Summary): void {
  const lines: string[] = [''];
  const line = (name: string, ...numbers: (string | number)[]) =>
    lines.push(`${name.padEnd(40)}${numbers.map((n) => String(n).padStart(10)).join('')}`);
  line('fault', 'injected');
  for (const [name, times] of Object.entries(summary.faults)) line(name, times);
  lines.push('');
  line('invariant', 'checked', 'violated');
  for (const [name, { checked, violated }] of Object.entries(summary.invariants))
    line(name, checked, violated);
  lines.push('');
  for (const { seed, violations } of summary.violated) {
    lines.push(
      `seed ${seed}; again: npm run chaos -- --seed ${seed} --runs 1 --machines ${summary.machines}`,
    );
    for (const [name, found] of Object.entries(violations)) {
      lines.push(`  ${name}:`, ...found.slice(0, SHOWN).map((text) => `    ${text}`));
      if (found.length > SHOWN) lines.push(`    ... and ${found.length - SHOWN} more`);
    }
  }
  const { done, runs, machines, requests, wallSeconds } = summary;
  lines.push(
    `${done} of ${runs} runs of ${machines} machines, ${requests} requests, ${wallSeconds} s; ${summary.violated.length} runs with violations.`,
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}
