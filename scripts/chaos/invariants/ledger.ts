import { contentHash } from '../../../shared/model/ids.ts';
import { isSettled } from '../../../shared/model/outcome.ts';
import { summarizeBatch } from '../../../shared/waves/batch-summary.ts';
import type { Facts } from '../facts.ts';
import { changesOf } from './changes.ts';

/** A wave that is finished holds no lease. */
export function noLeaseLeft({ leases, waves }: Facts): string[] {
  const finished = new Set(waves.filter(({ wave }) => wave.step === 'finished').map(({ wave }) => wave.id));
  const known = new Set(waves.map(({ wave }) => wave.id));
  return leases
    .filter((waveId) => finished.has(waveId) || !known.has(waveId))
    .map((waveId) => `a lease of ${waveId} is left`);
}

/** What a batch says of itself is the sum of its records. */
export function countsAddUp({ waves }: Facts): string[] {
  return waves.flatMap(({ wave, batches, summaries }) =>
    [...batches].flatMap(([id, machines]) => {
      const found = summaries.find(({ batchId }) => batchId === id);
      const sum = summarizeBatch(id, machines, found?.updatedAt ?? '');
      return found !== undefined && contentHash(found) === contentHash(sum)
        ? []
        : [
            `batch ${id} of ${wave.id} counts ${JSON.stringify(found?.counts)}, not ${JSON.stringify(sum.counts)}`,
          ];
    }),
  );
}

/** The list of migrated machines has those whose data was proven and did not cease to be, and no other. */
export function migratedListed({ waves, migrated }: Facts): string[] {
  const proven = new Set(
    recordsOf(waves)
      .filter(({ outcomes }) => outcomes.verify?.status === 'done' && !isBad(outcomes.reverify?.status))
      .map(({ machineId }) => machineId),
  );
  return [
    ...[...proven]
      .filter((id) => !migrated.has(id))
      .map((id) => `${id} is proven and not listed as migrated`),
    ...[...migrated]
      .filter((id) => !proven.has(id))
      .map((id) => `${id} is listed as migrated and not proven`),
  ];
}

function isBad(status: string | undefined): boolean {
  return status === 'failed' || status === 'blocked';
}

/** Every settled outcome of a record stands in the trail, and so does every approval. */
export function recordsExplained({ waves, journal }: Facts): string[] {
  const told = new Set(
    journal.flatMap(({ entry: { event, waveId, machineId, stage, data, by } }) =>
      event === 'outcome'
        ? [`${waveId} ${machineId} ${stage} ${contentHash((data as { outcome: unknown }).outcome)}`]
        : event === 'control'
          ? [`${waveId} ${by}`]
          : [],
    ),
  );
  return waves.flatMap(({ wave, batches }) => {
    const outcomes = recordsOf([{ batches }]).flatMap(({ machineId, outcomes }) =>
      Object.entries(outcomes)
        .filter(([, outcome]) => isSettled(outcome))
        .filter(([stage, outcome]) => !told.has(`${wave.id} ${machineId} ${stage} ${contentHash(outcome)}`))
        .map(([stage, { status }]) => `${stage} of ${machineId} is ${status}, and the trail does not say so`),
    );
    const approvals = wave.approvals
      .filter(({ by }) => !told.has(`${wave.id} ${by}`))
      .map(
        ({ gate, by }) => `${wave.id} has the ${gate} gate approved by ${by}, and the trail does not say so`,
      );
    return [...outcomes, ...approvals];
  });
}

/** What the ledger says was done to a machine, Azure was asked for, and the machine is so. */
export function recordsAreTrue(facts: Facts): string[] {
  const done = new Set(changesOf(facts).map(({ machineId, kind }) => `${machineId} ${kind}`));
  return recordsOf(facts.waves).flatMap(({ machineId, outcomes }) => {
    const violations: string[] = [];
    const agents = facts.machines.get(machineId)?.extensions.map(({ agent }) => agent) ?? [];
    const claim = (stage: 'install' | 'associate' | 'uninstall', kind: string) => {
      if (outcomes[stage]?.status === 'done' && !done.has(`${machineId} ${kind}`))
        violations.push(`${stage} of ${machineId} is done without any ${kind}`);
    };
    claim('install', 'extension.write');
    claim('associate', 'association.write');
    claim('uninstall', 'extension.delete');
    if (outcomes.confirm?.status === 'done' && (agents.includes('legacy') || !agents.includes('ama')))
      violations.push(`${machineId} is confirmed and carries ${agents.join(', ') || 'no agent'}`);
    return violations;
  });
}

/** Nothing failed in the task hub, and nothing goes on there once all waves are finished. */
export function nothingOpen({ open, waves, hostErrors }: Facts): string[] {
  const finished = waves.every(({ wave }) => wave.step === 'finished');
  return [
    ...open
      .filter(({ status }) => status === 'Failed' || (finished && status !== 'Terminated'))
      .map(({ id, name, status }) => `the orchestration ${name} ${id} is ${status}`),
    ...hostErrors.map((message) => `the host reports: ${message.slice(0, 300)}`),
  ];
}

function recordsOf(waves: readonly Pick<Facts['waves'][number], 'batches'>[]) {
  return waves.flatMap(({ batches }) => [...batches.values()].flat().map(({ record }) => record));
}
