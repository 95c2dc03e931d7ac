import type { OrchestrationContext, Task } from 'durable-functions';
import * as df from 'durable-functions';
import { record } from './record.ts';

const { app } = df;

app.orchestration('chain', function* (context: OrchestrationContext) {
  let n = context.df.getInput() as number;
  for (let i = 0; i < 3; i += 1) n = yield context.df.callActivity('double', n);
  return n;
});

app.orchestration('fanOut', function* (context: OrchestrationContext) {
  const count = context.df.getInput() as number;
  const tasks = Array.from({ length: count }, (_, i) => context.df.callActivity('double', i));
  const results: number[] = yield context.df.Task.all(tasks);
  return results.reduce((sum, n) => sum + n, 0);
});

app.orchestration('slowFanOut', function* (context: OrchestrationContext) {
  const count = context.df.getInput() as number;
  const tasks = Array.from({ length: count }, (_, i) => context.df.callActivity('slow', i));
  return yield context.df.Task.all(tasks);
});

app.orchestration('parent', function* (context: OrchestrationContext) {
  const {
    id,
    version,
    name = 'child',
  } = context.df.getInput() as {
    id?: string;
    version?: string;
    name?: string;
  };
  try {
    return yield context.df.callSubOrchestrator(name, { from: 'parent' }, id, version);
  } catch (error) {
    return `caught ${(error as Error).message}`;
  }
});

app.orchestration('child', function* (context: OrchestrationContext) {
  const input = yield context.df.callActivity('echo', context.df.getInput());
  return { input, parent: context.df.parentInstanceId, version: context.df.version };
});

app.orchestration('failing', function* (context: OrchestrationContext) {
  yield context.df.callActivity('fail', 'as asked');
});

app.orchestration('catching', function* (context: OrchestrationContext) {
  try {
    yield context.df.callActivity('fail', 'as asked');
    return 'not reached';
  } catch (error) {
    return `caught ${(error as Error).message}`;
  }
});

app.orchestration('retrying', function* (context: OrchestrationContext) {
  const input = context.df.getInput() as { name: string; failures: number; attempts: number }[];
  const tasks = input.map(({ name, failures, attempts }) => {
    const options = new df.RetryOptions(60_000, attempts);
    options.backoffCoefficient = 2;
    return context.df.callActivityWithRetry('flaky', options, { name, failures });
  });
  const first = yield context.df.Task.all(tasks);
  const after = yield context.df.callActivity('echo', 'after');
  return { first, after, at: context.df.currentUtcDateTime.toISOString() };
});

app.orchestration('retryMixed', function* (context: OrchestrationContext) {
  const options = new df.RetryOptions(1000, 3);
  const flaky = context.df.callActivityWithRetry('flaky', options, { name: 'mixed', failures: 2 });
  const chain = context.df.callSubOrchestrator('chain', 1);
  const both = yield context.df.Task.all([flaky, chain, context.df.callActivity('double', 4)]);
  const next = yield context.df.Task.all([
    context.df.callActivity('double', 5),
    context.df.callSubOrchestratorWithRetry('flakyChild', options, 'sub', 'flaky-child'),
  ]);
  return [...both, ...next];
});

app.orchestration('flakyChild', function* (context: OrchestrationContext) {
  return yield context.df.callActivity('flaky', { name: context.df.getInput(), failures: 1 });
});

app.orchestration('exhausted', function* (context: OrchestrationContext) {
  const options = new df.RetryOptions(1000, 2);
  try {
    yield context.df.callActivityWithRetry('fail', options, 'always');
    return 'not reached';
  } catch (error) {
    const more = yield context.df.callActivity('double', 21);
    return { more, caught: (error as Error).message, at: context.df.currentUtcDateTime.toISOString() };
  }
});

app.orchestration('race', function* (context: OrchestrationContext) {
  const { hours, cancel } = context.df.getInput() as { hours: number; cancel: boolean };
  const deadline = new Date(context.df.currentUtcDateTime.getTime() + hours * 3_600_000);
  const timer = context.df.createTimer(deadline);
  const event = context.df.waitForExternalEvent('go');
  const winner: Task = yield context.df.Task.any([event, timer]);
  if (winner === timer) return 'timed out';
  if (cancel) timer.cancel();
  const echoed = yield context.df.callActivity('echo', (event as Task).result);
  return `went ${JSON.stringify(echoed)}`;
});

app.orchestration('sleep', function* (context: OrchestrationContext) {
  const days = context.df.getInput() as number;
  const began = context.df.currentUtcDateTime.getTime();
  yield context.df.createTimer(new Date(began + days * 86_400_000));
  const result = yield context.df.callActivity('double', days);
  return { result, slept: context.df.currentUtcDateTime.getTime() - began };
});

app.orchestration('eternal', function* (context: OrchestrationContext) {
  const seen = context.df.getInput() as string[];
  const event: string = yield context.df.waitForExternalEvent('item');
  const echoed: string = yield context.df.callActivity('echo', event);
  const all = [...seen, echoed];
  context.df.setCustomStatus({ seen: all.length });
  if (all.length === 5) return all;
  context.df.continueAsNew(all);
  return undefined;
});

