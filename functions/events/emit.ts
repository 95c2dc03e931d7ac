import type { InvocationContext } from '@azure/functions';
import { appendEvent } from '../../shared/events/append.ts';
import type { Digest } from '../../shared/model/digest.ts';
import type { DriftRun } from '../../shared/model/drift.ts';
import type { EventDraft } from '../../shared/model/event.ts';
import { tell } from '../announce.ts';
import type { Runtime } from '../compose.ts';

/** `GET /digest` has the others. */
const MOST_HOLDS = 20;

/**
 * What a drift check found, told once it has ended: once for a run, however often its end is looked at. What cannot be
 * put into its stream fails the caller, who comes again: no later look would find it.
 */
export async function emitDriftFound(app: Runtime, context: InvocationContext, id: string): Promise<void> {
  const run = await app.ledger.drift.get(id);
  if (run === undefined) return;
  const event = driftFound(run);
  context.log(JSON.stringify({ event: event.type, ...event.data }));
  const events = await appendEvent(app, 'drift', event, id);
  await tell(app, context, async () => events);
}

/** The digest of a period, for a ticket desk or a flow, once; fails as the other does. */
export async function emitDigest(app: Runtime, context: InvocationContext, digest: Digest): Promise<void> {
  context.log(JSON.stringify({ event: 'digest.made', ...digest }));
  const { id, period, waves, holds } = digest;
  const { started, completed, aborted } = waves;
  const event: EventDraft = {
    ...{ type: 'digest.made', subject: `digest?period=${period}`, message: `The ${period} digest ${id}.` },
    data: { ...digest, waves: { started, completed, aborted }, holds: holds.slice(0, MOST_HOLDS) },
  };
  const events = await appendEvent(app, 'digest', event, id);
  await tell(app, context, async () => events);
}

function driftFound({ id, status, counts, implausible, remedies, problem }: DriftRun): EventDraft {
  const found = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
  const started = remedies.filter((remedy) => remedy.status === 'started').length;
  const failed = status === 'failed';
  return {
    ...{ type: 'drift.found', subject: `drift/${id}` },
    severity: failed ? 'error' : found === 0 ? 'info' : 'warning',
    message: failed
      ? `The drift check failed: ${problem ?? 'it says not why'}`
      : `The drift check found ${found} ${found === 1 ? 'deviation' : 'deviations'}; ${started} of ${remedies.length} remedies were started.`,
    data: {
      ...{ driftId: id, status, problem, counts: counts ?? {}, implausible },
      ...{ remedies: remedies.length, started },
    },
  };
}
