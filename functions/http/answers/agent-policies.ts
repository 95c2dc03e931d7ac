import { z } from 'zod';
import type { AgentPolicies as AgentPoliciesView } from '../../../shared/policies/assign.ts';
import { agrees, shape } from './answer.ts';

const AgentPolicies = agrees<AgentPoliciesView>()(
  z.strictObject({
    status: z.enum(['whatIf', 'refused', 'done', 'unconfirmed']),
    steps: z.array(
      z.strictObject({
        name: z.string(),
        machines: z.string(),
        definitionId: z.string(),
        action: z.enum(['create', 'update', 'unchanged', 'remove', 'conflict']),
        parameters: z.record(z.string(), z.strictObject({ value: z.unknown() })),
        principalId: z.string().nullable().describe('Of its identity; null before it is assigned.'),
        roles: z.array(z.strictObject({ id: z.string(), name: z.string() })),
        grants: z
          .array(z.string())
          .describe('Commands that give its identity those roles: the app gives none.'),
      }),
    ),
    remediations: z.array(
      z.strictObject({
        name: z.string(),
        assignmentId: z.string(),
        state: z.string().describe('As Azure says it.'),
        total: z.number(),
        failed: z.number(),
      }),
    ),
  }),
);

const { steps, remediations } = AgentPolicies.shape;
export const AgentPoliciesAnswer = shape(
  'AgentPolicies',
  z.strictObject({
    status: z.enum(['whatIf', 'done']),
    ...{ scope: z.string(), location: z.string(), inventoryId: z.string(), steps, remediations },
    warnings: z.array(z.strictObject({ code: z.string(), text: z.string() })),
  }),
);
