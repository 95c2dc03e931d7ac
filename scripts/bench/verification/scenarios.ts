import type { Telemetry } from './telemetry.ts';

/** What the verdicts of one scenario should be. */
export type Truth = 'parity' | 'lost';

/** One row of the table: what is simulated, and whether something was lost. */
export interface Scenario {
  readonly name: string;
  readonly truth: Truth;
  readonly kind: 'table' | 'key' | 'peers';
  readonly currentHours: number;
  /** Share of the new agent's rows that is lost. */
  readonly lost: number;
  /** 1 while the legacy agent writes as well. */
  readonly legacy: number;
  /** Of the 50 machines of a wave, how many lost it; all if absent. The others are not counted. */
  readonly affected?: number;
  /** Machines nobody touched are given as a reference. */
  readonly reference?: boolean;
  /** Asked anew after every day, with the options for that; the first verdict that decides counts. */
  readonly daily?: boolean;
  /** Outside of what the method is made for; told, and held to nothing. */
  readonly stress?: boolean;
  readonly telemetry?: Partial<Telemetry>;
}

/** A server's table; nobody publishes how much telemetry varies, so these numbers are assumptions. */
export const TABLE: Telemetry = {
  ...{ rate: 2000, dayNoise: 0.05, hourNoise: 0.3, sharedNoise: 0.02 },
  ...{ dayOff: 0.6, night: 0.5, weekdays: 0.03, growth: 0 },
  ...{ floods: 0.03, outages: 0.03, lag: 0.3, activeDays: 1, burst: 1 },
};

/** An important key with few rows that come together, and not on every day. */
export const KEY: Telemetry = {
  ...TABLE,
  dayNoise: 0.4,
  hourNoise: 0.8,
  activeDays: 0.97,
  burst: 3,
  floods: 0,
};

const HOURS = [24, 48, 168];

const table = (name: string, truth: Truth, currentHours: number, rest: Partial<Scenario> = {}): Scenario => ({
  ...{ name: `${name}, ${currentHours} h`, truth, kind: 'table', currentHours },
  ...{ lost: 0, legacy: 0, ...rest },
});

const key = (name: string, truth: Truth, currentHours: number, rest: Partial<Scenario>): Scenario => ({
  ...table(name, truth, currentHours, rest),
  kind: 'key',
});

export const SCENARIOS: readonly Scenario[] = [
  ...HOURS.map((hours) => table('parity', 'parity', hours)),
  ...HOURS.map((hours) => table('20 % lost', 'lost', hours, { lost: 0.2 })),
  ...[0.3, 0.5, 1].map((lost) => table(`${100 * lost} % lost`, 'lost', 48, { lost })),
  table('50 % lost on 1 machine of 50', 'lost', 48, { lost: 0.5, affected: 1 }),
  ...HOURS.map((hours) => table('overlap, parity', 'parity', hours, { legacy: 1 })),
  ...HOURS.map((hours) => table('overlap, 20 % lost', 'lost', hours, { legacy: 1, lost: 0.2 })),
  table('overlap, all lost', 'lost', 48, { legacy: 1, lost: 1 }),
  key('key of 30 rows a day, parity', 'parity', 48, { telemetry: { rate: 1.25 } }),
  key('key of 30 rows a day lost', 'lost', 48, { lost: 1, telemetry: { rate: 1.25 } }),
  key('key of 3 rows a day, parity', 'parity', 168, { telemetry: { rate: 0.125 } }),
  key('key of 3 rows a day lost', 'lost', 168, { lost: 1, telemetry: { rate: 0.125 } }),
  key('overlap, key of 30 rows, parity', 'parity', 168, { legacy: 1, telemetry: { rate: 1.25 } }),
  key('overlap, key of 30 rows lost', 'lost', 168, { legacy: 1, lost: 1, telemetry: { rate: 1.25 } }),
  { ...table('AMA only, parity', 'parity', 48), kind: 'peers' },
  { ...table('AMA only, all lost', 'lost', 48, { lost: 1 }), kind: 'peers' },
  ...[0, 0.2].map((lost) =>
    table(
      `${lost === 0 ? 'parity' : '20 % lost'}, common days vary by 10 %`,
      lost > 0 ? 'lost' : 'parity',
      48,
      {
        ...{ lost, telemetry: { sharedNoise: 0.1 } },
      },
    ),
  ),
  ...[0, 0.2].map((lost) =>
    table(
      `${lost === 0 ? 'parity' : '20 % lost'}, the same with a reference`,
      lost > 0 ? 'lost' : 'parity',
      48,
      {
        ...{ lost, reference: true, telemetry: { sharedNoise: 0.1 } },
      },
    ),
  ),
  table('parity, asked daily for a week', 'parity', 168, { daily: true }),
  table('20 % lost, asked daily for a week', 'lost', 168, { lost: 0.2, daily: true }),
  { ...table('AMA only, 50 % lost', 'lost', 48, { lost: 0.5, stress: true }), kind: 'peers' },
  ...stressed('growth 0.5 % a day', { growth: 0.005 }),
  ...stressed('decline 0.5 % a day', { growth: -0.005 }),
  ...stressed('floods on every fifth day', { floods: 0.2 }),
  ...stressed('days vary by 30 %', { dayNoise: 0.3 }),
];

function stressed(name: string, telemetry: Partial<Telemetry>): Scenario[] {
  return [0, 0.2].map((lost) =>
    table(`${lost === 0 ? 'parity' : '20 % lost'}, ${name}`, lost > 0 ? 'lost' : 'parity', 168, {
      ...{ lost, telemetry, stress: true },
    }),
  );
}
