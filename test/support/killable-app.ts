import { createSkippingClock } from '../../rehearsal/clock.ts';
import { createApi } from '../../rehearsal/drive/api.ts';
import { drive } from '../../rehearsal/drive/drive.ts';
import { joinClock } from '../../rehearsal/participant.ts';
import { startApp } from '../../rehearsal/session.ts';

/**
 * The app with its host and client in a process of its own, over an estate that a parent serves: the
 * parent can kill it at any moment and start it again on the same files. Arguments: host store, ledger,
 * first instant. The parent follows the clock by messages.
 */
const [hostStore = '', ledger = '', start = '0'] = process.argv.slice(2);

let acknowledge: () => void = () => undefined;
process.on('message', () => acknowledge());

const clock = createSkippingClock({
  start: Number(start),
  onAdvance: (now) =>
    new Promise((resolve) => {
      acknowledge = resolve;
      process.send?.({ now });
    }),
});
const release = clock.hold();
const { host, close } = await startApp({ clock, hostStore, ledger });
const participant = joinClock(clock);
release();
const result = await drive({
  api: createApi({ url: 'http://127.0.0.1', key: host.key, fetch: host.fetch }),
  plan: { cohorts: { pilotSize: 0, firstSize: 100 } },
  requestedBy: 'operator',
  approveAs: 'approver',
  runId: 'killed',
  sleep: participant.sleep,
  onEvent: () => undefined,
});
participant.leave();
await close();
process.send?.({ done: result.completed });
process.disconnect?.();
