import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { attemptsOf, note, record } from './record.ts';

df.app.activity('double', {
  handler: (n: number) => {
    note(`double ${n}`);
    return n * 2;
  },
});

df.app.activity('echo', {
  handler: (input: unknown, context: InvocationContext) => {
    note(`echo ${JSON.stringify(input)}`);
    context.log('echo ran');
    return input;
  },
});

df.app.activity('fail', {
  handler: (text: string) => {
    note(`fail ${text}`);
    throw new Error(text);
  },
});

/** Fails as often as the input says, counted per name. */
df.app.activity('flaky', {
  handler: ({ name, failures }: { name: string; failures: number }) => {
    const failed = Math.min(attemptsOf(name), failures);
    note(`flaky ${name} ${failed + 1}`);
    if (failed < failures) {
      record.fail.set(name, failed + 1);
      throw new Error(`${name} attempt ${failed + 1}`);
    }
    return `${name} after ${failed}`;
  },
});

df.app.activity('slow', {
  handler: async (n: number) => {
    note(`slow ${n} begins`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    note(`slow ${n} ends`);
    return n;
  },
});

/** Ends after a time that differs from call to call, so that results trickle in. */
df.app.activity('trickle', {
  handler: async (n: number) => {
    await new Promise((resolve) => setTimeout(resolve, 1 + ((n * 7919) % 13)));
    return n;
  },
});

df.app.activity('hooked', {
  handler: (input: unknown, context: InvocationContext) => {
    context.warn('a token');
    return input;
  },
});

df.app.activity('slower', {
  handler: async () => {
    note('slower begins');
    await new Promise((resolve) => setTimeout(resolve, 100));
    note('slower ends');
  },
});
