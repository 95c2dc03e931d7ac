import { createLedger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../../shared/ledger/store.ts';
import type { WaveMachine } from '../../../shared/ledger/waves.ts';
import type { MachineRecord } from '../../../shared/model/wave.ts';
import { batchId } from '../../../shared/model/wave.ts';
import { summarizeBatch } from '../../../shared/waves/batch-summary.ts';
import { aMachine, anInventory, aPlan, aPlannedWave, at, aWave, aWaveMachine, CELL } from '../builders.ts';

export const LARGE_WAVE = 'large-wave';
const BATCH = 100;
const CELLS = 4;
/** What a machine may be called by whoever names it. */
export const HOSTILE = '<img src=x onerror=globalThis.hacked=1>"\'&amp;{{lock}}';

/** A ledger with an inventory and a wave of so many machines, written straight into its storage. */
export async function largeFleet(machines: number): Promise<Store> {
  const store = await openSqliteStore(':memory:');
  const ledger = createLedger(store);
  const { inventories, plans, waves } = ledger;
  await inventories.put(anInventory({ summary: summaryOf(machines) }));
  const perCell = machines / CELLS;
  const cells = Array.from({ length: CELLS }, (_, i) => `${CELL}${i}`);
  const plan = aPlan({ waves: [aPlannedWave(0, { machineCount: machines })] });
  await plans.put(plan, [], []);
  for (const [i, cell] of cells.entries()) {
    for (let n = 0; n < perCell / BATCH; n += 1) {
      const id = batchId(i, n);
      const batch = Array.from({ length: BATCH }, (_, m) => machineOf(i * perCell + n * BATCH + m, cell, id));
      await waves.putBatch(LARGE_WAVE, id, batch);
      await waves.putSummary(LARGE_WAVE, summarizeBatch(id, batch, at(4000)));
      await inventories.putMachines(
        'inventory-1',
        batch.map(({ planned }, m) =>
          aMachine({ name: nameOf(i * perCell + n * BATCH + m), resourceId: planned.resourceId }),
        ),
      );
    }
  }
  await waves.create(
    aWave({
      ...{ id: LARGE_WAVE, machineCount: machines, step: 'deploy' },
      cells: cells.map((cell) => ({
        ...{ cell, kind: 'azureVm', machines: perCell, batchSize: BATCH },
        batches: perCell / BATCH,
      })),
    }),
  );
  return store;
}

function nameOf(n: number): string {
  return n === 0 ? HOSTILE : `vm-${String(n).padStart(6, '0')}`;
}

/** One of a hundred is blocked, one of fifty waits, the rest is verified. */
function machineOf(n: number, cell: string, batch: string): WaveMachine {
  return aWaveMachine(
    nameOf(n),
    { cell, os: n % 3 === 0 ? 'linux' : 'windows' },
    {
      ...{ waveId: LARGE_WAVE, batchId: batch },
      ...stateOf(n),
    },
  );
}

function stateOf(n: number): Partial<MachineRecord> {
  const stageStarted = { install: at(n % 600), associate: at(600 + (n % 600)), verify: at(1200 + (n % 600)) };
  const before = { install: { status: 'done' }, associate: { status: 'done' } } as const;
  if (n % 100 === 1)
    return {
      stageStarted,
      outcomes: { ...before, verify: { status: 'blocked', reason: 'noHeartbeat', needs: 'networkTeam' } },
    };
  if (n % 50 === 2)
    return {
      stageStarted,
      outcomes: { ...before, verify: { status: 'waiting', reason: 'dataNotYet', until: at(9000) } },
    };
  return { stageStarted, outcomes: { ...before, verify: { status: 'done' } } };
}

function summaryOf(machines: number) {
  const none = { reasons: {}, findings: {}, tenants: [], resourceGraphPages: 1 };
  return {
    ...{ machines, azureVms: machines, scaleSets: 0, arcServers: 0, unmanaged: 0 },
    ...{ windows: machines, linux: 0, legacyOnly: machines, bothAgents: 0, amaOnly: 0, neither: 0 },
    assessment: { ready: machines, alreadyMigrated: 0, notApplicable: 0, blocked: 0 },
    ...{ subscriptions: 1, workspaces: 0, unreadWorkspaces: 0, rules: 0, endpoints: 0 },
    ...none,
  };
}
