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

/**
 * Clean-up: gives back leases of waves that are over or that nobody knows, and purges what is older than its retention.
 * The waves are read once for all of it.
 */
export async function cleanUp(_timer: Timer, context: InvocationContext): Promise<void> {
  const app = await runtime();
  const { ledger, now, settings } = app;
  const waves = await ledger.waves.list();
  const open = new Set(waves.filter(({ step }) => step !== 'finished').map(({ id }) => id));
  // A wave is written before its first lease: one that is not there is dead. One begun since has its leases looked up.
  const isOver = async (waveId: string) =>
    !open.has(waveId) && ((await ledger.waves.get(waveId))?.wave.step ?? 'finished') === 'finished';
  const released = await ledger.leases.releaseAll(isOver);
  await sealTrails(app, context, { full: true, waves });
  const before = new Date(now() - settings.historyRetentionDays * 86_400_000);
  const purged = await df
    .getClient(context)
    .purgeInstanceHistoryBy({ createdTimeFrom: new Date(0), createdTimeTo: before, runtimeStatus: ENDED });
  const {
    inventoryRetentionDays: inventoryDays,
    waveRetentionDays: waveDays,
    driftRetentionDays: driftDays,
  } = settings;
  const retention = { inventoryDays, waveDays, driftDays };
  const ledgerPurge = await purgeOld({ ledger, now }, retention, PURGE_ROWS, waves);
  const eventStreamsPurged = await purgeEvents(app, settings.eventRetentionDays);
  const messagesDropped = await ledger.tickets.dropMessages(now());
  const { instancesDeleted: historiesPurged } = purged;
  context.log('clean-up', {
    leasesReleased: released,
    ...{ historiesPurged, eventStreamsPurged, messagesDropped, ...ledgerPurge },
  });
}