app.orchestration('entities', function* (context: OrchestrationContext) {
  const id = new df.EntityId('Counter', context.df.getInput() as string);
  context.df.signalEntity(id, 'add', 1);
  const sums: number[] = yield context.df.Task.all([
    context.df.callEntity(id, 'add', 10),
    context.df.callEntity(id, 'add', 100),
    context.df.callActivity('double', 3),
  ]);
  let failure = '';
  try {
    yield context.df.callEntity(id, 'unknown');
  } catch (error) {
    failure = (error as Error).message;
  }
  return { sums, now: yield context.df.callEntity(id, 'get'), failure };
});

app.orchestration('status', function* (context: OrchestrationContext) {
  context.df.setCustomStatus({ step: 1 });
  yield context.df.waitForExternalEvent('next');
  context.df.setCustomStatus({ step: 2 });
  return context.df.isReplaying;
});

app.orchestration('versioned', function* (context: OrchestrationContext) {
  const echoed = yield context.df.callActivity('echo', context.df.getInput());
  return { echoed, version: context.df.version, id: context.df.instanceId };
});

/** Names another activity on every replay. */
app.orchestration('fickle', function* (context: OrchestrationContext) {
  const runs = (record.fail.get('fickle') ?? 0) + 1;
  record.fail.set('fickle', runs);
  yield context.df.callActivity(runs === 1 ? 'double' : 'echo', 1);
  return 'not reached';
});

app.orchestration('reuse', function* (context: OrchestrationContext) {
  const tasks = [context.df.callActivity('double', 1), context.df.callActivity('double', 2)];
  yield context.df.Task.any(tasks);
  return yield context.df.Task.all(tasks);
});

app.orchestration('failFast', function* (context: OrchestrationContext) {
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3_600_000));
  yield context.df.Task.all([context.df.callActivity('fail', 'fast'), timer]);
});

app.orchestration('empty', function* () {});

/** A bit of everything, so that a host can be interrupted at many different points. */
app.orchestration('everything', function* (context: OrchestrationContext) {
  const slow = context.df.getInput() as number;
  const first = yield context.df.Task.all([
    context.df.callSubOrchestrator('retryMixed', undefined, 'all-mixed'),
    context.df.callSubOrchestrator('entities', 'all', 'all-entities'),
    context.df.callSubOrchestrator('slowFanOut', slow, 'all-slow'),
    context.df.callSubOrchestrator('countDown', 3, 'all-count'),
    context.df.callActivity('double', 7),
  ]);
  const slept = yield context.df.callSubOrchestrator('sleep', 8, 'all-sleep');
  const late = yield context.df.callSubOrchestrator('race', { hours: 1, cancel: true }, 'all-race');
  return { first, slept, late, total: yield context.df.callEntity(new df.EntityId('Counter', 'all'), 'get') };
});

app.orchestration('countDown', function* (context: OrchestrationContext) {
  const n = context.df.getInput() as number;
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 1000));
  yield context.df.callEntity(new df.EntityId('Counter', 'all'), 'add', 1000);
  if (n > 1) context.df.continueAsNew(n - 1);
  return n;
});

app.orchestration('trickling', function* (context: OrchestrationContext) {
  const count = context.df.getInput() as number;
  const tasks = Array.from({ length: count }, (_, i) => context.df.callActivity('trickle', i));
  const results: number[] = yield context.df.Task.all(tasks);
  return results.length;
});

/** Calls the activities of its input one after the other. */
app.orchestration('calls', function* (context: OrchestrationContext) {
  const results: unknown[] = [];
  for (const name of context.df.getInput() as string[])
    results.push(yield context.df.callActivity(name, name));
  return results;
});

app.orchestration('firstOf', function* (context: OrchestrationContext) {
  const slow = context.df.callActivity('slow', 1);
  const fast = context.df.callActivity('double', 1);
  const winner: Task = yield context.df.Task.any([slow, fast]);
  return { fast: winner === fast, value: winner.result };
});

app.orchestration('retryTimeout', function* (context: OrchestrationContext) {
  const options = new df.RetryOptions(60_000, 10);
  options.retryTimeoutInMilliseconds = 90_000;
  yield context.df.callActivityWithRetry('fail', options, 'always');
});

app.orchestration('http', function* (context: OrchestrationContext) {
  yield context.df.callHttp({ method: 'GET', url: 'http://localhost/' });
});

/** Goes on working while a long timer and a retried call that lost a race keep taking numbers. */
app.orchestration('losers', function* (context: OrchestrationContext) {
  const inDays = (days: number) => new Date(context.df.currentUtcDateTime.getTime() + days * 86_400_000);
  const options = new df.RetryOptions(5 * 3_600_000, 12);
  options.backoffCoefficient = 1.5;
  const retried = context.df.callActivityWithRetry('flaky', options, { name: 'loser', failures: 9 });
  yield context.df.Task.any([
    context.df.createTimer(inDays(20)),
    retried,
    context.df.callActivity('double', 0),
  ]);
  const results: unknown[] = [];
  for (let i = 1; i <= 12; i += 1) {
    results.push(yield context.df.callActivity('echo', i));
    yield context.df.createTimer(inDays(i % 3 === 0 ? 7 : 1));
    const [a, b] = yield context.df.Task.all([
      context.df.callSubOrchestrator('empty'),
      context.df.callActivity('double', i),
    ]);
    results.push(a, b);
  }
  return results;
});
