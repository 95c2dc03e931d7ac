import { z } from 'zod';
import { CheckAnswers, FreeSpaceEntry, GraphBehaviour, PermissionEntry, ReceiverEntry } from './answers.ts';
import { Agent, Instant, MachineMatch, Period, Seconds } from './common.ts';
import { DeskEntry } from './desks.ts';
import { Fault } from './faults.ts';
import { LegacyBox } from './legacy-box.ts';
import { NetworkBehaviour } from './network.ts';

export const Durations = z.strictObject({
  install: Seconds.optional().describe('VM extension install or update; default 60 to 240'),
  remove: Seconds.optional().describe('VM extension removal; default 30 to 120'),
  arcInstall: Seconds.optional().describe('default 90 to 420'),
  arcRemove: Seconds.optional().describe('default 60 to 240'),
  config: Seconds.optional().describe('from association to the first row; default 480 to 840'),
  firstHeartbeat: Seconds.optional().describe('from association to the first heartbeat; default 120 to 360'),
  ingestion: Seconds.optional().describe('from row to queryable; default 60 to 180'),
  script: Seconds.optional().describe('a run command, from its start to its result; default 20 to 90'),
  power: Seconds.optional().describe('starting or deallocating a VM; default 40 to 150'),
  timeBudget: z.number().positive().optional().describe('seconds until an operation times out; default 5400'),
});
export type Durations = z.infer<typeof Durations>;

export const Behaviour = z.strictObject({
  start: Instant.optional().describe('the simulated now at which a rehearsal begins'),
  legacyIngestionEnds: Instant.nullable()
    .optional()
    .describe('after this no legacy agent is heard; default 2026-03-02T00:00:00Z; null: it still works'),
  durations: Durations.optional(),
  limits: z
    .strictObject({
      factor: z.number().positive().optional().describe('multiplies every throttling limit; default 1'),
      off: z.boolean().optional().describe('no throttling at all'),
      queryRows: z
        .int()
        .min(1)
        .optional()
        .describe('rows a log query answers at most, then a part and an error; default 500000'),
    })
    .optional(),
  otherLoad: z
    .array(
      z.strictObject({
        ...Period.shape,
        subscription: z.string().optional().describe('its id; absent: every subscription'),
        location: z.string().optional().describe("only Compute's limits of this region; absent: ARM's too"),
        share: z.number().min(0).max(0.95).describe('of what flows back into each bucket'),
      }),
    )
    .optional()
    .describe('others who use the limits of ARM and Compute; the app is not told'),
  operationUrlBytes: z
    .int()
    .min(200)
    .max(8000)
    .optional()
    .describe('length of VM operation addresses; default 600'),
  network: NetworkBehaviour.optional(),
  offline: z
    .array(
      z.strictObject({
        machine: z.string(),
        ...Period.shape,
        state: z.enum(['deallocated', 'stopped', 'disconnected', 'agentNotReady']).optional(),
      }),
    )
    .optional()
    .describe(
      'periods in which a machine is down; Arc machines are disconnected, VMs deallocated by default',
    ),
  stuckExtensions: z
    .array(
      z.strictObject({
        machine: z.string(),
        agent: Agent,
        attempts: z.int().min(1).optional().describe('removals that stick before one works; default: all do'),
      }),
    )
    .optional(),
  silentAgents: z
    .array(z.strictObject({ machine: z.string(), agent: Agent, ...Period.partial().shape }))
    .optional()
    .describe('agents that are provisioned but never heard (in the period, when one is given)'),
  failedInstalls: z
    .array(
      z.strictObject({
        match: MachineMatch,
        agent: Agent,
        code: z.string().optional(),
        message: z.string().optional(),
        attempts: z.int().min(1).optional().describe('attempts that fail on each machine; default: all do'),
        probability: z.number().min(0).max(1).optional(),
      }),
    )
    .optional(),
  reinstall: z
    .array(
      z.strictObject({
        match: MachineMatch,
        afterSeconds: z.number().min(0),
        times: z.int().min(1).optional().describe('per machine; default: every time'),
      }),
    )
    .optional()
    .describe('policies that put the legacy agent back after its removal'),
  ...LegacyBox.shape,
  droppedTables: z
    .array(z.strictObject({ rule: z.string(), table: z.string(), ...Period.partial().shape }))
    .optional()
    .describe('tables that a rule promises and does not deliver'),
  locks: z
    .array(
      z.strictObject({
        scope: z.string(),
        level: z.enum(['CanNotDelete', 'ReadOnly']),
        name: z.string().optional(),
      }),
    )
    .optional(),
  secrets: z
    .array(
      z.strictObject({
        vault: z.string(),
        name: z.string(),
        value: z.string(),
        enabled: z.boolean().optional(),
      }),
    )
    .optional()
    .describe('Key Vault secrets of the rehearsal; never put a real one here'),
  graph: GraphBehaviour.optional(),
  permissions: z
    .array(PermissionEntry)
    .optional()
    .describe('what the app may do; those at and above a scope add up; absent: everything, everywhere'),
  freeSpace: z.array(FreeSpaceEntry).optional(),
  checks: CheckAnswers.optional(),
  receivers: z.array(ReceiverEntry).optional().describe('who takes the events that the app sends'),
  desks: z.array(DeskEntry).optional().describe('ticket desks beyond Azure'),
  faults: z.array(Fault).optional(),
});
export type Behaviour = z.infer<typeof Behaviour>;
