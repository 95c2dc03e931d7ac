import type { MachineSnapshot } from '../../../rehearsal/estate/index.ts';
import type { Outcome } from '../../../shared/model/outcome.ts';
import type { Facts } from '../facts.ts';

/** Every machine ends as it does without faults: in the estate, and by the outcomes of its stages. */
export function sameEnd(facts: Facts, undisturbed: Facts): string[] {
  const wanted = endsOf(undisturbed);
  const found = endsOf(facts);
  const violations: string[] = [];
  for (const [id, end] of wanted) {
    const other = found.get(id);
    if (other !== end) violations.push(`${id} ended as ${other}, without faults as ${end}`);
  }
  return violations;
}

function endsOf({ machines, waves }: Facts): Map<string, string> {
  const outcomes = new Map<string, string>();
  for (const { batches } of waves) {
    for (const { record } of [...batches.values()].flat()) {
      outcomes.set(
        record.machineId,
        Object.entries(record.outcomes)
          .map(([stage, outcome]) => `${stage} ${outcomeText(outcome)}`)
          .sort()
          .join(', '),
      );
    }
  }
  return new Map(
    [...machines].map(([id, machine]) => [
      id,
      `${estateText(machine)} [${outcomes.get(id) ?? 'in no wave'}]`,
    ]),
  );
}

/** What was found done and what was done are the same end. */
function outcomeText(outcome: Outcome): string {
  if (outcome.status === 'alreadyDone') return 'done';
  if (outcome.status === 'failed') return `failed(${outcome.code})`;
  return 'reason' in outcome ? `${outcome.status}(${outcome.reason})` : outcome.status;
}

function estateText(machine: MachineSnapshot): string {
  const extensions = machine.extensions.map(({ type, provisioningState, settings }) =>
    [type, provisioningState, JSON.stringify(settings)].join(' '),
  );
  const associations = machine.associations.map(({ name, ruleId, endpointId }) =>
    [name, ruleId, endpointId].join(' '),
  );
  return JSON.stringify([
    machine.status,
    extensions.sort(),
    associations.sort(),
    machine.legacyWorkspaces,
    machine.runCommands,
  ]).toLowerCase();
}
