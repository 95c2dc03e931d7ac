import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { benchCell, type CellResult } from './bench/cell.ts';
import { benchCost, type CostResult } from './bench/cost/bench.ts';
import { printCost, recordCost } from './bench/cost/report.ts';
import { benchFleet, type FleetResult, printFleets } from './bench/fleets.ts';
import {
  benchInventory,
  benchPlan,
  type InventoryResult,
  type PlanResult,
  printInventories,
} from './bench/inventory.ts';
import { printLimits, recordLimits } from './bench/limits.ts';
import { benchRuleSets, printRuleSets } from './bench/rulesets.ts';
import { APPROACHES, benchSideBySide, printSideBySide, type SideBySideResult } from './bench/side-by-side.ts';
import { benchStart, printStart } from './bench/start.ts';
import {
  benchVerification,
  joinParts,
  keepsLimits,
  PARTS,
  printVerification,
  type VerificationResult,
} from './bench/verification.ts';
import { benchWhole, type WholeResult } from './bench/whole.ts';
import { EXIT, readInteger, readOptions, runCommand } from './cli.ts';

const USAGE = `Usage: npm run bench -- [--json] [--record]
           [--only fleets|cost|side-by-side|cell|fleet-100k|inventories|rulesets|verification|start]

Prints the figures the project holds itself to: counts per machine and their growth, queries of an inventory,
what Azure would bill for 1,000 machines, two common removal scripts beside a wave of the app,
duration and memory of rehearsals, planning and conversion, how often data parity is judged wrongly,
duration of npm start and of the build, import time of the compiled entry over an empty Functions app;
how near a cell of 10,000 machines, alone and beside another tenant of its subscription, and 100,000 machines
over 20 cells come to what Azure's limits allow.
--record writes the bill and the last two to docs/benchmarks. fleet-100k takes long and runs only when it is asked for.`;

const FLEETS = [100, 500, 1000, 5000];
/** Fleets whose bill is drawn up. */
const PRICED = [1000, 5000];
const SIDE_BY_SIDE = 1000;
/** Machines of the one cell, and what another tenant takes of its limits. */
const CELLS = [
  [10_000, 0],
  [10_000, 0.5],
] as const;
const WHOLE = { machines: 100_000, cells: 20 } as const;
const INVENTORIES = [1000, 10_000, 100_000];

/** Most of what a rehearsal makes is short-lived; more room for it saves the collector copying. */
const ROOMY = '--max-semi-space-size=128';

