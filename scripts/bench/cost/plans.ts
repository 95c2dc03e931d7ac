import type { Rounding } from './busy-time.ts';
import { PRICES, type Price } from './prices.ts';

/** A way in which Azure could bill the time of the functions. */
export interface BillingPlan {
  readonly name: string;
  readonly memoryGb: number;
  readonly time: keyof typeof TIMES;
  readonly rounding: Rounding;
  readonly gbSecond: Price;
  readonly execution: Price;
}

/** Whose time is billed: an instance for as long as it is busy, or every execution by itself. */
export const TIMES = {
  oneAtATime: 'an instance while it is busy, one execution at a time',
  asAllowed: 'an instance while it is busy, executions at once as host.json allows',
  alone: 'every execution by itself',
} as const;

/** Flex Consumption, Billing: at least 1,000 ms, then the activity period in steps of 100 ms. */
const FLEX = {
  rounding: { leastMs: 1000, stepMs: 100 },
  gbSecond: PRICES.flexGbSecond,
  execution: PRICES.flexExecution,
} as const;

/** Instances of the default size, without credit for what runs at once: what the goal is held against. */
export const HEADLINE: BillingPlan = {
  ...{ name: 'Flex Consumption, 2,048 MB', memoryGb: 2, time: 'oneAtATime' },
  ...FLEX,
};

const SMALL = { name: 'Flex Consumption, 512 MB', memoryGb: 0.5, ...FLEX } as const;

export const PLANS: readonly BillingPlan[] = [
  HEADLINE,
  { ...HEADLINE, time: 'asAllowed' },
  { ...HEADLINE, time: 'alone' },
  { ...SMALL, time: 'oneAtATime' },
  { ...SMALL, time: 'asAllowed' },
  { ...SMALL, time: 'alone' },
  {
    // The old plan bills the memory in use in steps of 128 MB, at least 100 ms; here the most memory it gives.
    ...{ name: 'Consumption, 1,536 MB', memoryGb: 1.5, time: 'alone' },
    rounding: { leastMs: 100, stepMs: 1 },
    gbSecond: PRICES.consumptionGbSecond,
    execution: PRICES.consumptionExecution,
  },
];
