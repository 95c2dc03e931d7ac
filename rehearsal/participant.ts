import type { Clock } from './clock.ts';

/**
 * Someone outside the host who lives on the same clock: while awake, time stands still for a skipping
 * clock, so a client's request is never overtaken by the future.
 */
export interface Participant {
  /** Sleeps for clock time; time may jump meanwhile. */
  sleep(ms: number): Promise<void>;
  leave(): void;
}

export function joinClock(clock: Clock): Participant {
  let release = clock.hold();
  return {
    sleep(ms) {
      return new Promise((resolve) => {
        clock.at(clock.now() + ms, () => {
          // Taken in the timer itself, before the clock can move on.
          release = clock.hold();
          resolve();
        });
        release();
      });
    },
    leave() {
      release();
    },
  };
}
