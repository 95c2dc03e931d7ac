import type { Clock } from '../clock.ts';

/** Holds on the clock that a host took, so that a killed host leaves none behind. */
export interface Holds {
  take(): () => void;
  releaseAll(): void;
}

export function createHolds(clock: Clock): Holds {
  const open = new Set<() => void>();
  return {
    take() {
      const release = clock.hold();
      open.add(release);
      return () => {
        open.delete(release);
        release();
      };
    },
    releaseAll() {
      for (const release of open) release();
      open.clear();
    },
  };
}
