import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Window } from '../../../shared/model/calendar.ts';
import { windowFaults } from '../../../shared/waves/calendar-faults.ts';
import { endOfWork, nextOpening, openAt, openTime, windowAt } from '../../../shared/waves/windows.ts';

const HOUR = 3_600_000;
const ms = (text: string) => Date.parse(text);
const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());
const aWindow = (changes: Partial<Window> = {}): Window => ({
  start: '2026-03-01T22:00',
  timeZone: 'Europe/Berlin',
  durationMinutes: 240,
  ...changes,
});
const open = (windows: readonly Window[]) => ({ windows, freezes: [] });
const SATURDAYS = aWindow({ recurrence: 'FREQ=WEEKLY;BYDAY=SA' });
const NIGHTLY_UTC = aWindow({ timeZone: 'UTC', recurrence: 'RRULE:FREQ=DAILY', durationMinutes: 60 });

describe('openAt and nextOpening', () => {
  it.each<[string, readonly Window[], string, boolean, string | null]>([
    ['no windows: always', [], '2026-03-03T12:00:00Z', true, '2026-03-03T12:00:00.000Z'],
    ['once, before', [aWindow()], '2026-03-01T20:59:59Z', false, '2026-03-01T21:00:00.000Z'],
    ['once, at its first instant', [aWindow()], '2026-03-01T21:00:00Z', true, '2026-03-01T21:00:00.000Z'],
    ['once, at its last instant', [aWindow()], '2026-03-02T00:59:59Z', true, '2026-03-02T00:59:59.000Z'],
    ['once, over', [aWindow()], '2026-03-02T01:00:00Z', false, null],
    // Winter time: 22:00 is 21:00 UTC. The clocks change in the night of Saturday 28 March.
    ['weekly, in winter', [SATURDAYS], '2026-03-22T12:00:00Z', false, '2026-03-28T21:00:00.000Z'],
    [
      'weekly, over the change to summer time',
      [SATURDAYS],
      '2026-03-29T00:59:00Z',
      true,
      '2026-03-29T00:59:00.000Z',
    ],
    [
      'weekly, four hours are four hours',
      [SATURDAYS],
      '2026-03-29T01:00:00Z',
      false,
      '2026-04-04T20:00:00.000Z',
    ],
    ['weekly, in summer', [SATURDAYS], '2026-10-18T00:00:00Z', false, '2026-10-24T20:00:00.000Z'],
    [
      'weekly, over the change to winter time',
      [SATURDAYS],
      '2026-10-25T00:30:00Z',
      false,
      '2026-10-31T21:00:00.000Z',
    ],
    [
      'the start does not fit the rule: the first opening is the first that does',
      [SATURDAYS],
      '2026-03-01T22:00:00Z',
      false,
      '2026-03-07T21:00:00.000Z',
    ],
    ['several: any', [aWindow(), NIGHTLY_UTC], '2026-03-01T21:30:00Z', true, '2026-03-01T21:30:00.000Z'],
    [
      'several: the nearest',
      [SATURDAYS, NIGHTLY_UTC],
      '2026-03-04T12:00:00Z',
      false,
      '2026-03-04T22:00:00.000Z',
    ],
    ['ended by COUNT', [aWindow({ recurrence: 'FREQ=DAILY;COUNT=2' })], '2026-03-03T12:00:00Z', false, null],
    [
      'ended by UNTIL',
      [aWindow({ recurrence: 'FREQ=DAILY;UNTIL=20260303T000000Z' })],
      '2026-03-03T12:00:00Z',
      false,
      null,
    ],
  ])('%s', (_, windows, at, isOpen, next) => {
    expect(openAt(open(windows), ms(at))).toBe(isOpen);
    expect(iso(nextOpening(open(windows), ms(at)))).toBe(next);
    expect(windowAt(open(windows), ms(at))).toEqual(isOpen ? { open: true } : { open: false, opensAt: next });
  });

  it('a local time that the change to summer time leaves out opens nothing that night', () => {
    const halfPastTwo = aWindow({ start: '2026-03-27T02:30', recurrence: 'FREQ=DAILY', durationMinutes: 30 });

    expect(iso(nextOpening(open([halfPastTwo]), ms('2026-03-28T12:00:00Z')))).toBe(
      '2026-03-30T00:30:00.000Z',
    );
  });

  it('the next opening is open, and nothing between is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: ms('2026-03-02T00:00:00Z'), max: ms('2027-12-31T00:00:00Z') }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (at, part) => {
          const windows = [SATURDAYS, { ...SATURDAYS, timeZone: 'America/Santiago' }];
          const next = nextOpening(open(windows), at) as number;

          expect(openAt(open(windows), next)).toBe(true);
          if (next > at) expect(openAt(open(windows), at + Math.floor((next - at) * part))).toBe(false);
        },
      ),
    );
  });
});

