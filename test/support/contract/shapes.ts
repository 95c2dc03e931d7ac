import { z } from 'zod';

/** What clients rely on. Each shape is strict where a client could stumble over what is missing, not over what is new. */
const Instant = z.iso.datetime();
const Count = z.int().min(0);
export const InventoryShape = z.object({
  id: z.string().regex(/^inv-/),
  scope: z.object({
    managementGroups: z.array(z.string()),
    subscriptions: z.array(z.string()),
    resourceGroups: z.array(z.string()),
    tags: z.array(z.object({ name: z.string() })),
  }),
  startedAt: Instant,
  completedAt: Instant,
  status: z.literal('completed'),
  problem: z.null(),
  summary: z.object({
    ...Object.fromEntries(
      [
        'machines',
        'azureVms',
        'scaleSets',
        'arcServers',
        'unmanaged',
        'windows',
        'linux',
        'legacyOnly',
        'bothAgents',
      ]
        .concat([
          'amaOnly',
          'neither',
          'subscriptions',
          'workspaces',
          'unreadWorkspaces',
          'rules',
          'endpoints',
        ])
        .concat(['resourceGraphPages'])
        .map((name) => [name, Count]),
    ),
    assessment: z.object({ ready: Count, alreadyMigrated: Count, notApplicable: Count, blocked: Count }),
    reasons: z.record(z.string(), Count),
    findings: z.record(z.string(), Count),
    tenants: z.array(z.string()),
  }),
});
const Finding = z.object({
  code: z.string(),
  severity: z.enum(['action', 'warning', 'info']),
  text: z.string().min(1),
  action: z.string().min(1),
  needs: z.string().min(1),
});
export const FindingsShape = z.object({
  findings: z.array(
    Finding.extend({
      subject: z.object({ kind: z.string(), id: z.string() }),
      detail: z.string().optional(),
      fix: z.string().optional(),
    }),
  ),
  machines: z.array(Finding.extend({ machines: Count.min(1) })),
});
export const MachineShape = z.object({
  id: z.string(),
  resourceId: z.string(),
  kind: z.enum(['azureVm', 'scaleSet', 'arcServer', 'unmanaged']),
  name: z.string(),
  os: z.enum(['windows', 'linux', 'unknown']),
  region: z.string(),
  tags: z.record(z.string(), z.string()),
  heartbeats: z.object({ ama: Instant.nullable(), legacy: Instant.nullable(), scom: Instant.nullable() }),
  reports: z.array(
    z.object({ workspaceId: z.string(), agent: z.enum(['ama', 'legacy', 'scom']), lastSeen: Instant }),
  ),
  legacyWorkspaces: z.array(z.string()),
  findings: z.array(z.object({ code: z.string(), detail: z.string().optional() })),
  assessment: z.discriminatedUnion('status', [
    z.object({ status: z.enum(['ready', 'alreadyMigrated', 'notApplicable']) }),
    z.object({ status: z.literal('blocked'), reasons: z.array(z.object({ code: z.string() })).min(1) }),
  ]),
});
export const WorkspacesShape = z.object({
  workspaces: z.array(
    z.object({
      id: z.string(),
      customerId: z.guid(),
      solutions: z.array(z.string()),
      use: z
        .object({
          tables: z.array(
            z.object({
              table: z.string(),
              billable: z.boolean(),
              megabytesPerDay: z.number(),
              lastSeen: Instant,
            }),
          ),
          agents: z.object({ legacy: Count, ama: Count, scom: Count }),
        })
        .nullable(),
    }),
  ),
  unread: z.array(z.object({ id: z.string(), reason: z.string() })),
});
export const DiffShape = z.object({
  from: z.object({ id: z.string(), completedAt: Instant }),
  to: z.object({ id: z.string(), completedAt: Instant }),
  counts: z.record(z.string(), z.object({ before: z.number(), after: z.number() })),
  changes: z.array(
    z.discriminatedUnion('change', [
      z.object({ change: z.enum(['added', 'removed']), machineId: z.string(), name: z.string() }),
      z.object({
        change: z.literal('changed'),
        machineId: z.string(),
        name: z.string(),
        fields: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })).min(1),
      }),
    ]),
  ),
  next: z.string().optional(),
});
export const NetworkShape = z.object({
  inventoryId: z.string(),
  cloud: z.enum(['public', 'government', 'china']),
  machines: Count,
  rows: z.array(
    z.object({
      host: z.string(),
      port: z.int(),
      protocol: z.string(),
      regions: z.array(z.string()),
      machines: Count,
    }),
  ),
  gatewayCommands: z.array(z.unknown()),
  privateLink: z.array(z.unknown()),
  notes: z.array(z.unknown()),
  unknown: z.array(z.object({ reason: z.string(), text: z.string(), machines: Count })),
  notInInventory: z.array(z.string()),
});

const Reason = z.object({
  code: z.string(),
  text: z.string(),
  needs: z.string(),
  detail: z.string().optional(),
});
const Calls = z.object({ reads: Count, writes: Count, deletes: Count, queries: Count });
export const PlanShape = z.object({
  id: z.string(),
  hash: z.string().regex(/^[0-9a-f]{32}$/),
  inventoryId: z.string(),
  inventoryCompletedAt: Instant,
  createdAt: Instant,
  counts: z.object({
    machines: Count,
    planned: Count,
    alreadyMigrated: Count,
    blocked: Count,
    notSelected: Count,
  }),
  waves: z.array(
    z.object({
      index: Count,
      machineCount: Count,
      settings: z.object({ soakSeconds: Count, windows: z.array(z.unknown()) }),
      forecast: z.object({ atLeastSeconds: Count.nullable(), calls: Calls }),
    }),
  ),
  blocked: z.array(z.object({ machineId: z.string(), reasons: z.array(Reason).min(1) })),
  blockedShown: Count,
  blockedReasons: z.array(Reason.extend({ machines: Count })),
  warnings: z.array(z.object({ code: z.string(), text: z.string() })),
  forecast: z.object({
    atLeastSeconds: Count.nullable(),
    calls: Calls,
    assumptions: z.array(z.string()).min(1),
  }),
  links: z.object({ blocked: z.string(), waveMachines: z.string() }),
});
