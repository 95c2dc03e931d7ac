import { z } from 'zod';
import type { NpmAnswer } from './npm.ts';

const Report = z.object({
  metadata: z.object({ vulnerabilities: z.record(z.string(), z.number()) }),
  vulnerabilities: z.record(
    z.string(),
    z.object({ severity: z.string(), range: z.string(), fixAvailable: z.unknown() }),
  ),
});

/** What `npm audit --json` said: 0 clean, 1 advisories, 2 not known. No answer is never taken for a clean one. */
export function judged({ stdout, stderr }: Pick<NpmAnswer, 'stdout' | 'stderr'>): {
  readonly status: 0 | 1 | 2;
  readonly text: string;
} {
  const report = Report.safeParse(parsed(stdout));
  if (!report.success) {
    const why = (stderr.split('\n').find((line) => /audit|error/i.test(line)) ?? 'npm gave no report').trim();
    return {
      status: 2,
      text: `Not known: the registry offers no advisories (${why}). This is no clean audit; ask another registry before a release.`,
    };
  }
  const { vulnerabilities } = report.data;
  const names = Object.keys(vulnerabilities).sort();
  if (names.length === 0) return { status: 0, text: 'No advisories against what the app needs at run time.' };
  const lines = names.map((name) => {
    const { severity, range, fixAvailable } = vulnerabilities[name] ?? { severity: '', range: '' };
    return `${severity.padEnd(9)} ${name} ${range}${fixAvailable ? ' (a fix is available)' : ''}`;
  });
  return { status: 1, text: [`Advisories against ${names.length} packages:`, ...lines].join('\n') };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
