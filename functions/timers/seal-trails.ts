import type { InvocationContext } from '@azure/functions';
import type { Wave } from '../../shared/model/wave.ts';
import type { Runtime } from '../compose.ts';

/** How often the trails of what has not ended are sealed; a look costs a few reads. */
const SEAL_EVERY_MS = 3_600_000;
/** Trails of what ended longer ago than this are sealed for good. */
const ENDED_MS = 3 * 86_400_000;

type App = Pick<Runtime, 'ledger' | 'now'>;

/**
 * Seals the trails that may have grown. The seal of a wave or run goes into the general trail, so that a trail cannot
 * vanish as a whole, and into the log, which is kept elsewhere. A `full` look, once a day, finds late entries too.
 */
export async function sealTrails(
  app: App,
  context: InvocationContext,
  { waves: all, full = false }: { readonly waves: readonly Wave[]; readonly full?: boolean },
): Promise<void> {
  const { ledger, now } = app;
  // All are sealed in one go, the general trail last, so that its time is that of all.
  if (!full && now() - (await ledger.seals.lastLook(null)) < SEAL_EVERY_MS) return;
  const since = now() - (full ? ENDED_MS : 0);
  const isOpen = ({ finishedAt }: { readonly finishedAt: string | null }) =>
    finishedAt === null || Date.parse(finishedAt) > since;
  const waves = all.filter(isOpen).map(({ id }) => id);
  const runs = (await ledger.planRuns.all()).filter(isOpen).map(({ id }) => id);
  // The general trail last: it takes the seals of the others.
  for (const trail of [...waves, ...runs, null]) {
    try {
      await sealTrail(app, context, trail, full);
    } catch (error) {
      // One that cannot be sealed must not keep the others from it.
      context.warn('an audit trail could not be sealed', { trail, error: String(error) });
    }
  }
}

async function sealTrail(
  { ledger, now }: App,
  context: InvocationContext,
  trail: string | null,
  full: boolean,
): Promise<void> {
  const { added, head } = await ledger.seals.seal(trail, now(), { full });
  if (added === 0 || head === undefined) return;
  const data = { trail: trail ?? 'general', number: head.number, hash: head.hash };
  context.log('an audit trail was sealed', data);
  if (trail === null) return;
  await ledger.audit.append('seal', [
    {
      ...{ at: head.at, waveId: null, machineId: null, stage: null, event: 'seal', by: 'app' },
      message: `sealed the trail of ${trail}`,
      data,
    },
  ]);
}
