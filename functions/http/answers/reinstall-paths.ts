import { z } from 'zod';
import type { Guards as GuardsView } from '../../../shared/connectors/guards.ts';
import type { ProvisioningResult as ProvisioningResultView } from '../../../shared/connectors/provisioning.ts';
import type { ReinstallPath as ReinstallPathView } from '../../../shared/connectors/reinstall-paths.ts';
import { agrees, answer, page, shape } from './answer.ts';
import { Trouble } from './trouble.ts';
import { findingCode } from './vocabulary.ts';

/** A way by which the legacy agent comes back, or by which people are told to bring it back. */
export const ReinstallPath = answer<ReinstallPathView>()(
  'ReinstallPath',
  z.strictObject({
    code: findingCode,
    text: z.string(),
    subject: z.strictObject({
      kind: z.enum(['workspace', 'subscription', 'policyAssignment', 'rule', 'estate']),
      id: z.string(),
    }),
    detail: z.string().exactOptional(),
    installs: z
      .boolean()
      .describe('Whether it installs by itself; what does not only reports machines without the agent.'),
    scope: z.string().describe('Where it works: a management group, subscription or resource group.'),
    migratedMachines: z
      .number()
      .nullable()
      .describe(
        'Migrated machines in its scope; null for a management group, whose members the inventory does not keep.',
      ),
    reinstalls: z
      .boolean()
      .nullable()
      .describe('Whether it would put the agent back on a migrated machine; null: not known.'),
    fix: z.string().exactOptional().describe('The exact command that ends it.'),
  }),
);

/** What happens to one assignment: `conflict` has the name of a guard and assigns something else. */
export const GuardStep = shape(
  'GuardStep',
  z.strictObject({
    name: z.string(),
    machines: z.string(),
    action: z.enum(['remove', 'create', 'update', 'unchanged', 'absent', 'conflict']),
    effect: z.string().nullable().describe('Its effect so far; null where it is not there or passes none.'),
  }),
);

/** `refused`: a conflict, or Deny on a scope that is not clean. `unconfirmed`: not there when read back. */
const Guards = agrees<GuardsView>()(
  z.strictObject({
    status: z.enum(['whatIf', 'refused', 'done', 'unconfirmed']),
    scope: z.union([
      z.strictObject({
        state: z.literal('clean'),
        machines: z.number(),
      }),
      z.strictObject({
        state: z.literal('carriesAgent'),
        machines: z.number(),
        carriers: z.number(),
        named: z.array(z.string()),
      }),
      z.strictObject({
        state: z.enum(['tooOld', 'notCovered']),
        detail: z.string(),
      }),
    ]),
    steps: z.array(GuardStep),
  }),
);

/** How one subscription ended. `stillOn`: Off could not be read back. */
export const ProvisioningResult = answer<ProvisioningResultView>()(
  'ProvisioningResult',
  z.strictObject({
    subscriptionId: z.string(),
    status: z.enum(['wouldTurnOff', 'turnedOff', 'alreadyOff', 'stillOn', 'failed']),
    wereOn: z.array(z.string()).describe('Names of the settings that were on.'),
    trouble: Trouble.exactOptional(),
  }),
);

export const PathPage = page('PathPage', 'paths', ReinstallPath, {
  inventoryId: z.string(),
  inventoryCompletedAt: z.string().nullable(),
});
export const ProvisioningAnswer = shape(
  'ProvisioningAnswer',
  z.strictObject({
    status: z.enum(['whatIf', 'done', 'incomplete']),
    subscriptions: z.array(ProvisioningResult),
  }),
);

const { scope: state, steps } = Guards.shape;
export const GuardsAnswer = shape(
  'Guards',
  z.strictObject({
    status: z.enum(['whatIf', 'done']),
    scope: z.string(),
    inventoryId: z.string(),
    state,
    steps,
  }),
);
