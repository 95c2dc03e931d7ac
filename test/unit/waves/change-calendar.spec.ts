import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChangeCalendar, Freeze, type Window } from '../../../shared/model/calendar.ts';
import { freezeFaults, isOver } from '../../../shared/waves/calendar-faults.ts';
import { endOfWork, nextOpening, openAt, openTime, windowAt } from '../../../shared/waves/windows.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ms = (text: string) => Date.parse(text);
const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());

const SATURDAYS: Window = {
  start: '2026-03-07T22:00',
  timeZone: 'Europe/Berlin',
  recurrence: 'FREQ=WEEKLY;BYDAY=SA',
  durationMinutes: 240,
};
const freeze = (changes: Partial<Freeze> = {}): Freeze => ({
  name: 'quarter end',
  start: '2026-03-28T00:00',
  end: '2026-03-30T00:00',
  timeZone: 'Europe/Berlin',
  ...changes,
});
const calendar = (changes: Partial<ChangeCalendar>): ChangeCalendar => ({
  windows: [],
  freezes: [],
  ...changes,
});

describe('a freeze', () => {
  it.each<[string, Partial<ChangeCalendar>, string, string | null]>([
    ['no windows, before', { freezes: [freeze()] }, '2026-03-27T22:59:59Z', '2026-03-27T22:59:59.000Z'],
    // Two days by the calendar, 47 hours by the clock.
    ['no windows, at its start', { freezes: [freeze()] }, '2026-03-27T23:00:00Z', '2026-03-29T22:00:00.000Z'],
    ['no windows, at its end', { freezes: [freeze()] }, '2026-03-29T22:00:00Z', '2026-03-29T22:00:00.000Z'],
    [
      'takes a weekend out of a weekly window',
      { windows: [SATURDAYS], freezes: [freeze()] },
      '2026-03-25T00:00:00Z',
      '2026-04-04T20:00:00.000Z',
    ],
    [
      'begins in the middle of a window',
      { windows: [SATURDAYS], freezes: [freeze({ start: '2026-03-29T01:00' })] },
      '2026-03-28T23:30:00Z',
      '2026-03-28T23:30:00.000Z',
    ],
    [
      'ends in the middle of a window',
      { windows: [SATURDAYS], freezes: [freeze({ end: '2026-03-28T23:00' })] },
      '2026-03-28T21:00:00Z',
      '2026-03-28T22:00:00.000Z',
    ],
    [
      'several that follow each other',
      { freezes: [freeze(), freeze({ start: '2026-03-30T00:00', end: '2026-04-02T00:00' })] },
      '2026-03-28T12:00:00Z',
      '2026-04-01T22:00:00.000Z',
    ],
    [
      'by minutes, every month',
      {
        freezes: [
          freeze({
            end: undefined,
            durationMinutes: 90,
            start: '2026-01-31T08:00',
            timeZone: 'UTC',
            recurrence: 'FREQ=MONTHLY;BYMONTHDAY=-1',
          }),
        ],
      },
      '2026-02-28T09:00:00Z',
      '2026-02-28T09:30:00.000Z',
    ],
    [
      'every weekend, also over the change to summer time',
      {
        freezes: [freeze({ start: '2026-03-07T00:00', end: '2026-03-09T00:00', recurrence: 'FREQ=WEEKLY' })],
      },
      '2026-03-28T12:00:00Z',
      '2026-03-29T22:00:00.000Z',
    ],
    [
      'every weekend, also over the change to winter time',
      {
        freezes: [freeze({ start: '2026-03-07T00:00', end: '2026-03-09T00:00', recurrence: 'FREQ=WEEKLY' })],
      },
      '2026-10-24T12:00:00Z',
      '2026-10-25T23:00:00.000Z',
    ],
    [
      'that never ends: no time is left',
      { freezes: [freeze({ recurrence: 'FREQ=DAILY' })] },
      '2026-04-01T00:00:00Z',
      null,
    ],
    [
      'over the only window',
      {
        windows: [{ start: '2026-03-28T10:00', timeZone: 'Europe/Berlin', durationMinutes: 60 }],
        freezes: [freeze()],
      },
      '2026-03-27T00:00:00Z',
      null,
    ],
  ])('%s', (_, changes, from, opens) => {
    const next = nextOpening(calendar(changes), ms(from));

    expect(iso(next)).toBe(opens);
    expect(openAt(calendar(changes), ms(from))).toBe(next === ms(from));
  });

  it('says by its name until when it lasts', () => {
    expect(
      windowAt(calendar({ windows: [SATURDAYS], freezes: [freeze()] }), ms('2026-03-28T21:30:00Z')),
    ).toEqual({
      open: false,
      opensAt: '2026-04-04T20:00:00.000Z',
      frozenBy: 'quarter end',
      detail: 'Frozen until 2026-03-29T22:00:00.000Z by quarter end',
    });
  });

  it.each<[string, Partial<Freeze>]>([
    ['policy.freezes[0].timeZone', { timeZone: 'Europe/Atlantis' }],
    ['policy.freezes[0].start', { start: '2026-02-30T00:00' }],
    ['policy.freezes[0].end', { end: '2026-02-30T00:00' }],
    ['policy.freezes[0].end', { end: '2026-03-27T23:59' }],
    ['policy.freezes[0].end', { end: '2026-03-28T00:00:00' }],
    ['policy.freezes[0].end', { end: '2027-03-30T00:00' }],
    ['policy.freezes[0].recurrence', { recurrence: 'every Friday' }],
    ['policy.freezes[0].recurrence', { recurrence: 'FREQ=DAILY;INTERVAL=0' }],
  ])('is wrong at %s: %j', (path, changes) => {
    expect(freezeFaults([freeze(changes)], 'policy.freezes').map((fault) => fault.path)).toEqual([path]);
  });

  it.each<[string, object]>([
    ['end', { end: undefined }],
    ['end', { durationMinutes: 60 }],
    ['durationMinutes', { end: undefined, durationMinutes: -1 }],
    ['durationMinutes', { end: undefined, durationMinutes: 1e9 }],
    ['name', { name: ' ' }],
    ['start', { start: '2026-03-28T00:00Z' }],
    ['', { reason: 'audit' }],
  ])('is refused at "%s": %j', (path, changes) => {
    const { success, error } = Freeze.safeParse({ ...freeze(), ...changes });

    expect(success).toBe(false);
    expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });

  it.each<[string, Partial<Freeze>, boolean]>([
    ['2026-03-29T21:59:59Z', {}, false],
    ['2026-03-29T22:00:00Z', {}, true],
    ['2030-01-01T00:00:00Z', { recurrence: 'FREQ=YEARLY' }, false],
    ['2030-01-01T00:00:00Z', { recurrence: 'FREQ=YEARLY;COUNT=2' }, true],
    ['2026-01-01T00:00:00Z', {}, false],
  ])('at %s %j is over: %s', (at, changes, over) => {
    expect(isOver(freeze(changes), ms(at))).toBe(over);
  });
});

