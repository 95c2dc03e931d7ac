import pMap from 'p-map';
import type { Ledger } from '../ledger/ledger.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import { blocked } from '../model/outcome.ts';
import { SEGMENTS, STAGES, type Stage } from '../model/stages.ts';
import { isRollingBack, type MachineRecord, type Wave, waveBatches } from '../model/wave.ts';
import { readBatch, recordMachines, refreshSummary } from './batch-records.ts';
import { type By, type ControlResult, changed, refuse, refuseRollback, unchanged } from './control.ts';

export interface RetryRequest {
  readonly machineIds: readonly string[] | null;
  readonly reason: string;
  /** Places in `machineIds` of machines that the wave does not have. */
  readonly unknown?: readonly number[];
}

/**
 * Asks for another try of machines that failed, were blocked or wait. A wave that has ended is opened again; in one
 * that runs they are tried once the batches under way have ended. `open` is how many there are. Pure.
 */
export function requestRetry(
  wave: Wave,
  open: number,
  { machineIds, reason, unknown = [] }: RetryRequest,
  { by, at }: By,
): ControlResult {
  const rolling = refuseRollback(wave);
  if (rolling !== undefined) return rolling;
  if (wave.dryRun)
    return refuse('dryRunWave', 'A dry run changes nothing, so there is nothing to try again.');
  if (wave.abort !== null || wave.rollback !== undefined)
    return refuse('waveAborted', 'The wave was aborted or rolled back; make a new plan for its machines.');
  if (wave.retry?.preparedAt === null) {
    const same = JSON.stringify(wave.retry.machineIds) === JSON.stringify(machineIds);
    if (same) return unchanged(wave);
    return refuse('nothingToRetry', 'Another retry waits for the batches under way; ask again after it.');
  }
  if (unknown.length > 0)
    return refuse(
      'machineNotInWave',
      `${unknown.length} of ${machineIds?.length ?? 0} machines are not in this wave; nothing was changed.`,
      unknown.slice(0, 20).map((i) => ({ path: `machineIds[${i}]`, message: 'is not in this wave' })),
    );
  if (open === 0) return refuse('nothingToRetry', 'None of these machines has failed, is blocked or waits.');
  const retry = { by, at, reason, machineIds, from: wave.step, preparedAt: null, machines: null };
  if (wave.step !== 'finished') return changed({ ...wave, retry });
  return changed({ ...wave, retry, step: 'deploy', finishedAt: null, resumedAt: at });
}

/** The first stage at which a machine did not succeed; undefined where there is nothing to try again. */
export function retryStage({ outcomes }: MachineRecord): Stage | undefined {
  return STAGES.find((stage) => {
    const status = outcomes[stage]?.status;
    return status === 'failed' || status === 'blocked' || status === 'waiting';
  });
}

interface Dependencies {
  readonly ledger: Ledger;
  readonly concurrency: number;
  now(): number;
}

/**
 * Resets the records of the machines that are tried again, takes their leases, and sends the wave back to the step
 * they need. Called while no batch works. Repeated after a kill it finds what is reset already.
 */
export async function prepareRetry({ ledger, concurrency, now }: Dependencies, wave: Wave): Promise<void> {
  const { retry } = wave;
  if (retry === undefined) throw new Error(`wave ${wave.id} has no retry`);
  const chosen = retry.machineIds === null ? null : new Set(retry.machineIds);
  const at = new Date(now()).toISOString();
  let machines = 0;
  let deploys = false;
  for (const id of waveBatches(wave)) {
    const rows = await readBatch(ledger, wave.id, id);
    const prepared = await pMap(
      rows.machines,
      async (machine): Promise<WaveMachine> => {
        const { record } = machine;
        const stage = retryStage(record);
        if (stage === undefined || chosen?.has(record.machineId) === false) return machine;
        machines += 1;
        deploys ||= (SEGMENTS.deploy as readonly Stage[]).includes(stage);
        const holder = await ledger.leases.take(record.machineId, wave.id, at);
        if (holder === wave.id) return { ...machine, record: resetFrom(record, stage) };
        const outcomes = { ...record.outcomes, [stage]: blocked('leaseTaken', `held by ${holder}`) };
        return { ...machine, record: { ...record, outcomes } };
      },
      { concurrency },
    );
    const reset = prepared.filter((machine, i) => machine !== rows.machines[i]);
    await refreshSummary(ledger, await recordMachines(ledger, rows, reset), at);
  }
  await ledger.waves.update(wave.id, (current) =>
    isRollingBack(current) || current.retry?.at !== retry.at
      ? undefined
      : reopened({ ...current, retry: { ...retry, preparedAt: at, machines } }, deploys),
  );
}

/**
 * Machines that are verified anew need the gate to be judged, and its approval to be given, anew. Those that only
 * wait for their removal go on under the approval there is.
 */
function reopened(wave: Wave, deploys: boolean): Wave {
  const connectors = wave.connectors.filter(({ outcome }) => isGood(outcome.status));
  if (deploys) {
    const approvals = wave.approvals.filter(({ gate }) => gate !== 'removal');
    return { ...wave, connectors, step: 'deploy', soakUntil: null, gates: [], approvals };
  }
  return { ...wave, connectors, step: wave.retry?.from === 'finished' ? 'remove' : wave.step };
}

function isGood(status: string): boolean {
  return status === 'done' || status === 'alreadyDone' || status === 'skipped';
}

/** A record as it was before it came to a stage; what was done before, and what undoing it takes, stays. */
function resetFrom(record: MachineRecord, stage: Stage): MachineRecord {
  const later = new Set<string>(STAGES.slice((STAGES as readonly Stage[]).indexOf(stage)));
  const kept = <T extends object>(values: T): T =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !later.has(name))) as T;
  return {
    ...record,
    outcomes: kept(record.outcomes),
    stageStarted: kept(record.stageStarted),
    failures: kept(record.failures),
    // An operation that Azure still works on is found by observing.
    operation: null,
    verdict: later.has('verify') ? null : record.verdict,
  };
}

/** How many machines of a wave a retry would try again, and which of those asked for the wave does not have. */
export async function findRetryable(
  ledger: Ledger,
  wave: Wave,
  machineIds: readonly string[] | null,
): Promise<{ open: number; unknown: readonly string[] }> {
  const missing = new Set(machineIds);
  let open = 0;
  for (const id of waveBatches(wave)) {
    for (const { record } of await ledger.waves.batch(wave.id, id)) {
      const chosen = missing.delete(record.machineId) || machineIds === null;
      if (chosen && retryStage(record) !== undefined) open += 1;
    }
  }
  // Of a wave that is not laid out yet nobody can tell.
  return { open, unknown: wave.cells.length === 0 ? [] : [...missing] };
}
