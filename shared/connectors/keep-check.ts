import type { ConnectorSwitch } from '../model/stream-check.ts';
import { ok, type Result } from '../model/trouble.ts';
import { record } from './audit.ts';
import { checkStream, judgeableAt } from './check-stream.ts';
import type { DependentsDependencies } from './dependents.ts';

/**
 * Judges a confirmed switch once it can be judged, and keeps evidence and verdict; before that, and when it was
 * judged or restored, the switch comes back as it is. Trouble that time may cure is returned.
 */
export async function keepCheck(
  dependencies: DependentsDependencies,
  customerId: string,
  switched: ConnectorSwitch,
): Promise<Result<ConnectorSwitch>> {
  const { ledger, now } = dependencies;
  const { workspaceId, waveId, confirmedAt, restoredAt, check } = switched;
  const early = now() < Date.parse(judgeableAt(switched));
  if (confirmedAt === null || restoredAt !== null || check !== null || early) return ok(switched);
  const checked = await checkStream(dependencies, customerId, switched);
  if (!checked.ok) return checked;
  const { result, message, at } = checked.value;
  const text = `security events of ${workspaceId} after the switch: ${result}, ${message}`;
  await record(ledger, workspaceId, {
    at,
    waveId,
    event: 'gate',
    message: text,
    by: 'app',
    data: checked.value,
  });
  const judged = { ...switched, check: checked.value };
  await ledger.connectors.recordSwitch(judged);
  return ok(judged);
}
