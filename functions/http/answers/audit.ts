import { z } from 'zod';
import type { TrailCheck } from '../../../shared/model/audit-seal.ts';
import type { Origin } from '../../../shared/model/caller.ts';
import type { AuditEntry as Entry } from '../../../shared/model/wave.ts';
import { agrees, page, shape } from './answer.ts';
import { stage } from './vocabulary.ts';

const origin = agrees<Origin>()(
  z.strictObject({
    id: z.string().exactOptional().describe('Object id in Entra.'),
    onBehalfOf: z.string().exactOptional(),
    signedInBy: z.enum(['entra', 'functionKey', 'desk']),
    address: z.string().exactOptional().describe('The address of the client, as the platform saw it.'),
    correlationId: z.string(),
    channel: z.enum(['api', 'ticket']),
  }),
);

const entry = {
  at: z.string(),
  waveId: z.string().nullable().describe('A wave, or a run of a plan.'),
  machineId: z.string().nullable(),
  stage: stage.nullable(),
  event: z.enum(['intent', 'effect', 'outcome', 'control', 'gate', 'connector', 'problem', 'seal']),
  message: z.string(),
  by: z.string(),
  origin: origin.exactOptional().describe('The call it came from; absent: the app did it by itself.'),
  before: z.unknown().exactOptional().describe('What a control verb changed in a record.'),
  after: z.unknown().exactOptional(),
  data: z.unknown().exactOptional().describe('State before a change and other detail.'),
};
agrees<Omit<Entry, 'before' | 'after' | 'data'>>()(
  z.strictObject(entry).omit({ before: true, after: true, data: true }),
);

export const AuditPage = page(
  'AuditPage',
  'entries',
  shape('AuditEntry', z.strictObject({ row: z.string().describe('Its place in the trail.'), ...entry })),
  { trail: z.string().nullable() },
);

const head = agrees<NonNullable<TrailCheck['head']>>()(
  z.strictObject({ number: z.number(), hash: z.string(), at: z.string() }),
);

export const AuditCheck = shape(
  'AuditCheck',
  z.strictObject({
    trail: z.string().nullable(),
    intact: z.boolean(),
    entries: z.number(),
    seals: z.number(),
    unsealed: z.number().describe('Entries after the last seal: nothing is said of them yet.'),
    late: z.number().describe('Entries that were sealed late.'),
    head: head
      .nullable()
      .describe('The last seal; kept elsewhere, it proves that nothing up to it was cut off.'),
    faultCount: z.number(),
    faults: z.array(z.strictObject({ code: z.string(), at: z.string(), text: z.string() })),
  }),
);