describe('a change that takes time', () => {
  const hour: Window = {
    start: '2026-03-02T22:00',
    timeZone: 'UTC',
    recurrence: 'FREQ=DAILY',
    durationMinutes: 60,
  };
  const next: Window = { ...hour, start: '2026-03-02T23:00', durationMinutes: 30 };

  it.each<[string, Partial<ChangeCalendar>, string, number, string | null]>([
    ['fits to the minute', { windows: [hour] }, '2026-03-03T22:30:00Z', 30, '2026-03-03T22:30:00.000Z'],
    ['waits for the next night', { windows: [hour] }, '2026-03-03T22:31:00Z', 30, '2026-03-04T22:00:00.000Z'],
    [
      'goes over into the next window',
      { windows: [hour, next] },
      '2026-03-03T22:31:00Z',
      45,
      '2026-03-03T22:31:00.000Z',
    ],
    ['is longer than any window', { windows: [hour] }, '2026-03-03T22:00:00Z', 61, null],
    [
      'is as long as two that touch',
      { windows: [hour, next] },
      '2026-03-03T12:00:00Z',
      90,
      '2026-03-03T22:00:00.000Z',
    ],
    [
      'does not begin before a freeze it would reach',
      { freezes: [freeze()] },
      '2026-03-27T22:45:00Z',
      30,
      '2026-03-29T22:00:00.000Z',
    ],
    [
      'does not fit between two freezes',
      { freezes: [freeze(), freeze({ start: '2026-03-30T00:20', end: '2026-03-31T00:00' })] },
      '2026-03-28T12:00:00Z',
      30,
      '2026-03-30T22:00:00.000Z',
    ],
  ])('%s', (_, changes, from, minutes, opens) => {
    expect(iso(nextOpening(calendar(changes), ms(from), minutes * MINUTE))).toBe(opens);
  });

  it('finds the one long window after months of short ones', () => {
    const hourly = { ...hour, recurrence: 'FREQ=HOURLY', durationMinutes: 5 };
    const yearly = { ...hour, start: '2026-12-24T00:00', recurrence: undefined, durationMinutes: 600 };

    expect(
      iso(nextOpening(calendar({ windows: [hourly, yearly] }), ms('2026-03-03T22:31:00Z'), 45 * MINUTE)),
    ).toBe('2026-12-24T00:00:00.000Z');
  });

  it('says what would end too soon', () => {
    const from = ms('2026-03-03T22:50:00Z');
    const opensAt = '2026-03-04T22:00:00.000Z';

    expect(windowAt(calendar({ windows: [hour] }), from, 20 * MINUTE)).toEqual({
      open: false,
      opensAt,
      detail: 'It likely takes 1200 s, and the window closes at 2026-03-03T23:00:00.000Z',
    });
    const audit = freeze({
      name: 'audit',
      timeZone: 'UTC',
      start: '2026-03-03T22:55',
      end: '2026-03-03T23:30',
    });
    expect(windowAt(calendar({ windows: [hour], freezes: [audit] }), from, 20 * MINUTE)).toMatchObject({
      opensAt,
      detail: 'It likely takes 1200 s, and the freeze audit begins at 2026-03-03T22:55:00.000Z',
    });
  });

  it('counts no opening that is too short, and the last minutes of one that is not', () => {
    const short: Window = { ...hour, start: '2026-03-02T12:00', durationMinutes: 10 };
    const both = calendar({ windows: [short, hour] });
    const from = ms('2026-03-03T00:00:00Z');

    expect(iso(endOfWork(both, from, 65 * MINUTE))).toBe('2026-03-03T22:55:00.000Z');
    expect(iso(endOfWork(both, from, 65 * MINUTE, 20 * MINUTE))).toBe('2026-03-04T22:05:00.000Z');
    expect(iso(endOfWork(both, from, 60 * MINUTE, 20 * MINUTE))).toBe('2026-03-03T23:00:00.000Z');
  });
});

