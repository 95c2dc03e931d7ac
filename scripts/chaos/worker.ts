import { chaosRun } from './run.ts';

// A process of its own for some of the seeds of `npm run chaos`.
process.on('message', async ({ seed, machines }: { seed: number; machines: number }) => {
  process.send?.(await chaosRun(seed, machines));
});
