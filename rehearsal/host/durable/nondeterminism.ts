import { type Action, actionText } from './actions.ts';
import type { InstanceRow } from './rows.ts';

/** Compares the actions of a replay with those recorded earlier; returns what is wrong, if anything. */
export function nondeterminism(
  row: InstanceRow,
  recorded: readonly string[],
  actions: readonly Action[],
): string | undefined {
  for (const [index, before] of recorded.entries()) {
    const action = actions[index];
    const now = action === undefined ? 'missing' : actionText(action);
    if (now === before) continue;
    return (
      `Non-deterministic orchestrator detected: instance '${row.id}' of '${row.name}' took action ${index} ` +
      `differently on replay. Recorded: ${before}. Replayed: ${now}.`
    );
  }
  return undefined;
}
