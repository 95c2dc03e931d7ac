/**
 * Time in a rehearsal is a value (DESIGN D3). Host, app and simulated estate share one clock.
 *
 * The skipping clock stands still while anything runs and jumps to the next due timer when nothing does,
 * so days of soak pass in milliseconds and a run is deterministic. The scaled clock runs at a chosen
 * multiple of real time so that a person can watch.
 */
export interface Clock {
  /** The current instant in milliseconds since the epoch. */
  now(): number;
  /** Runs `task` at `instant` (at once when that is in the past); returns a function that cancels it. */
  at(instant: number, task: () => void): () => void;
  /** Resolves after `ms` of clock time. The caller's own hold, if any, must be released by the caller. */
  sleep(ms: number): Promise<void>;
  /** Says that something is running; a skipping clock does not move until every hold is released. */
  hold(): () => void;
  /** Stops the clock: no timer fires any more. */
  stop(): void;
}

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly task: () => void;
  cancelled: boolean;
}

export interface SkippingClockOptions {
  /** First instant, milliseconds since the epoch. */
  start: number;
  /** Awaited before timers of a new instant fire, e.g. to carry the time to another process. */
  onAdvance?: (now: number) => void | Promise<void>;
}

export interface SkippingClock extends Clock {
  /** Time leaps although something runs, as when a machine is paused; timers it passes fire late. */
  leap(ms: number): void;
}

/** A clock that jumps to the next due timer whenever no hold is open. */
export function createSkippingClock(options: SkippingClockOptions): SkippingClock {
  const queue = createTimerQueue();
  let current = options.start;
  let holds = 0;
  let advancing = false;
  let stopped = false;

  function schedule(): void {
    if (advancing || stopped || holds > 0 || queue.size() === 0) return;
    advancing = true;
    // setImmediate lets every promise continuation of the work that just ended take its own hold first.
    setImmediate(advance);
  }

  async function advance(): Promise<void> {
    try {
      if (stopped || holds > 0) return;
      const due = queue.nextDue();
      if (due === undefined) return;
      if (due > current) {
        current = due;
        await options.onAdvance?.(current);
      }
      for (const timer of queue.takeDue(current)) if (!stopped && !timer.cancelled) timer.task();
    } finally {
      advancing = false;
      schedule();
    }
  }

  const clock: SkippingClock = {
    now: () => current,
    leap(ms) {
      current += ms;
    },
    at(instant, task) {
      const cancel = queue.add(Math.max(instant, current), task);
      schedule();
      return cancel;
    },
    sleep: (ms) => new Promise((resolve) => clock.at(current + ms, resolve)),
    hold() {
      holds += 1;
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        holds -= 1;
        schedule();
      };
    },
    stop() {
      stopped = true;
    },
  };
  return clock;
}

/** A clock that runs `speed` times as fast as real time from `start`. Holds have no effect. */
export function createScaledClock(options: { start: number; speed: number }): Clock {
  const began = performance.now();
  const timers = new Set<NodeJS.Timeout>();
  const longest = 2 ** 31 - 1;
  const now = () => options.start + (performance.now() - began) * options.speed;

  const clock: Clock = {
    now: () => Math.floor(now()),
    at(instant, task) {
      let handle: NodeJS.Timeout;
      const arm = () => {
        const wait = Math.max(0, (instant - now()) / options.speed);
        handle = setTimeout(
          () => {
            timers.delete(handle);
            // A timeout may end a little early, and cannot last for months.
            if (now() < instant) arm();
            else task();
          },
          Math.min(wait, longest),
        );
        timers.add(handle);
      };
      arm();
      return () => {
        clearTimeout(handle);
        timers.delete(handle);
      };
    },
    sleep: (ms) => new Promise((resolve) => clock.at(now() + ms, resolve)),
    hold: () => () => undefined,
    stop() {
      for (const handle of timers) clearTimeout(handle);
      timers.clear();
    },
  };
  return clock;
}

/** Binary heap ordered by due time, then by insertion, so that equal instants fire in a fixed order. */
function createTimerQueue() {
  const heap: Timer[] = [];
  let order = 0;

  const before = (a: Timer, b: Timer) => a.due < b.due || (a.due === b.due && a.order < b.order);

  function push(timer: Timer): void {
    heap.push(timer);
    let i = heap.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(heap[i] as Timer, heap[parent] as Timer)) break;
      swap(i, parent);
      i = parent;
    }
  }

  function pop(): Timer | undefined {
    const top = heap[0];
    const last = heap.pop();
    if (heap.length > 0 && last !== undefined) {
      heap[0] = last;
      sink(0);
    }
    return top;
  }

  function sink(from: number): void {
    let i = from;
    for (;;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && before(heap[child] as Timer, heap[least] as Timer)) least = child;
      }
      if (least === i) return;
      swap(i, least);
      i = least;
    }
  }

  function swap(a: number, b: number): void {
    const held = heap[a] as Timer;
    heap[a] = heap[b] as Timer;
    heap[b] = held;
  }

  function dropCancelled(): void {
    while (heap[0]?.cancelled) pop();
  }

  return {
    size(): number {
      dropCancelled();
      return heap.length;
    },
    add(due: number, task: () => void): () => void {
      const timer: Timer = { due, order: order++, task, cancelled: false };
      push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
    nextDue(): number | undefined {
      dropCancelled();
      return heap[0]?.due;
    },
    takeDue(instant: number): Timer[] {
      const due: Timer[] = [];
      for (dropCancelled(); heap[0] !== undefined && heap[0].due <= instant; dropCancelled()) {
        due.push(pop() as Timer);
      }
      return due;
    },
  };
}
