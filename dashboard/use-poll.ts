import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, ask } from './api.ts';

export interface Polled<T> {
  /** The last answer, which stays while later ones fail. */
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  /** When the app was last heard. */
  readonly at: number | undefined;
  readonly refresh: () => void;
}

const LONGEST_MS = 60_000;

/** Asks again and again while the page is seen; an answer that is the same costs no more than its tag. */
export function usePoll<T>(path: string | null, everyMs = 5000): Polled<T> {
  const [state, setState] = useState<{ path: string | null } & Pick<Polled<T>, 'data' | 'error' | 'at'>>({
    path,
    data: undefined,
    error: undefined,
    at: undefined,
  });
  const look = useRef<() => void>(() => undefined);

  useEffect(() => {
    if (path === null) return;
    let over = false;
    let etag: string | null = null;
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let busy = false;

    async function once() {
      if (busy || over || path === null) return;
      busy = true;
      clearTimeout(timer);
      let wait = everyMs;
      try {
        const answer = await ask<T>(path, etag);
        failures = 0;
        etag = answer.etag;
        if (!over)
          setState((was) => ({
            path,
            data: answer.body ?? (was.path === path ? was.data : undefined),
            error: undefined,
            at: Date.now(),
          }));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        failures += 1;
        wait = Math.max(error.retryAfterMs, Math.min(LONGEST_MS, everyMs * 2 ** failures));
        if (!over)
          setState((was) => ({
            path,
            data: was.path === path ? was.data : undefined,
            error,
            at: was.path === path ? was.at : undefined,
          }));
      } finally {
        busy = false;
        if (!over && !document.hidden) timer = setTimeout(once, wait);
      }
    }
    const seen = () => {
      if (!document.hidden) void once();
    };
    look.current = once;
    document.addEventListener('visibilitychange', seen);
    void once();
    return () => {
      over = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [path, everyMs]);

  const refresh = useCallback(() => look.current(), []);
  const isOld = state.path !== path;
  return {
    data: isOld ? undefined : state.data,
    error: isOld ? undefined : state.error,
    at: isOld ? undefined : state.at,
    refresh,
  };
}
