import { z } from 'zod';
import { page, shape } from './answer.ts';
import { EstateFinding, MachineChange } from './findings.ts';
import { Inventory, InventoryScope } from './inventory.ts';
import { Machine } from './machine.ts';
import { MadeProfile, Preflight } from './network.ts';
import { findingCode, needs } from './vocabulary.ts';
import { Workspace } from './workspace.ts';

export const InventoryStarted = shape(
  'InventoryStarted',
  z.strictObject({ id: z.string(), status: z.literal('running') }),
);
export const InventoryPage = page('InventoryPage', 'inventories', Inventory);
export const MachinePage = page('MachinePage', 'machines', Machine);
export const WorkspacePage = page('WorkspacePage', 'workspaces', Workspace, {
  unread: z.array(z.strictObject({ id: z.string(), reason: z.string() })),
});

/** What the table of findings says of a code. */
const meaning = {
  code: findingCode,
  severity: z.enum(['action', 'warning', 'info']),
  text: z.string(),
  action: z.string(),
  needs,
};
export const FindingPage = page('FindingPage', 'findings', EstateFinding.extend(meaning), {
  machines: z.array(z.strictObject({ ...meaning, machines: z.int() })),
});

const side = z.strictObject({
  id: z.string(),
  completedAt: z.string().nullable(),
  scope: InventoryScope,
});
const names = z.strictObject({ added: z.array(z.string()), removed: z.array(z.string()) });
export const InventoryDiff = page('InventoryDiff', 'changes', MachineChange, {
  from: side,
  to: side,
  counts: z
    .record(z.string(), z.strictObject({ before: z.number(), after: z.number() }))
    .describe('Counts that differ.'),
  estate: z
    .strictObject({
      rules: names,
      endpoints: names,
      workspaces: names,
      unreadWorkspaces: names,
      findings: names,
    })
    .exactOptional()
    .describe('With the first page alone.'),
});

export const Network = shape(
  'Network',
  Preflight.extend({
    inventoryId: z.string(),
    cloud: z.enum(['public', 'government', 'china']),
    notInInventory: z
      .array(z.string())
      .describe('Machines that were asked for and are not in the inventory.'),
  }),
);

const { profile, notes } = MadeProfile.shape;
export const ProxyProfileMade = shape('ProxyProfileMade', z.strictObject({ profile, notes }));
