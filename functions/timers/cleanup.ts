import type { InvocationContext, Timer } from '@azure/functions';
import * as df from 'durable-functions';
import { purgeEvents } from '../../shared/events/purge.ts';
import { purgeOld } from '../../shared/retention/purge.ts';
import { runtime } from '../compose.ts';
import { sealTrails } from './seal-trails.ts';

/** Rows that one run deletes at most: minutes, at the pace of Table Storage. The next run goes on. */
const PURGE_ROWS = 150_000;

const ENDED = [
  df.OrchestrationRuntimeStatus.Completed,
  df.OrchestrationRuntimeStatus.Failed,
  df.OrchestrationRuntimeStatus.Terminated,
];

/** Clean-up: gives back leases of waves that are over, and purges what is older than its retention. */
export async function cleanUp(_timer: Timer, context: InvocationContext): Promise<void> {
  const app = await runtime();
  const { ledger, now, settings } = app;
  const finished = new Set(
    (await ledger.waves.list()).filter(({ step }) => step === 'finished').map(({ id }) => id),
  );
  const released = await ledger.leases.releaseAll((waveId) => finished.has(waveId));
  await sealTrails(app, context, { full: true });
  const before = new Date(now() - settings.historyRetentionDays * 86_400_000);
  const purged = await df
    .getClient(context)
    .purgeInstanceHistoryBy({ createdTimeFrom: new Date(0), createdTimeTo: before, runtimeStatus: ENDED });
  const { inventoryRetentionDays: inventoryDays, waveRetentionDays: waveDays } = settings;
  const ledgerPurge = await purgeOld({ ledger, now }, { inventoryDays, waveDays }, PURGE_ROWS);
  const eventStreamsPurged = await purgeEvents(app, settings.eventRetentionDays);
  const messagesDropped = await ledger.tickets.dropMessages(now());
  const { instancesDeleted: historiesPurged } = purged;
  context.log('clean-up', {
    leasesReleased: released,
    ...{ historiesPurged, eventStreamsPurged, messagesDropped, ...ledgerPurge },
  });
}
