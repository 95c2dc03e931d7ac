import { desiredSettings } from '../agents/ama-settings.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import type { Baseline, LeftBehind } from '../model/drift.ts';
import { outcomeReason } from '../model/outcome.ts';
import { type Plan, policyOfWave } from '../model/plan.ts';
import type { ReasonCode } from '../model/reasons.ts';
import { UNDO_STAGES } from '../model/stages.ts';
import { type MachineRecord, type Wave, waveBatches } from '../model/wave.ts';

interface Dependencies {
  readonly ledger: Ledger;
  plan(planId: string): Promise<Plan>;
}

/** Batches copied in one look: seconds of work. */
const BATCHES_A_LOOK = 100;

/** Where the copying goes on; undefined: every wave that ended is copied. */
export type BaselineCursor = { readonly waveId: string | null; readonly batch: number } | undefined;

/**
 * Copies what ended waves made of their machines, once a wave and once more after its rollback: what the drift check
 * compares with, kept beyond the wave's own retention. Waves in the order of their ends, so that the last one counts.
 */
export async function copyBaselines(
  dependencies: Dependencies,
  cursor: NonNullable<BaselineCursor>,
): Promise<BaselineCursor> {
  const { ledger } = dependencies;
  const wave = await nextWave(ledger, cursor.waveId);
  if (wave === undefined) return undefined;
  const from = wave.id === cursor.waveId ? cursor.batch : 0;
  const plan = await dependencies.plan(wave.planId);
  const batches = waveBatches(wave);
  const piece = batches.slice(from, from + BATCHES_A_LOOK);
  for (const batch of piece) {
    const machines = await ledger.waves.batch(wave.id, batch);
    await ledger.baselines.put(machines.flatMap((machine) => baselineOf(machine, wave, plan) ?? []));
    await ledger.baselines.putLeft(machines.flatMap((machine) => leftBehind(machine, wave, plan) ?? []));
    const undone = machines.filter(({ record }) => isUndone(record));
    await ledger.baselines.remove(
      undone.map(({ record }) => record.machineId),
      wave.id,
    );
  }
  if (from + piece.length < batches.length) return { waveId: wave.id, batch: from + piece.length };
  await ledger.baselines.take(wave.id, rolledBackAt(wave));
  return { waveId: null, batch: 0 };
}

async function nextWave(ledger: Ledger, begun: string | null): Promise<Wave | undefined> {
  const taken = await ledger.baselines.taken();
  const due = (await ledger.waves.list())
    .filter(
      (wave) =>
        wave.step === 'finished' &&
        !wave.dryRun &&
        wave.detailsPurgedAt === undefined &&
        (!taken.has(wave.id) || taken.get(wave.id) !== rolledBackAt(wave)),
    )
    .sort((a, b) => ((a.finishedAt ?? '') < (b.finishedAt ?? '') ? -1 : 1));
  return due.find(({ id }) => id === begun) ?? due[0];
}

function rolledBackAt({ rollback }: Wave): string | null {
  return rollback?.finishedAt ?? null;
}

/** What a machine was migrated to, if its data was proven. Pure. */
export function baselineOf(
  { planned, record }: WaveMachine,
  wave: Pick<Wave, 'id' | 'index' | 'finishedAt'>,
  plan: Pick<Plan, 'id' | 'repairs' | 'policy' | 'waves' | 'ruleSets'>,
): Baseline | undefined {
  const { verify, uninstall } = record.outcomes;
  if ((verify?.status !== 'done' && verify?.status !== 'alreadyDone') || isUndone(record)) return undefined;
  const { proxies } = policyOfWave(plan, wave.index);
  const { id: machineId, kind, os, region, vmId, userAssignedIdentityId, endpointId, proxyProfile } = planned;
  const settings = desiredSettings({
    ...{ kind, os, region, userAssignedIdentityId },
    proxy: proxyProfile === null ? undefined : proxies.profiles[proxyProfile],
  });
  const isGone = uninstall?.status === 'done' || uninstall?.status === 'alreadyDone';
  const stays = isGone && uninstall.detail !== undefined;
  const rules = new Map(
    planned.rules.map(({ ruleId, workspaceId }) => [
      `${ruleId}|${workspaceId}`,
      { ruleId, workspaceId } as const,
    ]),
  );
  const withSets = new Set(plan.ruleSets.map(({ workspaceId }) => workspaceId));
  return {
    ...{ machineId, kind, os, vmId, userAssignedIdentityId, endpointId },
    waveId: wave.id,
    // A wave that only put it right ran under the policy of this plan.
    planId: plan.repairs ?? plan.id,
    at: wave.finishedAt ?? '',
    settings: settings ?? null,
    rules: [...rules.values()],
    setWorkspaces: planned.legacyWorkspaces.filter((id) => withSets.has(id)),
    legacyWorkspaces: planned.legacyWorkspaces,
    removedAt: isGone && !stays ? record.removedAt : null,
  };
}

/** Reasons that only say that a machine could not be reached. */
export const UNREACHABLE: ReadonlySet<ReasonCode> = new Set([
  'notRunning',
  'arcDisconnected',
  'guestAgentNotReady',
]);

/** A machine that its wave gave up because it was not to be reached. */
export function leftBehind(
  { planned, record }: WaveMachine,
  wave: Pick<Wave, 'id'>,
  plan: Pick<Plan, 'id' | 'repairs'>,
): LeftBehind | undefined {
  const reason = Object.values(record.outcomes)
    .flatMap((outcome) =>
      outcome.status === 'done' || outcome.status === 'alreadyDone' ? [] : (outcomeReason(outcome) ?? []),
    )
    .find((code) => UNREACHABLE.has(code));
  if (reason === undefined) return undefined;
  return { machineId: planned.id, waveId: wave.id, planId: plan.repairs ?? plan.id, reason };
}

function isUndone({ outcomes }: MachineRecord): boolean {
  return UNDO_STAGES.some((stage) => ['done', 'alreadyDone'].includes(outcomes[stage]?.status ?? ''));
}
