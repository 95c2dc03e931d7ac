import type { InvocationContext, Timer } from '@azure/functions';
import { newDigest } from '../../shared/digest/make-digest.ts';
import { DIGEST_PERIODS } from '../../shared/model/digest.ts';
import { runtime } from '../compose.ts';
import { emitDigest } from '../events/emit.ts';

/**
 * Makes the digest of each period once it is over, whichever run of the timer is the first to see that. Told before it
 * is kept: a run that dies between the two makes it again, and it is told once all the same.
 */
export async function makeDigests(_timer: Timer, context: InvocationContext): Promise<void> {
  const app = await runtime();
  for (const period of DIGEST_PERIODS) {
    try {
      const digest = await newDigest(app, period);
      if (digest === undefined) continue;
      await emitDigest(app, context, digest);
      await app.ledger.fleet.putDigest(digest);
    } catch (error) {
      // One that cannot be made must not keep the other from it; the next run tries again.
      context.warn('a digest could not be made', { period, error: String(error) });
    }
  }
}
