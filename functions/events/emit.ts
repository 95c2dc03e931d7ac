import type { InvocationContext } from '@azure/functions';
import type { Digest } from '../../shared/model/digest.ts';
import type { Runtime } from '../compose.ts';

/**
 * What a drift check found, told once it has ended: the one place where `drift.found` leaves the app. A run whose end
 * is looked at twice tells it twice; its id says that it is the same.
 */
export async function emitDriftFound(app: Runtime, context: InvocationContext, id: string): Promise<void> {
  const run = await app.ledger.drift.get(id);
  if (run === undefined) return;
  const { status, counts, implausible, remedies, problem } = run;
  const started = remedies.filter((remedy) => remedy.status === 'started').length;
  context.log(
    JSON.stringify({
      ...{ event: 'driftFound', driftId: id, status, problem, counts: counts ?? {} },
      ...{ implausible, remedies: remedies.length, started },
    }),
  );
}

/** The digest of a period, for a ticket desk or a flow: the one place where it leaves the app. */
export async function emitDigest(_app: Runtime, context: InvocationContext, digest: Digest): Promise<void> {
  context.log(JSON.stringify({ event: 'digest', ...digest }));
}
