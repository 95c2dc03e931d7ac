import type { LogEntry, MachineSnapshot } from '../../rehearsal/estate/index.ts';
import { createLedger } from '../../shared/ledger/ledger.ts';
import type { WaveMachine } from '../../shared/ledger/waves.ts';
import { type BatchSummary, batchId, type Wave } from '../../shared/model/wave.ts';
import type { Journaled } from './stores.ts';
import type { World } from './world.ts';

/** One wave as the ledger has it. */
export interface WaveFacts {
  readonly wave: Wave;
  readonly batches: ReadonlyMap<string, readonly WaveMachine[]>;
  readonly summaries: readonly BatchSummary[];
}

/** All that a run left behind: what invariants are judged from. */
export interface Facts {
  readonly waves: readonly WaveFacts[];
  /** The audit trail in the order in which it was written. */
  readonly journal: readonly Journaled[];
  /** What Azure was asked, in order. */
  readonly requests: readonly LogEntry[];
  /** Every machine of the estate as it is now, by normalised id. */
  readonly machines: ReadonlyMap<string, MachineSnapshot>;
  readonly legacyExtensions: ReadonlySet<string>;
  readonly migrated: ReadonlySet<string>;
  /** Waves that hold a lease, one entry a lease. */
  readonly leases: readonly string[];
  /** Orchestrations that failed or have not ended. */
  readonly open: readonly { readonly id: string; readonly name: string; readonly status: string }[];
  readonly hostErrors: readonly string[];
}

export async function gatherFacts(world: World): Promise<Facts> {
  const { estate, store, journal, hostErrors, legacyExtensions } = world;
  const ledger = createLedger(store);
  const waves: WaveFacts[] = [];
  for (const wave of await ledger.waves.list()) {
    const batches = new Map<string, readonly WaveMachine[]>();
    for (const [cell, { batches: count }] of wave.cells.entries()) {
      for (let n = 0; n < count; n += 1) {
        const id = batchId(cell, n);
        batches.set(id, await ledger.waves.batch(wave.id, id));
      }
    }
    waves.push({ wave, batches, summaries: await ledger.waves.summaries(wave.id) });
  }
  const leases: string[] = [];
  await ledger.leases.releaseAll((waveId) => {
    leases.push(waveId);
    return false;
  });
  const machines = new Map<string, MachineSnapshot>();
  for (const id of estate.machineIds()) {
    const found = estate.snapshot(id);
    if (found !== undefined) machines.set(id.toLowerCase(), found);
  }
  const host = await world.host();
  return {
    ...{ waves, journal, machines, leases, hostErrors, legacyExtensions },
    requests: estate.requestLog.entries(),
    migrated: await ledger.migrated.ids(),
    open: host
      .instances()
      .filter(({ status }) => status !== 'Completed')
      .map(({ id, name, status }) => ({ id, name, status })),
  };
}
