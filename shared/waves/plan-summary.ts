import type { BlockedMachine, Pilot, ReasonCount } from '../model/plan.ts';
import type { PlanRequest } from '../model/plan-request.ts';
import { type PlanWarning, planWarning } from '../model/plan-warnings.ts';
import { REASONS, type ReasonCode } from '../model/reasons.ts';
import type { LostTable } from './lost-tables.ts';
import { unusedWaveNumbers } from './wave-settings.ts';

/** How many machines each reason blocks, the most frequent first. */
export function reasonCounts(blocked: readonly BlockedMachine[]): ReasonCount[] {
  const counts = new Map<ReasonCode, number>();
  for (const { reasons } of blocked) {
    for (const code of new Set(reasons.map((reason) => reason.code))) {
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([code, machines]) => ({ code, text: REASONS[code].text, needs: REASONS[code].needs, machines }));
}

/** What a person should know before starting the first wave. */
export function planWarnings(
  { waveSettings, policy }: Pick<PlanRequest, 'waveSettings' | 'policy'>,
  made: {
    readonly counts: { readonly machines: number; readonly notSelected: number };
    readonly waves: readonly unknown[];
    readonly pilot: Pilot | null;
    readonly notCovered: readonly LostTable[];
    readonly metricsBehindProxy: number;
    readonly endless: boolean;
    /** Names of freezes that are over already. */
    readonly freezesOver: readonly string[];
    /** A wave for which the inventory will be too old, in a sentence. */
    readonly lateWave: string | undefined;
    /** Deadlines that cannot be kept, in sentences. */
    readonly tooShort: readonly string[];
  },
): PlanWarning[] {
  const { counts, waves, pilot, notCovered, metricsBehindProxy, endless, freezesOver, lateWave, tooShort } =
    made;
  const warnings: PlanWarning[] = [];
  if (waves.length === 0) {
    // Ids asked for count as machines, whether the inventory knows them or not.
    if (counts.machines === 0) warnings.push(planWarning('emptyScope'));
    else if (counts.notSelected === counts.machines) warnings.push(planWarning('emptySelection'));
    else warnings.push(planWarning('nothingReady'));
  }
  if (pilot !== null && pilot.uncoveredCount > 0) {
    const detail = `${pilot.combinations - pilot.uncoveredCount} of ${pilot.combinations} are covered`;
    warnings.push(planWarning('pilotIncomplete', { count: pilot.uncoveredCount, detail }));
  }
  if (notCovered.length > 0) {
    const shown = notCovered
      .slice(0, 20)
      .map(({ table, workspaceId, machines }) => `${table} in ${workspaceId} (${machines} machines)`);
    warnings.push(planWarning('tablesNotCovered', { count: notCovered.length, detail: shown.join(', ') }));
  }
  if (metricsBehindProxy > 0) {
    warnings.push(planWarning('metricsBehindProxy', { count: metricsBehindProxy }));
  }
  if (policy.verification.proof === 'presence') warnings.push(planWarning('presenceOnly'));
  const unused = unusedWaveNumbers(waveSettings, waves.length);
  if (unused.length > 0) {
    const detail = `${unused.slice(0, 20).join(', ')}; the plan has ${waves.length} waves`;
    warnings.push(planWarning('settingsUnused', { count: unused.length, detail }));
  }
  if (endless) warnings.push(planWarning('windowsTooShort'));
  if (freezesOver.length > 0) {
    warnings.push(
      planWarning('freezesOver', { count: freezesOver.length, detail: freezesOver.slice(0, 20).join(', ') }),
    );
  }
  if (lateWave !== undefined) warnings.push(planWarning('promotionTooLate', { detail: lateWave }));
  if (tooShort.length > 0) {
    const detail = tooShort.join('; ');
    warnings.push(planWarning('deadlinesTooShort', { count: tooShort.length, detail }));
  }
  return warnings;
}
