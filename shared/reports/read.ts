import { createHash } from 'node:crypto';
import pMap from 'p-map';
import type { Ledger } from '../ledger/ledger.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import type { Seal } from '../model/audit-seal.ts';
import { phaseOf, totalsOf } from '../model/phase.ts';
import { type Plan, policyOfWave } from '../model/plan.ts';
import { type Wave, waveBatches } from '../model/wave.ts';
import { waveId } from '../waves/start-wave.ts';
import { evidenceDigest, lineOf, sha256, waveText } from './digest.ts';
import { type PlanReport, planReport } from './plan-report.ts';
import { sumCounts } from './stage-counts.ts';
import { addMachine, newReportTally } from './tally.ts';
import { type WaveReport, waveReport } from './wave-report.ts';

export interface ReportDependencies {
  readonly ledger: Ledger;
  now(): number;
  plan(planId: string): Promise<Plan>;
}

/** Batches that are read at the same time, and so in memory: a few thousand machines at most. */
const READ_AHEAD = 16;

/** The machines of a wave in their order, batch by batch; some batches are read ahead, never the whole wave. */
export async function* machinesOf(
  { waves }: Pick<Ledger, 'waves'>,
  wave: Pick<Wave, 'id' | 'cells'>,
  from = 0,
): AsyncGenerator<{ readonly batch: number; readonly machines: readonly WaveMachine[] }> {
  const ids = waveBatches(wave);
  for (let start = from; start < ids.length; start += READ_AHEAD) {
    const part = ids.slice(start, start + READ_AHEAD);
    const read = await pMap(part, (id) => waves.batch(wave.id, id), { concurrency: READ_AHEAD });
    for (const [i, machines] of read.entries()) yield { batch: start + i, machines };
  }
}

/** A batch of machines with the text that counts as evidence of each. */
export interface PassedBatch {
  readonly batch: number;
  readonly machines: readonly WaveMachine[];
  readonly lines: readonly string[];
}

/**
 * The report of a wave, in one pass over its machines, which `onBatch` sees too. The seal is the last one of the trail
 * unless the caller has it.
 */
export async function readWaveReport(
  dependencies: ReportDependencies,
  wave: Wave,
  onBatch?: (batch: PassedBatch) => void,
  seal?: Seal,
): Promise<WaveReport> {
  const { ledger, now } = dependencies;
  const nowMs = now();
  const at = new Date(nowMs).toISOString();
  const plan = await dependencies.plan(wave.planId);
  const policy = policyOfWave(plan, wave.index);
  const summaries = await ledger.waves.summaries(wave.id);
  const tally = newReportTally();
  const hash = createHash('sha256');
  for await (const { batch, machines } of machinesOf(ledger, wave)) {
    const lines = machines.map(lineOf);
    for (const machine of machines) addMachine(tally, machine, wave.finishedAt ?? at);
    for (const line of lines) hash.update(line);
    onBatch?.({ batch, machines, lines });
  }
  return waveReport({
    ...{ at, plan, wave, tally, counts: sumCounts(summaries) },
    phase: phaseOf(wave, totalsOf(summaries), policy.approvals, policy.gate, nowMs),
    evidence: evidenceDigest(
      sha256(waveText(wave)),
      hash.digest('hex'),
      seal ?? (await ledger.seals.last(wave.id)),
    ),
  });
}

/** The report of a plan, wave after wave; dry runs are none of its waves. */
export async function readPlanReport(dependencies: ReportDependencies, plan: Plan): Promise<PlanReport> {
  const { ledger, now } = dependencies;
  const reports: WaveReport[] = [];
  const purged = [];
  for (const { index } of plan.waves) {
    const wave = (await ledger.waves.get(waveId(plan, index)))?.wave;
    if (wave === undefined) continue;
    if (wave.detailsPurgedAt === undefined) reports.push(await readWaveReport(dependencies, wave));
    else {
      const { approvals, gate } = policyOfWave(plan, index);
      const totals = totalsOf(await ledger.waves.summaries(wave.id));
      const { id, createdAt, finishedAt } = wave;
      const phase = phaseOf(wave, totals, approvals, gate, now());
      purged.push({ ...phase, index, id, createdAt, finishedAt });
    }
  }
  return planReport(plan, reports, purged, new Date(now()).toISOString());
}
