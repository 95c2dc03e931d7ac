import { z } from 'zod';
import type { Machine as MachineView } from '../../../shared/model/machine.ts';
import { answer, shape } from './answer.ts';
import { findingCode, reasonCode } from './vocabulary.ts';

/** What the Arc agent says of itself. */
export const ArcAgent = shape(
  'ArcAgent',
  z.strictObject({
    version: z.string().nullable(),
    proxyUrl: z.string().nullable().describe("Address of the Arc agent's own proxy, without credentials."),
  }),
);

/** A scale set beside what all machines have. Flexible instances are machines of their own. */
export const ScaleSet = shape(
  'ScaleSet',
  z.strictObject({
    orchestration: z.enum(['uniform', 'flexible']),
    upgradePolicy: z.enum(['unknown', 'manual', 'automatic', 'rolling']),
    instances: z.number(),
    outdatedInstances: z.number().describe('Uniform instances that do not have the latest model yet.'),
  }),
);

export const Extension = shape(
  'Extension',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    publisher: z.string(),
    type: z.string(),
    version: z
      .string()
      .nullable()
      .describe(
        'Full where Azure tells what runs ("1.35.4.0"), else the short one that was asked for ("1.2").',
      ),
    provisioningState: z.string().nullable(),
    settings: z
      .unknown()
      .describe('Public settings as ARM returns them; protected settings are never returned.'),
  }),
);

export const Association = shape(
  'Association',
  z.strictObject({
    name: z.string(),
    ruleId: z.string().nullable().describe('Normalised id of the rule, or null for an endpoint association.'),
    endpointId: z.string().nullable(),
  }),
);

/** Last heartbeat of each agent, ISO 8601, over all workspaces read. */
export const Heartbeats = shape(
  'Heartbeats',
  z.strictObject({
    ama: z.string().nullable(),
    legacy: z.string().nullable(),
    scom: z.string().nullable(),
  }),
);

/** A workspace that an agent of the machine has reported to. */
export const Report = shape(
  'Report',
  z.strictObject({
    workspaceId: z.string(),
    agent: z.enum(['ama', 'legacy', 'scom']),
    lastSeen: z.string(),
  }),
);

export const Lock = shape(
  'Lock',
  z.strictObject({
    scope: z.string(),
    level: z.enum(['CanNotDelete', 'ReadOnly']),
    name: z.string(),
  }),
);

/** Something about one machine; the texts are in `FINDINGS`. */
export const MachineFinding = shape(
  'MachineFinding',
  z.strictObject({
    code: findingCode,
    detail: z.string().exactOptional(),
  }),
);

/** What stands between a machine and its migration, from the inventory alone. */
export const Assessment = shape(
  'Assessment',
  z.union([
    z.strictObject({
      status: z.literal('ready'),
    }),
    z.strictObject({
      status: z.literal('alreadyMigrated'),
    }),
    z.strictObject({
      status: z.literal('notApplicable'),
    }),
    z.strictObject({
      status: z.literal('blocked'),
      reasons: z.array(
        z.strictObject({
          code: reasonCode,
          detail: z.string().exactOptional(),
        }),
      ),
    }),
  ]),
);

/** One machine of an inventory. `id` is normalised; `resourceId` keeps Azure's casing for display and calls. */
export const Machine = answer<MachineView>()(
  'Machine',
  z.strictObject({
    id: z.string().describe("ARM id; of an unmanaged machine `unmanaged/` and its agent's id."),
    resourceId: z.string(),
    kind: z.enum(['unmanaged', 'azureVm', 'arcServer', 'scaleSet']),
    name: z.string(),
    tenantId: z.string().nullable(),
    subscriptionId: z.string(),
    resourceGroup: z.string(),
    region: z.string(),
    os: z.enum(['windows', 'linux', 'unknown']),
    osName: z.string().nullable(),
    osVersion: z.string().nullable(),
    architecture: z.enum(['unknown', 'x64', 'arm64']),
    availability: z
      .enum(['unknown', 'running', 'stopped', 'disconnected', 'expired'])
      .describe('Azure VM: power state; Arc: agent connectivity.'),
    vmId: z
      .string()
      .nullable()
      .describe("Azure's own id of this very machine: another one under the same name has another."),
    guestAgent: z
      .enum(['unknown', 'ready', 'notReady', 'absent'])
      .describe('Whether the guest agent answers, where Azure tells.'),
    extensionsAllowed: z.boolean().describe('False where the VM was made to refuse extensions.'),
    arcAgent: ArcAgent.nullable(),
    scaleSetId: z.string().nullable().describe('The scale set a flexible instance belongs to.'),
    scaleSet: ScaleSet.nullable(),
    systemIdentity: z.boolean(),
    userIdentities: z.array(z.string()),
    tags: z.record(z.string(), z.string()),
    extensions: z.array(Extension),
    associations: z.array(Association),
    heartbeats: Heartbeats,
    reports: z.array(Report),
    legacyWorkspaces: z
      .array(z.string())
      .describe(
        'Workspaces (normalised ARM ids) the legacy agent reports to, from its settings and its heartbeats.',
      ),
    unseenWorkspaces: z
      .array(z.string())
      .describe("Ids in the legacy agent's settings that no visible workspace has."),
    locks: z.array(Lock).describe('Locks that apply to the machine, nearest scope last.'),
    missingActions: z
      .array(z.string())
      .describe("Actions waves need that the app's identity may not do here."),
    findings: z.array(MachineFinding).describe('What a person should know or do, beside what blocks.'),
    assessment: Assessment.describe(
      "As the app's own defaults see it; a plan assesses again under its policy.",
    ),
  }),
);
