import { z } from 'zod';
import { TABLES } from './streams.ts';

const share = z.number().min(0.01).max(0.9);
const customTable = z.string().regex(/^[A-Za-z]\w{0,59}_CL$/, 'must be a custom table such as App_CL');
const builtIn = z.enum(TABLES as [string, ...string[]], { error: `must be one of ${TABLES.join(', ')}` });
/** A table that verdicts are made of. */
export const JudgedTable = z.union([builtIn, customTable], {
  error: `must be one of ${TABLES.join(', ')}, or a custom table such as App_CL`,
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
    tolerances: z.partialRecord(JudgedTable, share).default({}),
    /** Keys, or groups of them such as a log or a facility, whose loss matters however few rows they have. */
    importantKeys: z.partialRecord(builtIn, z.array(z.string().min(1).max(200)).max(200)).default({}),
    /** The table that takes the place of one which legacy agents fill, where it is not the one conversion makes. */
    customTables: z.record(customTable, customTable).default({}),
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
