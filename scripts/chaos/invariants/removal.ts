import type { Verdict } from '../../../shared/model/verdict.ts';
import type { AuditEntry } from '../../../shared/model/wave.ts';
import type { Facts } from '../facts.ts';
import { changesOf } from './changes.ts';

/** No legacy extension is deleted before the trail has a passing verdict of its machine, or an accepted one. */
export function provenFirst(facts: Facts): string[] {
  const provenAt = new Map<string, number>();
  for (const { entry, after } of facts.journal) {
    if (entry.machineId === null || provenAt.has(entry.machineId) || !isProof(entry)) continue;
    provenAt.set(entry.machineId, after);
  }
  return changesOf(facts)
    .filter(({ kind, resource }) => kind === 'extension.delete' && facts.legacyExtensions.has(resource))
    .filter(({ machineId, at }) => (provenAt.get(machineId ?? '') ?? Number.POSITIVE_INFINITY) > at)
    .map(
      ({ resource, at }) => `${resource} was deleted by request ${at} without a passing verdict before it`,
    );
}

function isProof({ event, stage, data }: AuditEntry): boolean {
  if (event !== 'outcome' || (stage !== 'verify' && stage !== 'reverify')) return false;
  const { verdict, outcome } = data as { verdict: Verdict | null; outcome: { status: string } };
  const accepted = verdict?.result === 'pass' || verdict?.accepted !== undefined;
  return accepted && (outcome.status === 'done' || outcome.status === 'alreadyDone');
}
