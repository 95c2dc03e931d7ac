import pMap from 'p-map';
import type { Ledger } from '../ledger/ledger.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import { blocked, isSettled, skipped } from '../model/outcome.ts';
import type { Plan, PlannedMachine } from '../model/plan.ts';
import { STAGES } from '../model/stages.ts';
import { batchId, type MachineRecord, type Wave, type WaveCell, waveBatches } from '../model/wave.ts';
import { readBatch, recordMachines, refreshSummary } from './batch-records.ts';
import { batchSizeOf, countBySubscription } from './batch-size.ts';
import { membersOf } from './membership.ts';

interface Dependencies {
  readonly ledger: Ledger;
  readonly concurrency: number;
  now(): number;
}

/**
 * Lays out a wave: leases, batches per cell, one record a machine. Deterministic, so a repeated run
 * writes the same rows; the cells are written last and say that all of it is there.
 */
export async function prepareWave(
  { ledger, concurrency, now }: Dependencies,
  wave: Wave,
  plan: Plan,
): Promise<void> {
  const machines = await membersOf(ledger, plan, wave);
  const at = new Date(now()).toISOString();
  const cells: WaveCell[] = [];
  const inSubscription = countBySubscription(machines.map(({ cell }) => ({ cell, machines: 1 })));
  for (const [cellIndex, members] of groupByCell(machines).entries()) {
    const [{ cell, kind } = { cell: '', kind: 'azureVm' as const }] = members;
    const batchSize = batchSizeOf(plan.policy, inSubscription(cell));
    const batches = Math.ceil(members.length / batchSize);
    for (let n = 0; n < batches; n += 1) {
      const id = batchId(cellIndex, n);
      const part = members.slice(n * batchSize, (n + 1) * batchSize);
      // A batch that is laid out may have moved on already: it is left as it is.
      if ((await ledger.waves.summary(wave.id, id)) !== undefined) continue;
      const batch = await pMap(part, (planned) => newMachine(ledger, wave, id, planned, at), { concurrency });
      await ledger.waves.createBatch(wave.id, id, batch);
      await refreshSummary(ledger, await readBatch(ledger, wave.id, id), at);
    }
    cells.push({ cell, kind, batches, machines: members.length, batchSize });
  }
  await ledger.waves.update(wave.id, (current) =>
    current.cells.length > 0 ? undefined : { ...current, cells },
  );
}

async function newMachine(
  ledger: Ledger,
  wave: Wave,
  id: string,
  planned: PlannedMachine,
  at: string,
): Promise<WaveMachine> {
  const holder = wave.dryRun ? wave.id : await ledger.leases.take(planned.id, wave.id, at);
  const record: MachineRecord = {
    waveId: wave.id,
    batchId: id,
    machineId: planned.id,
    outcomes: holder === wave.id ? {} : { install: blocked('leaseTaken', `held by ${holder}`) },
    stageStarted: {},
    failures: {},
    operation: null,
    associatedAt: null,
    removedAt: null,
    verdict: null,
    legacyExtensions: [],
  };
  return { planned, record };
}

/** Groups of one cell and one kind, in a fixed order. */
function groupByCell(machines: readonly PlannedMachine[]): PlannedMachine[][] {
  const groups = new Map<string, PlannedMachine[]>();
  for (const machine of machines) {
    const key = `${machine.cell}|${machine.kind}`;
    const members = groups.get(key) ?? [];
    members.push(machine);
    groups.set(key, members);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, members]) => members);
}

/**
 * Ends a wave or its rollback: what never started is recorded so, leases go back, the record is closed. False
 * when a rollback was asked for meanwhile: the wave has not ended then.
 */
export async function finishWave({ ledger, concurrency, now }: Dependencies, wave: Wave): Promise<boolean> {
  const at = new Date(now()).toISOString();
  for (const id of waveBatches(wave)) {
    const rows = await readBatch(ledger, wave.id, id);
    const { machines } = rows;
    if (wave.abort !== null)
      await refreshSummary(ledger, await recordMachines(ledger, rows, machines.map(closeAborted)), at);
    if (!wave.dryRun)
      await pMap(machines, ({ planned }) => ledger.leases.release(planned.id, wave.id), { concurrency });
  }
  const ended = await ledger.waves.update(wave.id, (current) => {
    if (current.rollback?.at !== wave.rollback?.at) return undefined;
    const { rollback } = current;
    return {
      ...current,
      step: 'finished',
      finishedAt: current.finishedAt ?? at,
      ...(rollback === undefined ? {} : { rollback: { ...rollback, finishedAt: rollback.finishedAt ?? at } }),
    };
  });
  return ended?.step === 'finished';
}

/** What an abort kept from starting, in the records. */
export function closeAborted(machine: WaveMachine): WaveMachine {
  const outcomes = { ...machine.record.outcomes };
  for (const stage of STAGES) {
    if (stage !== 'disableConnector' && !isSettled(outcomes[stage])) outcomes[stage] = skipped('aborted');
  }
  return { ...machine, record: { ...machine.record, outcomes } };
}
