import type { Check } from '../../model/checks.ts';
import type { PlanRequest } from '../../model/plan-request.ts';

/** Every check of a request with the path at which it stands. */
export function placedChecks({
  policy,
  waveSettings,
}: Pick<PlanRequest, 'policy' | 'waveSettings'>): { path: string; check: Check }[] {
  const placed = (checks: readonly Check[], path: string) =>
    checks.map((check, i) => ({ path: `${path}[${i}]`, check }));
  return [
    ...placed(policy.checks, 'policy.checks'),
    ...waveSettings.flatMap((line, i) =>
      placed(line.policy.checks ?? [], `waveSettings[${i}].policy.checks`),
    ),
  ];
}
