import { afterEach, describe, expect, it, vi } from 'vitest';
import { createScaledClock } from '../../rehearsal/clock.ts';
import { createApi } from '../../rehearsal/drive/api.ts';
import { drive } from '../../rehearsal/drive/drive.ts';
import { reportOf } from '../../rehearsal/drive/report.ts';
import { createEstate, serveEstate } from '../../rehearsal/estate/index.ts';
import { startApp } from '../../rehearsal/session.ts';
import { ARC, smallEstate, VM } from '../support/small-estate.ts';

/** What `npm run estate -- --speed 300` and an app under any host make together: real time, real sockets. */
describe('an app that runs elsewhere, over a served estate', () => {
  const closing: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it('migrates over loopback in real time with durations of one second, driven over HTTP', async () => {
    const clock = createScaledClock({ start: Date.now(), speed: 1 });
    const estate = createEstate({ file: smallEstate(), clock, timeScale: 300 });
    const served = await serveEstate(estate, { port: 0 });
    for (const [name, value] of Object.entries(estate.settings(served.url))) vi.stubEnv(name, value);
    const app = await startApp({ clock, key: 'elsewhere' });
    const { origin } = await app.host.listen({ port: 0 });
    closing.push(
      () => served.close(),
      () => clock.stop(),
      () => app.close(),
    );

    const result = await drive({
      api: createApi({ url: origin, key: 'elsewhere', fetch: (request) => fetch(request) }),
      plan: {
        policy: {
          // Days do not fit into a test of real time.
          verification: { proof: 'presence' },
          connector: { propagationSeconds: 1, watchSeconds: 1 },
          pollSeconds: 1,
          verifyPollSeconds: 1,
          recheckSeconds: 1,
          soakSeconds: 1,
          ingestionLagSeconds: 1,
          heartbeatFreshSeconds: 5,
          verifyDeadlineSeconds: 60,
        },
      },
      requestedBy: 'operator',
      approveAs: 'approver',
      runId: 'elsewhere',
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 500))),
      onEvent: () => undefined,
    });

    expect(result.waves.map(({ phase, message }) => [phase, message])).toEqual([['completed', 'Finished.']]);
    expect(reportOf(result).counts).toMatchObject({ migrated: 3, blocked: 0, failed: 0 });
    expect(estate.snapshot(VM)?.extensions.map(({ type }) => type)).toEqual(['AzureMonitorWindowsAgent']);
    expect(estate.snapshot(ARC)?.extensions.map(({ type }) => type)).toEqual(['AzureMonitorWindowsAgent']);
  });
});
