import { beforeAll, describe, expect, it } from 'vitest';
import type { Facts } from '../../scripts/chaos/facts.ts';
import { INVARIANTS } from '../../scripts/chaos/invariants/all.ts';
import { changesOf } from '../../scripts/chaos/invariants/changes.ts';
import { summarize } from '../../scripts/chaos/report.ts';
import { chaosRun, type RunResult, undisturbedFacts } from '../../scripts/chaos/run.ts';
import type { AuditEntry } from '../../shared/model/wave.ts';
import { must } from '../support/builders.ts';

const MACHINES = 12;
/** Of two estates, and with every kind of fault among them. */
const SEEDS = [41, 67, 70, 77, 78, 88];

describe('migrations under chaos', () => {
  const results: RunResult[] = [];

  it.each(SEEDS)('seed %i ends as without faults', async (seed) => {
    const result = await chaosRun(seed, MACHINES);
    results.push(result);

    expect(result.violations).toEqual({});
    expect(result.ended).toBe(true);
  });

  it('had to do with faults of every kind', () => {
    const { faults } = summarize(results, { runs: SEEDS.length, machines: MACHINES, wallSeconds: 0 });

    for (const kind of [
      ...['kill of the process', 'event: lost', 'event: repeated', 'operator: approved twice'],
      ...[
        'activity: answer lost, run again',
        'activity: crash after the effect',
        'activity: run twice at once',
      ],
      ...['ledger: write conflict', 'ledger: write refused', 'ledger: answer lost', 'clock: leap'],
      ...['wire: 429', 'wire: 500', 'wire: 503', 'wire: 504', 'wire: slow answer', 'wire: truncated answer'],
      ...['wire: reset before the work', 'wire: reset after the work', 'orchestration ended from outside'],
    ])
      expect(faults[kind] ?? 0, kind).toBeGreaterThan(0);
  });

  it('a seed says how often the process dies, what people do, and how it ends', async () => {
    const seed = must(SEEDS.at(-1));
    const { violations, ended, faults } = must(results.find((one) => one.seed === seed));

    const again = await chaosRun(seed, MACHINES);

    expect(again).toMatchObject({ violations, ended });
    // Which request a fault hits may differ on a busy machine.
    for (const kind of ['kill of the process', 'operator: approved twice', 'operator: held and resumed'])
      expect(again.faults[kind], kind).toBe(faults[kind]);
  });
});

/** Each invariant is shown a run in which what it forbids has happened, so that none can pass by being blind. */
describe('the invariants of chaos', () => {
  let facts: Facts;
  beforeAll(async () => {
    facts = await undisturbedFacts(0, MACHINES);
  });

  const judge = (name: string, tampered: Facts) => must(INVARIANTS[name])(tampered, facts);
  const firstRecord = () => must([...must(facts.waves[0]).batches.values()][0]?.[0]).record;
  const without = (drop: (entry: AuditEntry) => boolean): Facts => ({
    ...facts,
    journal: facts.journal.filter(({ entry }) => !drop(entry)),
  });

  it.each(Object.keys(INVARIANTS))('%s: holds without faults', (name) => {
    expect(judge(name, facts)).toEqual([]);
  });

  it.each<[string, () => Facts]>([
    [
      'same end as without faults',
      () => ({
        ...facts,
        machines: new Map([...facts.machines].map(([id, machine]) => [id, { ...machine, associations: [] }])),
      }),
    ],
    ['verdict before removal', () => without(({ stage }) => stage === 'verify' || stage === 'reverify')],
    [
      'no change twice',
      () => ({ ...facts, requests: [...facts.requests, ...facts.requests.filter(isDelete)] }),
    ],
    [
      'intent before change',
      () => without(({ event, stage }) => event === 'intent' && stage === 'uninstall'),
    ],
    ['no lease left', () => ({ ...facts, leases: [must(facts.waves[0]).wave.id] })],
    [
      'counts are the sum of records',
      () => ({
        ...facts,
        waves: facts.waves.map((wave) => ({ ...wave, summaries: wave.summaries.slice(1) })),
      }),
    ],
    ['migrated list is true', () => ({ ...facts, migrated: new Set() })],
    ['migrated list is true', () => ({ ...facts, migrated: new Set([...facts.migrated, 'another']) })],
    [
      'trail explains the records',
      () => without(({ stage, machineId }) => stage === 'confirm' && machineId === firstRecord().machineId),
    ],
    ['trail explains the records', () => without(({ event }) => event === 'control')],
    ['records match the estate', () => ({ ...facts, requests: facts.requests.filter((r) => !isDelete(r)) })],
    [
      'nothing failed or left running',
      () => ({ ...facts, open: [{ id: 'batch-7', name: 'batch', status: 'Running' }] }),
    ],
    ['nothing failed or left running', () => ({ ...facts, hostErrors: ['Non-deterministic orchestrator'] })],
  ])('%s: notices when it is broken', (name, tampered) => {
    expect(judge(name, tampered()).length).toBeGreaterThan(0);
  });

  it('count a change whose answer got lost as done, and a refused one not', () => {
    const [request] = facts.requests.filter(isDelete);
    const lost = { ...must(request), status: 0 };
    const refused = { ...must(request), status: 503, worked: 0 };

    expect(changesOf({ requests: [lost, refused] })).toMatchObject([{ at: 0, kind: 'extension.delete' }]);
  });
});

function isDelete({ kind, worked }: Facts['requests'][number]): boolean {
  return kind === 'extension.delete' && worked >= 200 && worked < 300;
}
