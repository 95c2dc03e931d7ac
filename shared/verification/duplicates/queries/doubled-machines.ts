import { z } from 'zod';
import { defineQuery } from '../../../model/query.ts';
import { AGENTS_BY_HOUR } from './agents-by-hour.ts';

/** How many machines of a workspace were heard through both agents: one row. `oldest` is a week before `since`. */
export const doubledMachinesQuery = defineQuery({
  id: 'doubled-machines',
  target: 'logAnalytics',
  parameters: { oldest: 'datetime', since: 'datetime', until: 'datetime' },
  text: `${AGENTS_BY_HOUR}
    doubled
    | summarize removable = countif(Standing == 'removable'), kept = countif(Standing == 'kept'),
        ended = countif(Standing == 'ended')
  `,
  row: z.object({ removable: z.number(), kept: z.number(), ended: z.number() }),
});
