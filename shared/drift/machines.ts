import type { Ledger } from '../ledger/ledger.ts';
import type { DriftFinding, DriftRun, DriftTotals } from '../model/drift.ts';
import { type DriftCode, remedyOf } from '../model/drift-codes.ts';
import type { EstateFinding } from '../model/findings.ts';
import type { Machine, Rule } from '../model/machine.ts';
import { findRuleSets } from '../waves/plan-rule-sets.ts';
import { expectedRules } from './expected-rules.ts';
import { type FreshFinding, machineDrift } from './machine-drift.ts';
import { newcomerDrift } from './newcomers.ts';
import { createVia } from './via.ts';

export interface Compared {
  readonly findings: readonly FreshFinding[];
  readonly totals: DriftTotals;
}

/** Compares the machines of one shard with what they were migrated to, and with the inventory of before. */
export async function compareShard(
  ledger: Ledger,
  run: DriftRun,
  shard: string,
  planId: string | undefined,
): Promise<Compared> {
  const { inventoryId, previousInventoryId } = run;
  const inventory = await ledger.inventories.get(inventoryId);
  const rules = await ledger.inventories.readPart<Rule>(inventoryId, 'rules');
  const estate = await ledger.inventories.readPart<EstateFinding>(inventoryId, 'findings');
  const found = await findRuleSets('deployed', ledger.ruleSets);
  const sets = new Map((found.ok ? found.deployed : []).map((set) => [set.workspaceId, set]));
  const knownRules = new Set(rules.map(({ id }) => id));
  const baselines = new Map((await ledger.baselines.ofShard(shard)).map((one) => [one.machineId, one]));
  const left = new Map((await ledger.baselines.leftOfShard(shard)).map((one) => [one.machineId, one]));
  const before = await assessments(ledger, previousInventoryId, shard);
  const known = await knownCodes(ledger, run.previousRunId, shard);
  const viaOf = createVia(estate);
  const now = Date.parse(inventory?.startedAt ?? run.startedAt);

  const findings: FreshFinding[] = [];
  const gone: Record<string, number> = {};
  const seen = new Set<string>();
  for await (const machine of ledger.inventories.machinesOf(inventoryId, shard)) {
    const baseline = baselines.get(machine.id);
    if (baseline === undefined) {
      const context = {
        ...{ before: before.get(machine.id), compared: previousInventoryId !== null, planId },
        ...{ known: known.get(machine.id) ?? new Set<DriftCode>(), left: left.get(machine.id) },
      };
      findings.push(...newcomerDrift(machine, context));
      continue;
    }
    seen.add(machine.id);
    const expected = expectedRules(baseline, sets);
    for (const id of expected) if (!knownRules.has(id)) gone[id] = (gone[id] ?? 0) + 1;
    findings.push(...machineDrift(machine, baseline, { now, expectedRules: expected, knownRules, viaOf }));
  }
  for (const { machineId } of baselines.values())
    if (!seen.has(machineId))
      findings.push({ code: 'machineNotSeen', subject: { kind: 'machine', id: machineId }, remedy: null });
  const totals = { migrated: baselines.size, seen: seen.size, counts: countsOf(findings), goneRules: gone };
  return { findings, totals };
}

export function countsOf(findings: Iterable<Pick<FreshFinding, 'code'>>): Partial<Record<DriftCode, number>> {
  const counts: Partial<Record<DriftCode, number>> = {};
  for (const { code } of findings) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

type Assessed = Pick<Machine, 'assessment'>;

async function assessments(ledger: Ledger, id: string | null, shard: string): Promise<Map<string, Assessed>> {
  const found = new Map<string, Assessed>();
  if (id === null) return found;
  for await (const { id: machineId, assessment } of ledger.inventories.machinesOf(id, shard))
    found.set(machineId, { assessment });
  return found;
}

async function knownCodes(
  ledger: Ledger,
  runId: string | null,
  shard: string,
): Promise<Map<string, Set<DriftCode>>> {
  const known = new Map<string, Set<DriftCode>>();
  if (runId === null) return known;
  for await (const { subject, code } of ledger.drift.findings(runId, shard)) {
    const codes = known.get(subject.id) ?? new Set();
    known.set(subject.id, codes.add(code));
  }
  return known;
}

/** Makes the function that says since when a finding is there: the run before may have had it. */
export async function sinceOf(
  ledger: Ledger,
  run: Pick<DriftRun, 'previousRunId' | 'startedAt'>,
  shard: string | undefined,
): Promise<(finding: FreshFinding) => DriftFinding> {
  const since = new Map<string, string>();
  const key = ({ code, subject }: Pick<DriftFinding, 'code' | 'subject'>) => `${code}|${subject.id}`;
  if (run.previousRunId !== null)
    for await (const finding of ledger.drift.findings(run.previousRunId, shard))
      since.set(key(finding), finding.since);
  return (finding) => ({ ...finding, since: since.get(key(finding)) ?? run.startedAt });
}

/** A finding of the check itself, about a code. */
export function aboutCode(code: DriftCode, detail: string): FreshFinding {
  return {
    ...{ code: 'implausible', subject: { kind: 'estate', id: code } as const, detail },
    remedy: remedyOf('implausible'),
  };
}
