import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApi } from '../../rehearsal/drive/api.ts';
import { drive } from '../../rehearsal/drive/drive.ts';
import type { Estate } from '../../rehearsal/estate/index.ts';
import { joinClock } from '../../rehearsal/participant.ts';
import { startSession } from '../../rehearsal/session.ts';
import { openTableStore } from '../../shared/azure/table-store.ts';
import { openSqliteStore } from '../../shared/ledger/sqlite-store.ts';
import { allRows, type Store } from '../../shared/ledger/store.ts';
import { type Azurite, azuriteIsThere, startAzurite } from '../support/azurite.ts';
import { runKilled } from '../support/killed.ts';
import { ARC, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

const app = new URL('../support/killable-app.ts', import.meta.url).pathname;
const MACHINES = [VM, LINUX_VM, ARC];
const KILLS = 8;
const credential = { getToken: async () => null };

describe.skipIf(!azuriteIsThere)('a migration with its ledger in Table Storage', () => {
  let azurite: Azurite;
  let folder: string;
  let tables = 0;
  beforeAll(async () => {
    azurite = await startAzurite();
    folder = mkdtempSync(join(tmpdir(), 'ledgers-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await azurite.stop();
  });
  beforeEach(() => {
    tables += 1;
    vi.stubEnv('AMA_LEDGER_TABLE', `scenario${tables}`);
  });

  it('leaves the same rows and the same machines as with the embedded ledger', async () => {
    const file = join(folder, 'ledger.sqlite');
    const embedded = await migrate(file);
    const tabled = await migrate(azurite.endpoint);

    expect(embedded.completed).toBe(true);
    expect(tabled).toEqual(embedded);
    const sqlite = await openSqliteStore(file);
    const table = openTableStore({ endpoint: azurite.endpoint, table: `scenario${tables}`, credential });
    const partitions = partitionsOf(file);
    expect(partitions.length).toBeGreaterThan(15);
    for (const partition of partitions)
      expect(await contentOf(table, partition), partition).toEqual(await contentOf(sqlite, partition));
    await sqlite.close();
  });

  it('resumes after each of its kills and changes nothing twice', async () => {
    const undisturbed = await runKilled({ app, file: smallEstate(), points: [] });
    const total = undisturbed.estate.requestLog.total();
    const points = Array.from({ length: KILLS }, (_, i) => Math.ceil(((i + 1) * total) / (KILLS + 1)));

    const killed = await runKilled({ app, file: smallEstate(), points, ledger: azurite.endpoint });

    expect(killed.kills).toBe(KILLS);
    expect(killed.done).toBe(true);
    for (const machine of MACHINES) {
      expect(finalState(killed.estate, machine)).toEqual(finalState(undisturbed.estate, machine));
      for (const kind of ['extension.write', 'association.write', 'extension.delete'] as const) {
        const accepted = killed.estate.requestLog
          .entries({ kind, machineId: machine })
          .filter(({ status }) => status >= 200 && status < 300);
        expect(accepted, `${kind} of ${machine}`).toHaveLength(1);
      }
    }
  });
});

/** A whole migration with its ledger at that place; what it ended with. */
async function migrate(ledger: string) {
  const session = await startSession({ file: smallEstate(), ledger });
  const participant = joinClock(session.clock);
  const { host, estate } = session;
  const { completed } = await drive({
    api: createApi({ url: 'http://127.0.0.1', key: host.key, fetch: host.fetch }),
    plan: { cohorts: { pilotSize: 0, firstSize: 100 } },
    requestedBy: 'operator',
    approveAs: 'approver',
    runId: 'table',
    sleep: participant.sleep,
    onEvent: () => undefined,
  });
  participant.leave();
  await session.close();
  return { completed, machines: MACHINES.map((machine) => finalState(estate, machine)) };
}

function finalState(estate: Estate, machineId: string) {
  const found = estate.snapshot(machineId);
  return { extensions: found?.extensions, associations: found?.associations };
}

function partitionsOf(file: string): string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  const found = db.prepare('SELECT DISTINCT partition FROM ledger ORDER BY partition').all();
  db.close();
  return found.map(({ partition }) => String(partition));
}

async function contentOf(store: Store, partition: string) {
  const content: [string, unknown][] = [];
  for await (const { row, value } of allRows(store, partition)) {
    const isTrail = partition.startsWith('audit|');
    content.push([isTrail ? row.replace(/[^|]+$/, '') : row, JSON.parse(sameInAnyRun(value))]);
  }
  return content;
}

/** Calls have ids of their own in each run, and what is hashed with one has, too. */
function sameInAnyRun(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) =>
    ['correlationId', 'hash', 'previous', 'entries'].includes(key) ? typeof part : part,
  );
}
