import type { Holds } from '../holds.ts';
import type { DurableContext } from './context.ts';
import type { FailurePayload } from './message-events.ts';
import type { ActivityRow } from './rows.ts';
import { typedDataText } from './typed-data.ts';

export interface Completion {
  readonly row: ActivityRow;
  readonly failed: boolean;
  /** JSON: the result, or the failure. */
  readonly payload: string;
}

export interface ActivityRunner {
  enqueue(rows: readonly ActivityRow[]): void;
  running(): number;
  /** Starts nothing more; what runs, runs to its end. */
  close(): void;
}

/** Runs activities in the order in which they were scheduled, up to the limit at once. */
export function createActivityRunner(
  ctx: DurableContext,
  holds: Holds,
  limit: number,
  onDone: (completion: Completion) => void,
): ActivityRunner {
  let queue: ActivityRow[] = [];
  let head = 0;
  let running = 0;
  let closed = false;

  function startNext(): void {
    while (!closed && running < limit && head < queue.length) {
      const row = queue[head] as ActivityRow;
      head += 1;
      void run(row);
    }
    if (head === queue.length) {
      queue = [];
      head = 0;
    }
  }

  async function run(row: ActivityRow): Promise<void> {
    const release = holds.take();
    running += 1;
    const { first, last } = execute(ctx, row, () => closed);
    onDone(await first);
    await last;
    running -= 1;
    startNext();
    release();
  }

  return {
    enqueue(rows) {
      for (const row of rows) queue.push(row);
      startNext();
    },
    running: () => running,
    close() {
      closed = true;
    },
  };
}

/** Runs an activity as often as fate has it: the answer that counts, and the end of it all. */
function execute(
  ctx: DurableContext,
  row: ActivityRow,
  isClosed: () => boolean,
): { first: Promise<Completion>; last: Promise<unknown> } {
  const fate = ctx.disturb.activity?.(row) ?? 'runs';
  const once = executeOnce(ctx, row);
  switch (fate) {
    case 'runs':
      return { first: once, last: once };
    case 'answerLost': {
      // A host that is stopped or killed starts nothing more; its successor runs the activity again.
      const again = once.then((answer) => {
        const ended = Promise.resolve(answer);
        return isClosed() ? { first: ended, last: ended } : execute(ctx, row, isClosed);
      });
      return { first: again.then(({ first }) => first), last: again.then(({ last }) => last) };
    }
    case 'throwsAfter': {
      const thrown = once.then(() => failedWith(row, new Error('The worker died after its work was done.')));
      return { first: thrown, last: thrown };
    }
    case 'twice': {
      const both = [once, executeOnce(ctx, row)];
      return { first: Promise.race(both), last: Promise.all(both) };
    }
  }
}

async function executeOnce(ctx: DurableContext, row: ActivityRow): Promise<Completion> {
  const { counters } = ctx;
  counters.activities += 1;
  counters.activitiesByName[row.name] = (counters.activitiesByName[row.name] ?? 0) + 1;
  try {
    const fn = ctx.findFunction('activity', row.name);
    if (fn === undefined) throw new Error(`There is no activity named '${row.name}'.`);
    const outcome = await ctx.invoke({ fn, data: triggerData(row.input), instanceId: row.instance });
    return { row, failed: false, payload: typedDataText(outcome.response.returnValue) };
  } catch (thrown) {
    return failedWith(row, thrown);
  }
}

function failedWith(row: ActivityRow, thrown: unknown): Completion {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const name = thrown instanceof Error ? thrown.name : 'Error';
  const failure: FailurePayload = {
    reason: `Activity function '${row.name}' failed: ${message}`,
    details: `${name}: ${message}`,
  };
  return { row, failed: true, payload: JSON.stringify(failure) };
}

/** A text travels as it is; the library has made it JSON already, and parses it on arrival. */
function triggerData(input: string): { string: string } | { json: string } {
  const value: unknown = JSON.parse(input);
  return typeof value === 'string' ? { string: value } : { json: input };
}
