import { z } from 'zod';
import type { PlannedMachine as PlannedMachineView } from '../../../shared/model/plan.ts';
import { answer, shape } from './answer.ts';
import { needs, reasonCode } from './vocabulary.ts';

/** Why an assessment, or a plan, leaves a machine out. */
export const BlockedMachine = shape(
  'BlockedMachine',
  z.strictObject({
    machineId: z.string(),
    reasons: z.array(
      z.strictObject({
        code: reasonCode,
        text: z.string(),
        needs: needs,
        detail: z.string().exactOptional(),
      }),
    ),
  }),
);

export const RuleAssignment = shape(
  'RuleAssignment',
  z.strictObject({
    ruleId: z.string(),
    resourceId: z.string().describe("Resource id in Azure's casing, for the call."),
    workspaceId: z.string().nullable().describe('null: the rule sends to no workspace.'),
    tables: z.array(z.string()).describe('Tables that must receive rows once the rule is associated.'),
  }),
);

/** What the plan will do to one machine, worked out from the inventory once and never again. */
export const PlannedMachine = answer<PlannedMachineView>()(
  'PlannedMachine',
  z.strictObject({
    id: z.string(),
    resourceId: z.string(),
    kind: z.enum(['scaleSet', 'azureVm', 'arcServer']),
    os: z.enum(['windows', 'linux']),
    osRelease: z
      .string()
      .nullable()
      .exactOptional()
      .describe('Distribution and major version, or release of Windows; null or absent where it is unknown.'),
    region: z.string(),
    cell: z.string(),
    proxyProfile: z
      .string()
      .nullable()
      .describe('Name of the proxy profile, null where no rule matches and the agent keeps its default.'),
    userAssignedIdentityId: z.string().nullable(),
    endpointId: z.string().nullable(),
    rules: z.array(RuleAssignment),
    legacyWorkspaces: z.array(z.string()),
    scomAttached: z.boolean(),
    vmId: z
      .string()
      .nullable()
      .describe("Azure's own id of the machine that was planned for, where the inventory has it."),
    legacyCustomerIds: z
      .array(z.string())
      .describe(
        'Ids of the workspaces its legacy agent reports to, as its settings carry them; sorted. Empty: unknown.',
      ),
    legacyForms: z
      .array(z.enum(['extension', 'manual']))
      .exactOptional()
      .describe('Forms in which the legacy agent is there; absent: as an extension.'),
    instances: z
      .number()
      .exactOptional()
      .describe(
        'Instances of a scale set when it was planned: what it counts as towards the size of a wave.',
      ),
  }),
);