describe('any calendar', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/Santiago',
    'Australia/Lord_Howe',
    'Pacific/Apia',
  );
  const local = fc
    .integer({ min: ms('2026-02-20T00:00:00Z') / HOUR, max: ms('2026-11-10T00:00:00Z') / HOUR })
    .map((hours) => new Date(hours * HOUR).toISOString().slice(0, 16));
  const recurrence = fc.constantFrom('FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=SA,SU', 'FREQ=MONTHLY', undefined);
  const window: fc.Arbitrary<Window> = fc.record({
    start: local,
    timeZone: zone,
    recurrence,
    durationMinutes: fc.integer({ min: 1, max: 3000 }),
  });
  const frozen: fc.Arbitrary<Freeze> = fc
    .record({ start: local, timeZone: zone, recurrence, hours: fc.integer({ min: 1, max: 200 }) })
    .map(({ hours, start, ...rest }) => ({
      ...rest,
      name: 'freeze',
      start,
      end: new Date(Date.parse(`${start}Z`) + hours * HOUR).toISOString().slice(0, 16),
    }));
  const calendars = fc.record({
    windows: fc.array(window, { maxLength: 2 }),
    freezes: fc.array(frozen, { maxLength: 2 }),
  });
  /** Around the changes of the clocks in both hemispheres. */
  const instant = fc
    .integer({ min: ms('2026-03-01T00:00:00Z') / MINUTE, max: ms('2026-11-10T00:00:00Z') / MINUTE })
    .map((minutes) => minutes * MINUTE);
  const span = fc.integer({ min: 0, max: 20 * DAY });

  /** A freeze by the calendar alone, without the functions under test: local times of its zone are compared. */
  const covers = ({ start, end = '', timeZone }: Freeze, at: number) => {
    const text = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
    }).format(at);
    const now = text.replace(' ', 'T');
    return now >= `${start}:00` && now < `${end}:00`;
  };

  const runs = { numRuns: 40 };

  it('never opens inside a freeze', () => {
    fc.assert(
      fc.property(calendars, instant, (any, at) => {
        const once = { ...any, freezes: any.freezes.map((each) => ({ ...each, recurrence: undefined })) };
        const next = nextOpening(once, at);

        if (next === null) return;
        expect(once.freezes.filter((each) => covers(each, next))).toEqual([]);
      }),
      runs,
    );
  }, 30_000);

  it('has open time that adds up, never more than there is', () => {
    fc.assert(
      fc.property(calendars, instant, span, span, (any, from, first, second) => {
        const middle = from + first;
        const end = middle + second;
        const whole = openTime(any, from, end);

        expect(openTime(any, from, middle) + openTime(any, middle, end)).toBe(whole);
        expect(whole).toBeLessThanOrEqual(end - from);
      }),
      runs,
    );
  }, 30_000);

  it('loses by a freeze at the most what the freeze lasts, and gains nothing', () => {
    fc.assert(
      fc.property(calendars, frozen, instant, span, ({ windows }, one, from, length) => {
        const free = openTime({ windows, freezes: [] }, from, from + length);
        const rest = openTime({ windows, freezes: [one] }, from, from + length);
        const taken = length - openTime({ windows: [], freezes: [one] }, from, from + length);

        expect(rest).toBeLessThanOrEqual(free);
        expect(free - rest).toBeLessThanOrEqual(taken);
      }),
      runs,
    );
  }, 30_000);

  it('lets a change start only where all of its time is open', () => {
    fc.assert(
      fc.property(calendars, instant, fc.integer({ min: 1, max: 2 * DAY }), (any, from, need) => {
        const next = nextOpening(any, from, need);

        if (next === null) return;
        expect(next).toBeGreaterThanOrEqual(from);
        expect(openTime(any, next, next + need)).toBe(need);
        expect(windowAt(any, next, need)).toEqual({ open: true });
        // Nowhere before: at the openings in between less is left.
        const before = nextOpening(any, from);
        if (before !== null && before < next) expect(openTime(any, before, before + need)).toBeLessThan(need);
      }),
      runs,
    );
  }, 30_000);

  it('gives work that ends all of its time', () => {
    fc.assert(
      fc.property(calendars, instant, fc.integer({ min: 1, max: 2 * DAY }), (any, from, work) => {
        const end = endOfWork(any, from, work);

        if (end !== null) expect(openTime(any, from, end)).toBe(work);
      }),
      runs,
    );
  }, 30_000);
});
