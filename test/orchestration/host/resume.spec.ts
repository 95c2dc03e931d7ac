import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSkippingClock } from '../../../rehearsal/clock.ts';
import { readStoredTime } from '../../../rehearsal/host/index.ts';
import { began, type Harness, startHarness } from './harness.ts';

const expected = {
  first: [['mixed after 2', 8, 8, 10, 'sub after 1'], expect.anything(), [0, 1, 2, 3, 4, 5], 1, 14],
  slept: { result: 16, slept: 8 * 86_400_000 },
  late: 'timed out',
  total: 3111,
};

describe('a host that is killed', () => {
  let folder: string;
  let store: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'host-'));
    store = join(folder, 'state.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs `everything` and kills the host after the given commit; undefined when it ended before. */
  async function killAfter(commits: number): Promise<{ harness: Harness; commits: number; killed: boolean }> {
    let count = 0;
    let started = false;
    let killed = false;
    const harness = await startHarness({
      store,
      onCommit({ kind }) {
        started ||= kind === 'client';
        if (!started || kind === 'client') return;
        count += 1;
        if (count !== commits) return;
        killed = true;
        harness.host.kill();
      },
    });
    harness.app.fail.clear();
    await harness.client('startNew', 'everything', { instanceId: 'all', input: 6 }).catch(() => undefined);
    while (!killed && harness.host.instance('all')?.output === null) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { harness, commits: count, killed };
  }

  it('goes on from any commit to the same outcome', async () => {
    const whole = await killAfter(Number.POSITIVE_INFINITY);
    expect(await whole.harness.until('all', 'Completed')).toMatchObject({ output: expected });
    await whole.harness.host.stop();
    expect(whole.commits).toBeGreaterThan(40);

    for (let commit = 1; commit < whole.commits; commit += 1) {
      for (const suffix of ['', '-wal', '-shm']) rmSync(store + suffix, { force: true });
      const { killed, harness: first } = await killAfter(commit);
      if (!killed) {
        await first.host.stop();
        break;
      }
      const written = readStoredTime(store) ?? 0;
      expect(written).toBeGreaterThanOrEqual(began);
      const harness = await startHarness({ store, clock: createSkippingClock({ start: written }) });
      const ended = await harness.until('all', 'Completed', 'Failed');
      expect({ commit, ...ended }).toMatchObject({ commit, status: 'Completed', output: expected });
      const open = harness.host.instances({ status: ['Running', 'Pending'] });
      expect(open).toEqual([]);
      await harness.host.stop();
    }
  }, 120_000);

  it('commits and executes nothing more', async () => {
    const { harness } = await killAfter(8);
    const calls = harness.app.calls.length;
    const time = readStoredTime(store);
    const now = harness.clock.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(harness.app.calls.filter((call) => !call.endsWith('ends')).length).toBeLessThanOrEqual(calls);
    expect(readStoredTime(store)).toBe(time);
    expect(harness.clock.now()).toBe(now);
    expect((await harness.host.fetch(new Request('http://localhost/api/hello'))).status).toBe(503);
  });

  it('keeps events and suspension', async () => {
    const first = await startHarness({ store });
    await first.client('startNew', 'eternal', { instanceId: 'e', input: [] });
    await first.client('suspend', 'e', '');
    await first.until('e', 'Suspended');
    for (const item of ['a', 'b', 'c', 'd', 'e']) await first.client('raiseEvent', 'e', 'item', item);
    first.host.kill();
    const second = await startHarness({ store });
    await second.client('resume', 'e', '');
    expect(await second.until('e', 'Completed')).toMatchObject({ output: ['a', 'b', 'c', 'd', 'e'] });
    await second.host.stop();
  });

  it('continues a timer where it was', async () => {
    const clock = createSkippingClock({ start: began });
    const release = clock.hold();
    const first = await startHarness({ store, clock });
    await first.client('startNew', 'sleep', { instanceId: 's', input: 1 });
    await first.until('s', 'Running');
    first.host.kill();
    release();
    const second = await startHarness({ store, clock: createSkippingClock({ start: began + 3_600_000 }) });
    await second.until('s', 'Completed');
    expect(second.clock.now()).toBe(began + 86_400_000);
    await second.host.stop();
  });

  it('lets running activities end when it is stopped, and keeps the rest', async () => {
    const first = await startHarness({ store, maxConcurrentActivities: 2 });
    await first.client('startNew', 'slowFanOut', { instanceId: 's', input: 6 });
    await expect.poll(() => first.app.calls.length).toBeGreaterThan(0);
    await first.host.stop();
    const begun = first.app.calls.filter((call) => call.endsWith('begins')).length;
    expect(first.app.calls.filter((call) => call.endsWith('ends'))).toHaveLength(begun);
    const second = await startHarness({ store });
    expect(await second.until('s', 'Completed')).toMatchObject({ output: [0, 1, 2, 3, 4, 5] });
    expect(second.host.counters().activities).toBe(6 - begun);
    await second.host.stop();
  });

  it('survives SIGKILL of its process', async () => {
    const script = fileURLToPath(new URL('../../support/host-app/child.ts', import.meta.url));
    const record = join(folder, 'record.txt');
    const lines = () => (existsSync(record) ? readFileSync(record, 'utf8').split('\n').length : 0);
    const env = { ...process.env, HOST_APP_RECORD: record };

    for (const kill of [15, 60, 130]) {
      const child = spawn(process.execPath, [script, store, '100'], { env, stdio: 'ignore' });
      await expect.poll(() => lines() >= kill, { timeout: 20_000, interval: 5 }).toBe(true);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const last = spawn(process.execPath, [script, store, '100'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    last.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    expect(await once(last, 'exit')).toEqual([0, null]);
    const { status, output } = JSON.parse(text);
    expect(status).toBe('Completed');
    expect(output).toMatchObject({ slept: expected.slept, late: 'timed out', total: 3111 });
    expect(output.first[2]).toEqual(Array.from({ length: 100 }, (_, i) => i));
    // Every activity ran, and only those in flight at a kill ran twice.
    const ends = readFileSync(record, 'utf8')
      .split('\n')
      .filter((line) => /^slow \d+ ends$/.test(line));
    expect(new Set(ends).size).toBe(100);
    expect(ends.length).toBeLessThanOrEqual(100 + 3 * 8);
  }, 60_000);
});
