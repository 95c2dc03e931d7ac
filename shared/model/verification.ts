import { z } from 'zod';
import { TABLES } from './streams.ts';

const share = z.number().min(0.01).max(0.9);
const table = z.enum(TABLES as [string, ...string[]], {
  error: `must be one of ${TABLES.join(', ')}`,
});

/** How a plan wants it proven that nothing stopped flowing; docs/explanation/statistics.md says what it means. */
export const Verification = z
  .strictObject({
    /**
     * `parity`: rows and keys are compared with what came before. `presence`: it is enough that rows come,
     * for laboratories; the plan warns of it.
     */
    proof: z.enum(['parity', 'presence']).default('parity'),
    /** Days before the new agent that data is compared with. */
    baselineDays: z.int().min(7).max(60).default(14),
    /** How far back the last days of a legacy agent that is silent now are looked for. */
    lookbackDays: z.int().min(7).max(365).default(90),
    /** The smallest loss of rows that must never pass, as a share. */
    tolerance: share.default(0.2),
    /** The same for single tables. */
    tolerances: z.partialRecord(table, share).default({}),
    /** Keys, or groups of them such as a log or a facility, whose loss matters however few rows they have. */
    importantKeys: z.partialRecord(table, z.array(z.string().min(1).max(200)).max(200)).default({}),
    /** IANA zone whose hours and weekdays are alike, where work follows the clock; UTC without it. */
    timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin').optional(),
    /** Time from the association until the first rows are expected. */
    settleSeconds: z.int().min(0).max(86_400).default(1200),
  })
  .prefault({});
export type Verification = z.infer<typeof Verification>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
