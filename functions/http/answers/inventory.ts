import { z } from 'zod';
import type { Inventory as InventoryView } from '../../../shared/model/inventory.ts';
import { answer, shape } from './answer.ts';
import { findingCode, reasonCode } from './vocabulary.ts';

/** What an inventory covers; every list given narrows it, empty lists do not. */
export const InventoryScope = shape(
  'InventoryScope',
  z.strictObject({
    managementGroups: z.array(z.string()),
    subscriptions: z.array(z.string()),
    resourceGroups: z.array(z.string()).describe('Normalised ARM ids of resource groups.'),
    tags: z
      .array(
        z.strictObject({
          name: z.string(),
          value: z.string().exactOptional(),
        }),
      )
      .describe('Machines that carry one of these tags; without a value any will do.'),
  }),
);

export const InventorySummary = shape(
  'InventorySummary',
  z.strictObject({
    machines: z.number(),
    azureVms: z.number(),
    scaleSets: z.number(),
    arcServers: z.number(),
    unmanaged: z.number().describe('Known by their heartbeat alone.'),
    windows: z.number(),
    linux: z.number(),
    legacyOnly: z.number(),
    bothAgents: z.number(),
    amaOnly: z.number(),
    neither: z.number(),
    assessment: z.strictObject({
      ready: z.number(),
      alreadyMigrated: z.number(),
      notApplicable: z.number(),
      blocked: z.number(),
    }),
    reasons: z
      .partialRecord(reasonCode, z.number())
      .describe('Machines by what blocks them; one machine can have several reasons.'),
    findings: z
      .partialRecord(findingCode, z.number())
      .describe('Machines by what was found, and other findings, by code.'),
    subscriptions: z.number(),
    tenants: z
      .array(z.string())
      .describe('Tenants the subscriptions belong to; more than one where Azure Lighthouse delegates.'),
    workspaces: z.number(),
    unreadWorkspaces: z.number(),
    rules: z.number(),
    endpoints: z.number(),
    resourceGraphPages: z.number().describe('Resource Graph queries it took.'),
  }),
);

/** A dated, immutable snapshot of the estate; machines, rules, workspaces and findings are rows of their own. */
export const Inventory = answer<InventoryView>()(
  'Inventory',
  z.strictObject({
    id: z.string(),
    scope: InventoryScope,
    startedAt: z.string(),
    completedAt: z.string().nullable(),
    status: z.enum(['running', 'completed', 'failed']),
    problem: z.string().nullable(),
    summary: InventorySummary.nullable(),
    resourceGraphPages: z.number().describe('Resource Graph queries so far.'),
  }),
);
