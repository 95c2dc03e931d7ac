import { createSkippingClock } from '../../rehearsal/clock.ts';
import { type Api, createApi } from '../../rehearsal/drive/api.ts';
import { joinClock, type Participant } from '../../rehearsal/participant.ts';
import { startApp } from '../../rehearsal/session.ts';

/**
 * One life of the app with its host and client in a process of its own, over an estate that a parent serves:
 * the parent can kill it at any moment and start it again on the same files. Arguments of the process: host
 * store, ledger, first instant. The parent follows the clock by messages, and hears what the work returned.
 */
export async function live(work: (api: Api, participant: Participant) => Promise<unknown>): Promise<void> {
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
  const done = await work(
    createApi({ url: 'http://127.0.0.1', key: host.key, fetch: host.fetch }),
    participant,
  );
  participant.leave();
  await close();
  await new Promise((resolve) => process.send?.({ done }, resolve));
  process.disconnect?.();
}
