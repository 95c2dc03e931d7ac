import type { Holds } from '../holds.ts';
import { type Completion, createActivityRunner } from './activities.ts';
import { type Commit, clockTime, type DurableContext, type Effects, noEffects } from './context.ts';
import { applyControl, isControl } from './controls.ts';
import { createDurableTimers } from './durable-timers.ts';
import { createEntityRunner } from './entities.ts';
import { endInstance } from './instances.ts';
import { isFinal, type TimerRow } from './rows.ts';
import { runTurn } from './turn.ts';

export interface Engine {
  /** Takes up whatever the store holds. */
  start(): void;
  /** Commits a change that a client asked for and lets the engine act on it. */
  change<T>(id: string, work: (effects: Effects, now: number) => T): T;
  /** Lets running activities and operations end; what is queued stays in the store. */
  stop(): Promise<void>;
  kill(): void;
}

/** After so many turns other callbacks of the process get their chance. */
const turnsAtATime = 16;

/** Runs orchestrations, activities, entities and durable timers over one store. */
export function createEngine(ctx: DurableContext, holds: Holds): Engine {
  const { store } = ctx;
  const ready = new Set<string>();
  let completions: Completion[] = [];
  let fired: TimerRow[] = [];
  let looping: Promise<void> | undefined;
  let dead = false;

  const activities = createActivityRunner(ctx, holds, ctx.settings.maxConcurrentActivities, (completion) => {
    completions.push(completion);
    wake();
  });
  const timers = createDurableTimers(ctx.clock, (timer) => {
    if (dead) return;
    fired.push(timer);
    wake();
  });
  const entities = createEntityRunner(
    ctx,
    holds,
    () => dead,
    (effects, id) => committed({ kind: 'entity', id }, effects),
  );

  function committed(commit: Commit, effects: Effects): void {
    ctx.onCommit(commit);
    if (dead) return;
    timers.cancel(effects.cancelledTimers);
    timers.arm(effects.timers);
    for (const id of effects.instances) ready.add(id);
    entities.enqueue(effects.entities);
    activities.enqueue(effects.activities);
    if (ready.size > 0) wake();
  }

  function wake(): void {
    if (dead || looping !== undefined) return;
    const release = holds.take();
    looping = loop().finally(() => {
      looping = undefined;
      // Something may have come in between the last look and here.
      if (ready.size > 0 || completions.length > 0 || fired.length > 0) wake();
      release();
    });
  }

  async function loop(): Promise<void> {
    do {
      // What ends in the same round of the event loop is recorded, and delivered, together.
      await new Promise(setImmediate);
      if (dead) return;
      record();
      if (dead) return;
      let turns = 0;
      for (const id of ready) {
        ready.delete(id);
        await step(id);
        turns += 1;
        if (dead || turns === turnsAtATime) break;
      }
    } while (!dead && (ready.size > 0 || completions.length > 0 || fired.length > 0));
  }

  /** Turns finished activities and fired timers into messages. */
  function record(): void {
    if (completions.length === 0 && fired.length === 0) return;
    const effects = noEffects();
    const [done, due] = [completions, fired];
    completions = [];
    fired = [];
    store.db.transaction(clockTime(ctx), () => {
      for (const { row, failed, payload } of done) {
        if (!store.removeActivity(row.seq)) continue;
        const { instance, execution, task } = row;
        const kind = failed ? 'taskFailed' : 'taskCompleted';
        store.addMessage({ instance, execution, kind, task, name: null, payload });
        effects.instances.push(instance);
      }
      for (const { seq, instance, execution, task, leaf, due: at, finalDue } of due) {
        if (!store.removeTimer(seq)) continue;
        const payload = JSON.stringify({ due: at, finalDue, leaf });
        store.addMessage({ instance, execution, kind: 'timerFired', task, name: null, payload });
        effects.instances.push(instance);
        ctx.counters.timersFired += 1;
      }
    });
    committed({ kind: done.length > 0 ? 'completions' : 'timers', id: '' }, effects);
  }

  async function step(id: string): Promise<void> {
    const messages = store.inbox(id);
    if (messages.length === 0) return;
    const row = store.instance(id);
    if (row === undefined || isFinal(row.status)) {
      store.db.transaction(clockTime(ctx), () => store.clearInbox(id));
      return;
    }
    const control = messages.find(isControl);
    if (control !== undefined) {
      committed({ kind: 'control', id }, applyControl(ctx, row, control));
    } else if (row.status !== 'Suspended') {
      try {
        const effects = await runTurn(ctx, row, messages, () => dead);
        if (effects !== undefined) committed({ kind: 'turn', id }, effects);
      } catch (error) {
        if (!dead) abandon(id, error);
      }
    }
  }

  /** An error of the host itself must not leave an instance hanging. */
  function abandon(id: string, error: unknown): void {
    const message = `The embedded host failed to process '${id}': ${error instanceof Error ? error.stack : error}`;
    ctx.log({ level: 'critical', category: 'host', message, instanceId: id });
    const row = store.instance(id);
    if (row === undefined) return;
    const effects = noEffects();
    const at = clockTime(ctx);
    const ending = { status: 'Failed', output: JSON.stringify(message) } as const;
    store.db.transaction(at, () => endInstance(ctx, effects, row, ending, at));
    committed({ kind: 'turn', id }, effects);
  }

  return {
    start() {
      for (const id of store.waitingInstances()) ready.add(id);
      timers.arm(store.timers());
      entities.enqueue(store.waitingEntities());
      activities.enqueue(store.activities());
      if (ready.size > 0) wake();
    },
    change(id, work) {
      if (dead) throw new Error('The host is stopped.');
      const effects = noEffects();
      const now = clockTime(ctx);
      const result = store.db.transaction(now, () => work(effects, now));
      committed({ kind: 'client', id }, effects);
      return result;
    },
    async stop() {
      activities.close();
      entities.close();
      timers.cancelAll();
      while (!dead && (looping !== undefined || activities.running() > 0 || entities.running() > 0)) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      dead = true;
      timers.cancelAll();
    },
    kill() {
      dead = true;
      activities.close();
      entities.close();
      timers.cancelAll();
    },
  };
}
