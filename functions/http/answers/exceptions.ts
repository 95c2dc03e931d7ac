import { z } from 'zod';
import type { view } from '../exceptions.ts';
import { answer, page } from './answer.ts';

export const DataException = answer<ReturnType<typeof view>>()(
  'DataException',
  z.strictObject({
    active: z.boolean(),
    id: z.string(),
    machineIds: z
      .array(z.string())
      .nullable()
      .describe('Machines it is for, normalised; null: every machine of the wave or workspace.'),
    waveId: z.string().nullable(),
    workspaceId: z.string().nullable().describe('Normalised; null: whatever workspace the data is in.'),
    tables: z.array(z.string()).nullable().describe('Tables it is for; null: all.'),
    by: z.string(),
    reason: z.string(),
    createdAt: z.string(),
    expiresAt: z.string(),
    revoked: z
      .strictObject({
        by: z.string(),
        at: z.string(),
      })
      .nullable(),
  }),
);

export const ExceptionPage = page('ExceptionPage', 'exceptions', DataException);
