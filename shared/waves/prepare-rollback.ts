import pMap from 'p-map';
import type { Ledger } from '../ledger/ledger.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import { blocked, type Outcome, skipped } from '../model/outcome.ts';
import { hasUndo } from '../model/rollback.ts';
import { UNDO_STAGES, type UndoStage } from '../model/stages.ts';
import { type MachineRecord, type Wave, waveBatches } from '../model/wave.ts';
import { readBatch, recordMachines, refreshSummary } from './batch-records.ts';
import { closeAborted } from './prepare.ts';

interface Dependencies {
  readonly ledger: Ledger;
  readonly concurrency: number;
  now(): number;
}

/**
 * Lays out a rollback: leases are taken again, machines of the rollback are to be looked at, and all others are
 * settled. Repeated after a kill it writes the same, for no stage starts before the record says that it is done.
 */
export async function prepareRollback({ ledger, concurrency, now }: Dependencies, wave: Wave): Promise<void> {
  const { rollback } = wave;
  if (rollback === undefined) throw new Error(`wave ${wave.id} has no rollback`);
  const chosen = rollback.machineIds === null ? null : new Set(rollback.machineIds);
  const at = new Date(now()).toISOString();
  for (const id of waveBatches(wave)) {
    const rows = await readBatch(ledger, wave.id, id);
    const prepared = await pMap(
      rows.machines.map((machine) => (wave.abort === null ? machine : closeAborted(machine))),
      async (machine): Promise<WaveMachine> => {
        const { record } = machine;
        if (chosen?.has(record.machineId) === false) return settledFor(machine, skipped('notSelected'));
        if (!hasUndo(record.undo)) return settledFor(forgotten(machine), skipped('nothingToUndo'));
        const holder = await ledger.leases.take(record.machineId, wave.id, at);
        if (holder === wave.id) return forgotten(machine);
        return settledFor(forgotten(machine), blocked('leaseTaken', `held by ${holder}`));
      },
      { concurrency },
    );
    await refreshSummary(ledger, await recordMachines(ledger, rows, prepared), at);
  }
  await ledger.waves.update(wave.id, (current) =>
    current.rollback === undefined || current.rollback.at !== rollback.at
      ? undefined
      : { ...current, rollback: { ...current.rollback, preparedAt: at } },
  );
}

/** Without what an earlier rollback came to, so that it is tried anew. */
function forgotten(machine: WaveMachine): WaveMachine {
  const { record } = machine;
  const kept: MachineRecord = {
    ...record,
    outcomes: without(record.outcomes),
    stageStarted: without(record.stageStarted),
    failures: without(record.failures),
  };
  return { ...machine, record: kept };
}

function without<T extends object>(values: T): T {
  return Object.fromEntries(
    Object.entries(values).filter(([stage]) => !UNDO_STAGES.includes(stage as UndoStage)),
  ) as T;
}

/** What an earlier rollback came to on a machine that this one does not concern stays. */
function settledFor(machine: WaveMachine, outcome: Outcome): WaveMachine {
  const outcomes = { ...machine.record.outcomes };
  for (const stage of UNDO_STAGES) outcomes[stage] ??= outcome;
  return { ...machine, record: { ...machine.record, outcomes } };
}
