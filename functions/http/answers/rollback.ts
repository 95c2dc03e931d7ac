import { z } from 'zod';
import type { RollbackPreview as RollbackPreviewView } from '../../../shared/rollback/preview.ts';
import { answer, shape } from './answer.ts';
import { Outcome } from './outcome.ts';

/** What a rollback is to undo. */
export const UndoChoice = shape(
  'UndoChoice',
  z.strictObject({
    connectors: z.boolean().describe('Legacy security-event collection that the wave switched off.'),
    legacyAgent: z.boolean().describe('Legacy extensions, and the dependency agent, as they were.'),
    associations: z.boolean(),
    agentSettings: z.boolean().describe('Settings of an Azure Monitor Agent that was there before.'),
    agent: z.boolean().describe('Removes an Azure Monitor Agent that the app installed.'),
  }),
);

/** Where the key of a workspace is kept; never the key (D11). */
export const WorkspaceKey = shape(
  'WorkspaceKey',
  z.strictObject({
    workspaceId: z.string(),
    secret: z.string(),
  }),
);

export const ConnectorUndone = shape(
  'ConnectorUndone',
  z.strictObject({
    workspaceId: z.string(),
    outcome: Outcome,
    at: z.string(),
  }),
);

/** What a rollback would undo on one machine, in the order in which it would. */
export const MachinePreview = shape(
  'MachinePreview',
  z.strictObject({
    machineId: z.string(),
    steps: z.array(z.string()),
  }),
);

export const RollbackPreview = answer<RollbackPreviewView>()(
  'RollbackPreview',
  z.strictObject({
    machines: z.number().describe('Machines on which something would be undone.'),
    counts: z
      .strictObject({
        associations: z.number(),
        legacyAgent: z.number(),
        agentSettings: z.number(),
        agent: z.number(),
      })
      .describe('Machines by what would be undone on them.'),
    stays: z
      .strictObject({
        credentialsUnknown: z.number(),
        workspaceKeyMissing: z.number(),
        associations: z.number(),
        legacyAgent: z.number(),
        agentSettings: z.number(),
        agent: z.number(),
        byScript: z.number(),
      })
      .describe(
        'What stays as it is because the request does not name it, or because the app cannot undo it.',
      ),
    connectors: z
      .array(z.string())
      .describe('Workspaces whose legacy collection would be switched on again.'),
    withoutLegacyAgent: z
      .number()
      .describe('Machines whose legacy agent this wave removed: without it they have none that is heard.'),
    preview: z
      .array(MachinePreview)
      .describe('The first machines; `GET /waves/{id}/machines` has what every record holds.'),
    warnings: z.array(
      z.strictObject({
        code: z.string(),
        text: z.string(),
      }),
    ),
    confirmation: z
      .string()
      .describe('Repeated in the request, machines are left without an agent that is heard.'),
  }),
);