await runCommand(async () => {
  const options = readOptions(
    {
      json: { type: 'boolean' },
      record: { type: 'boolean' },
      only: { type: 'string' },
      // One measurement, in this process: how the command calls itself.
      fleet: { type: 'string' },
      cells: { type: 'string' },
      cost: { type: 'string' },
      approach: { type: 'string' },
      cell: { type: 'string' },
      other: { type: 'string' },
      whole: { type: 'string' },
      inventory: { type: 'string' },
      plan: { type: 'string' },
      ledger: { type: 'string' },
      verification: { type: 'string' },
    },
    USAGE,
  );
  const count = (name: 'fleet' | 'cost' | 'cell' | 'whole' | 'inventory' | 'plan') =>
    readInteger(name, options[name], 0, 1, 1_000_000);
  const ledger = options.ledger ?? ':memory:';
  if (options.approach !== undefined)
    return answer(
      await benchSideBySide(
        options.approach,
        readInteger('fleet', options.fleet, SIDE_BY_SIDE, 1, 1_000_000),
      ),
    );
  if (options.fleet !== undefined)
    return answer(await benchFleet(count('fleet'), readInteger('cells', options.cells, 4, 1, 100)));
  if (options.cost !== undefined) return answer(await benchCost(count('cost')));
  if (options.cell !== undefined)
    return answer(await benchCell(count('cell'), readInteger('other', options.other, 0, 0, 95) / 100));
  if (options.whole !== undefined)
    return answer(await benchWhole(count('whole'), readInteger('cells', options.cells, 20, 1, 100)));
  if (options.inventory !== undefined) return answer(await benchInventory(count('inventory'), ledger));
  if (options.plan !== undefined) return answer(await benchPlan(count('plan'), ledger));

  if (options.verification !== undefined)
    return answer({
      part: benchVerification(readInteger('verification', options.verification, 0, 0, PARTS - 1)),
    });

  const wanted = (part: string) => options.only === undefined || options.only === part;
  const fleets: FleetResult[] = [];
  if (wanted('fleets'))
    for (const machines of FLEETS) fleets.push(await inChild<FleetResult>('--fleet', `${machines}`));
  const costs: CostResult[] = [];
  if (wanted('cost'))
    for (const machines of PRICED) costs.push(await inChild<CostResult>('--cost', `${machines}`));
  const sideBySide: SideBySideResult[] = [];
  if (wanted('side-by-side'))
    for (const name of Object.keys(APPROACHES))
      sideBySide.push(await inChild<SideBySideResult>('--approach', name));
  const cells: CellResult[] = [];
  if (wanted('cell'))
    for (const [machines, other] of CELLS) {
      cells.push(await inChild<CellResult>('--cell', `${machines}`, '--other', `${other * 100}`));
    }
  const whole: WholeResult[] = [];
  if (options.only === 'fleet-100k') {
    const { machines, cells: spread } = WHOLE;
    whole.push(await inChild<WholeResult>('--whole', `${machines}`, '--cells', `${spread}`));
  }
  if (options.record === true) {
    recordLimits(cells, whole);
    recordCost(costs);
  }
  const inventories: { inventory: InventoryResult; plan: PlanResult }[] = [];
  if (wanted('inventories'))
    for (const machines of INVENTORIES) inventories.push(await inventoryAndPlan(machines));
  const ruleSets = wanted('rulesets') ? benchRuleSets() : [];
  const verification = wanted('verification') ? await allVerification() : [];
  const start = wanted('start') ? await benchStart() : undefined;
  if (options.json === true) {
    process.stdout.write(
      `${JSON.stringify({ fleets, costs, sideBySide, cells, whole, inventories, ruleSets, verification, start }, null, 2)}\n`,
    );
  } else {
    if (fleets.length > 0) printFleets(fleets);
    if (costs.length > 0) printCost(costs);
    if (sideBySide.length > 0) printSideBySide(sideBySide);
    if (cells.length + whole.length > 0) printLimits(cells, whole);
    if (inventories.length > 0) printInventories(inventories);
    if (ruleSets.length > 0) printRuleSets(ruleSets);
    if (verification.length > 0) printVerification(verification);
    if (start !== undefined) printStart(start);
  }
  const kept =
    [...fleets, ...costs, ...cells, ...whole].every(({ completed }) => completed) &&
    keepsLimits(verification);
  return kept ? EXIT.ok : EXIT.notCompleted;
});

function answer(result: unknown): number {
  process.stdout.write(JSON.stringify(result));
  return EXIT.ok;
}

/** Planning is measured in a process that has nothing but the ledger. */
async function inventoryAndPlan(machines: number): Promise<{ inventory: InventoryResult; plan: PlanResult }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const ledger = join(folder, 'ledger.sqlite');
  try {
    const inventory = await inChild<InventoryResult>('--inventory', `${machines}`, '--ledger', ledger);
    const plan = await inChild<PlanResult>('--plan', `${machines}`, '--ledger', ledger);
    return { inventory, plan };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The scenarios are independent, so a process for each part of them. */
async function allVerification(): Promise<VerificationResult[]> {
  const parts = Array.from({ length: PARTS }, (_, part) =>
    inChild<{ part: VerificationResult[] }>('--verification', `${part}`),
  );
  return joinParts((await Promise.all(parts)).map(({ part }) => part));
}

/** A process of its own, so that memory is that measurement's alone. */
async function inChild<T>(...options: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, [ROOMY, import.meta.filename, ...options], {
    maxBuffer: 1 << 24,
  });
  return JSON.parse(stdout.slice(stdout.indexOf('{'))) as T;
}
