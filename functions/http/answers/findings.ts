import { z } from 'zod';
import type { MachineChange as MachineChangeView } from '../../../shared/inventory/diff.ts';
import type { EstateFinding as EstateFindingView } from '../../../shared/model/findings.ts';
import { answer } from './answer.ts';
import { findingCode } from './vocabulary.ts';

/** Something about anything else of the estate. */
export const EstateFinding = answer<EstateFindingView>()(
  'EstateFinding',
  z.strictObject({
    code: findingCode,
    subject: z.strictObject({
      kind: z.enum(['workspace', 'subscription', 'policyAssignment', 'rule', 'estate']),
      id: z.string(),
    }),
    detail: z.string().exactOptional(),
    fix: z
      .string()
      .exactOptional()
      .describe('The exact command or request that puts it right, where there is one.'),
  }),
);

export const MachineChange = answer<MachineChangeView>()(
  'MachineChange',
  z.union([
    z.strictObject({
      change: z.enum(['added', 'removed']),
      machineId: z.string(),
      name: z.string(),
    }),
    z.strictObject({
      change: z.literal('changed'),
      machineId: z.string(),
      name: z.string(),
      fields: z.array(
        z.strictObject({
          field: z.string(),
          before: z.unknown(),
          after: z.unknown(),
        }),
      ),
    }),
  ]),
);