describe('openTime and endOfWork', () => {
  const from = ms('2026-03-02T12:00:00Z');

  it.each<[string, readonly Window[], number, number]>([
    ['no windows: all of it', [], 5, 5],
    ['before the opening', [NIGHTLY_UTC], 10, 0],
    ['half of the opening', [NIGHTLY_UTC], 10.5, 0.5],
    ['two days', [NIGHTLY_UTC], 48, 2],
    ['windows that overlap count once', [NIGHTLY_UTC, { ...NIGHTLY_UTC, durationMinutes: 90 }], 24, 1.5],
    ['nothing from later to earlier', [], -5, 0],
  ])('open time: %s', (_, windows, hours, expected) => {
    expect(openTime(open(windows), from, from + hours * HOUR)).toBe(expected * HOUR);
  });

  it.each<[string, readonly Window[], number, string | null]>([
    ['no windows', [], 2, '2026-03-02T14:00:00.000Z'],
    ['no work', [NIGHTLY_UTC], 0, '2026-03-02T12:00:00.000Z'],
    ['fits the first opening', [NIGHTLY_UTC], 1, '2026-03-02T23:00:00.000Z'],
    ['goes on the next night', [NIGHTLY_UTC], 1.5, '2026-03-03T22:30:00.000Z'],
    ['does not fit into what is left', [aWindow({ recurrence: 'FREQ=DAILY;COUNT=3' })], 13, null],
  ])('end of work: %s', (_, windows, hours, expected) => {
    expect(iso(endOfWork(open(windows), from, hours * HOUR))).toBe(expected);
  });

  it('work that ends has been given its time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 * HOUR }), (work) => {
        const end = endOfWork(open([SATURDAYS, NIGHTLY_UTC]), from, work) as number;

        expect(openTime(open([SATURDAYS, NIGHTLY_UTC]), from, end)).toBe(work);
      }),
    );
  });
});

describe('windowFaults', () => {
  const now = ms('2026-11-21T08:00:00Z');
  const future = (changes: Partial<Window>) => aWindow({ start: '2026-12-01T22:00', ...changes });

  it.each<[string, Partial<Window>]>([
    ['policy.windows[0].timeZone', { timeZone: 'Europe/Atlantis' }],
    ['policy.windows[0].timeZone', { timeZone: '+01:00' }],
    ['policy.windows[0].timeZone', { timeZone: '' }],
    ['policy.windows[0].start', { start: '2026-02-30T22:00' }],
    ['policy.windows[0].start', { start: '2026-12-01T25:00' }],
    ['policy.windows[0].recurrence', { recurrence: 'every Saturday' }],
    ['policy.windows[0].recurrence', { recurrence: 'BYDAY=SA' }],
    ['policy.windows[0].recurrence', { recurrence: 'FREQ=SOMETIMES' }],
    ['policy.windows[0].recurrence', { recurrence: 'FREQ=WEEKLY;BYDAY=XX' }],
    ['policy.windows[0].recurrence', { recurrence: 'FREQ=DAILY;FOO=1' }],
    ['policy.windows[0].recurrence', { recurrence: 'FREQ=DAILY;FREQ=WEEKLY' }],
    ['policy.windows[0].recurrence', { recurrence: 'FREQ=DAILY;BYHOUR=25' }],
    ['policy.windows[0].recurrence', { recurrence: 'FREQ=DAILY;INTERVAL=0' }],
    ['policy.windows[0].recurrence', { recurrence: 'FREQ=DAILY;COUNT=0' }],
    ['policy.windows[0].recurrence', { recurrence: 'FREQ=MINUTELY' }],
    ['policy.windows[0].recurrence', { recurrence: 'FREQ=DAILY\nDTSTART:20260101T000000Z' }],
    ['policy.windows[0]', { recurrence: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }],
    ['policy.windows[0]', { start: '2025-12-01T22:00' }],
    ['policy.windows[0]', { start: '2025-12-01T22:00', recurrence: 'FREQ=DAILY;COUNT=5' }],
  ])('at %s: %j', (path, changes) => {
    const faults = windowFaults([future(changes)], 'policy.windows', now);

    expect(faults.map((fault) => fault.path)).toEqual([path]);
  });

  it.each<[Partial<Window>]>([
    [{}],
    [{ timeZone: 'UTC' }],
    [{ timeZone: 'America/Argentina/Buenos_Aires', recurrence: 'FREQ=MONTHLY;BYDAY=2SU' }],
    [{ start: '2020-01-01T00:00', recurrence: 'rrule:freq=daily;byday=mo,tu,we,th,fr' }],
    [{ start: '2024-02-29T00:00', recurrence: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29' }],
    [{ recurrence: 'FREQ=MONTHLY;BYMONTHDAY=-1' }],
    // It is open now.
    [{ start: '2026-11-21T08:30' }],
  ])('accepts %j', (changes) => {
    expect(windowFaults([future(changes)], 'policy.windows', now)).toEqual([]);
  });
});
