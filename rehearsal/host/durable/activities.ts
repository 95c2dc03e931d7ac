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
    const completion = await execute(ctx, row);
    running -= 1;
    onDone(completion);
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

async function execute(ctx: DurableContext, row: ActivityRow): Promise<Completion> {
  const { counters } = ctx;
  counters.activities += 1;
  counters.activitiesByName[row.name] = (counters.activitiesByName[row.name] ?? 0) + 1;
  try {
    const fn = ctx.findFunction('activity', row.name);
    if (fn === undefined) throw new Error(`There is no activity named '${row.name}'.`);
    const outcome = await ctx.invoke({ fn, data: triggerData(row.input), instanceId: row.instance });
    return { row, failed: false, payload: typedDataText(outcome.response.returnValue) };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const name = thrown instanceof Error ? thrown.name : 'Error';
    const failure: FailurePayload = {
      reason: `Activity function '${row.name}' failed: ${message}`,
      details: `${name}: ${message}`,
    };
    return { row, failed: true, payload: JSON.stringify(failure) };
  }
}

/** A text travels as it is; the library has made it JSON already, and parses it on arrival. */
function triggerData(input: string): { string: string } | { json: string } {
  const value: unknown = JSON.parse(input);
  return typeof value === 'string' ? { string: value } : { json: input };
}
