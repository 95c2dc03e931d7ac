import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createScaledClock, createSkippingClock } from '../../../rehearsal/clock.ts';
import { parseSchedule } from '../../../rehearsal/host/ncrontab.ts';
import { began, type Harness, startHarness } from './harness.ts';

const hour = 3_600_000;

describe('timer triggers', () => {
  let harness: Harness;
  afterEach(() => harness.host.stop());

  it('run on startup and on schedule, with the timer information', async () => {
    harness = await startHarness({ timers: ['everyHour', 'atStartup'] });
    await expect
      .poll(() => harness.app.calls.filter((call) => call.startsWith('every')).length > 2)
      .toBe(true);
    await harness.host.stop();
    const [first, second] = harness.app.calls.filter((call) => call.startsWith('every'));
    expect(harness.app.calls).toContain('atStartup');
    expect(first).toBe(`everyHour ${new Date(began + 2 * hour).toISOString()} false`);
    expect(second).toBe(`everyHour ${new Date(began + 3 * hour).toISOString()} false`);
    expect(harness.logs).toContainEqual(
      expect.objectContaining({ message: 'tick', functionName: 'everyHour' }),
    );
  });

  it('run when a skipping clock would have moved on', async () => {
    const clock = createSkippingClock({ start: began });
    const release = clock.hold();
    harness = await startHarness({ timers: ['everyHour'], clock });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(harness.app.calls.filter((call) => call.startsWith('every'))).toEqual([]);
    release();
    await expect.poll(() => harness.host.counters().timerRuns).toBeGreaterThan(3);
  });

  it('run at the pace of a scaled clock', async () => {
    const clock = createScaledClock({ start: began, speed: 36_000 });
    harness = await startHarness({ timers: ['everyHour'], clock });
    await new Promise((resolve) => setTimeout(resolve, 550));
    const runs = harness.app.calls.filter((call) => call.startsWith('every')).length;
    // Measured against the clock itself: how much of it passes in a real moment depends on the machine.
    const hours = (clock.now() - began) / 3_600_000;
    expect(runs).toBeGreaterThanOrEqual(3);
    expect(runs).toBeGreaterThan(hours / 2);
    expect(runs).toBeLessThanOrEqual(hours + 1);
    clock.stop();
  });
});

describe('a timer that takes long', () => {
  it('does not overlap itself', async () => {
    const clock = createScaledClock({ start: began, speed: 100 });
    const harness = await startHarness({ timers: ['overlapping'], clock });
    await expect.poll(() => harness.app.calls.length, { timeout: 5000 }).toBeGreaterThan(8);
    await harness.host.stop();
    clock.stop();
    const calls = harness.app.calls.filter((call) => call.startsWith('overlapping'));
    calls.forEach((call, i) => {
      expect(call).toBe(`overlapping ${i % 2 === 0 ? 'begins' : 'ends'}`);
    });
  });
});

describe('a timer that was due while no host ran', () => {
  it('runs at once and is told so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'host-'));
    const store = join(folder, 'state.sqlite');
    const options = { timers: ['everyHour'], store };
    const stopped = createSkippingClock({ start: began });
    stopped.hold();
    const first = await startHarness({ ...options, clock: stopped });
    first.host.kill();
    const clock = createSkippingClock({ start: began + 90 * 60_000 });
    const second = await startHarness({ ...options, clock });
    await expect.poll(() => second.app.calls.length).toBeGreaterThan(1);
    await second.host.stop();
    const calls = second.app.calls.filter((call) => call.startsWith('every'));
    expect(calls[0]).toBe(`everyHour ${new Date(began + 2 * hour).toISOString()} true`);
    expect(calls[1]).toBe(`everyHour ${new Date(began + 3 * hour).toISOString()} false`);
    rmSync(folder, { recursive: true });
  });
});

describe('durable timers', () => {
  it('fire at the pace of a scaled clock', async () => {
    const clock = createScaledClock({ start: began, speed: 7 * 864_000 });
    const harness = await startHarness({ clock });
    const real = performance.now();
    const { output } = await harness.run('sleep', 7);
    expect(performance.now() - real).toBeGreaterThan(95);
    expect(output).toMatchObject({ result: 14 });
    expect((output as { slept: number }).slept).toBeGreaterThanOrEqual(7 * 24 * hour);
    expect(harness.host.counters().timersFired).toBe(2);
    await harness.host.stop();
    clock.stop();
  });
});

describe('schedules', () => {
  const runs = (text: string, count: number) => {
    const schedule = parseSchedule(text);
    const found: string[] = [];
    for (let at = began; found.length < count; ) {
      at = schedule(at);
      found.push(new Date(at).toISOString().slice(0, 19));
    }
    return found;
  };

  it.each([
    ['0 */20 * * * *', ['2026-03-01T00:20:00', '2026-03-01T00:40:00']],
    ['30 0 6 * * 1-5', ['2026-03-02T06:00:30', '2026-03-03T06:00:30']],
    ['*/20 * * * *', ['2026-03-01T00:20:00', '2026-03-01T00:40:00']],
    ['0 0 0 13 * Fri', ['2026-03-13T00:00:00', '2026-11-13T00:00:00']],
    ['01:30:00', ['2026-03-01T01:30:00', '2026-03-01T03:00:00']],
  ])('read %s', (text, expected) => {
    expect(runs(text, 2)).toEqual(expected);
  });

  it('refuse what they cannot read', () => {
    expect(() => parseSchedule('every day')).toThrow();
    expect(() => parseSchedule('00:00:00')).toThrow(/empty/);
  });
});
