import { setImmediate } from 'node:timers/promises';

/** Lets the process do other work between two texts: binding a workspace's queries takes seconds in all. */
export async function breathe(): Promise<void> {
  await setImmediate();
}
