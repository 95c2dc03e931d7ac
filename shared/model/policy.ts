import { z } from 'zod';
import { ExpectedSeconds, Freeze, Promotion, Window } from './calendar.ts';
import { Checks } from './checks.ts';
import { hasPlainParts, NOT_PLAIN, normalizeId, normalizeRegion } from './ids.ts';
import { Removal, removalOfWave } from './removal.ts';
import { ScaleSetPolicy } from './scale-set.ts';
import { secretReference } from './secret-reference.ts';
import { DEFAULT_WATCH } from './stream-check.ts';
import { TicketPolicy, ticketFaults } from './ticket-policy.ts';
import { Verification } from './verification.ts';

/** How a plan migrates its machines. Everything a wave reads at run time is in here, so a plan is self-contained. */

const seconds = (max: number) => z.int().min(0).max(max);
const DAY = 86_400;
const resourceId = z
  .string()
  .regex(/^\/subscriptions\/[^/]+\/.+/i, 'must be an ARM resource id')
  .refine(hasPlainParts, NOT_PLAIN)
  .transform(normalizeId);
const proxyAddress = z
  .string()
  .regex(
    /^http:\/\/[^\s/@:]+:\d{1,5}$/,
    'must be http://host:port; Azure Monitor Agent supports no https proxy and no credentials in the address',
  )
  .refine((address) => isPort(address.split(':').at(-1)), 'needs a port between 1 and 65535');

function isPort(text: string | undefined): boolean {
  const port = Number(text);
  return port >= 1 && port <= 65_535;
}

/** Which machines a line is for; every field given must match, the first matching line wins. */
export const MachineMatch = z.strictObject({
  subscriptionId: z.string().optional(),
  resourceGroup: z.string().optional(),
  region: z.string().optional(),
  kind: z.enum(['azureVm', 'arcServer', 'scaleSet']).optional(),
  os: z.enum(['windows', 'linux']).optional(),
  tag: z.strictObject({ name: z.string().min(1), value: z.string().optional() }).optional(),
  /** One machine by its ARM id. */
  machineId: resourceId.optional(),
  /** A workspace its legacy agent reports to. */
  workspaceId: resourceId.optional(),
  /** The whole description, as the inventory shows it. */
  osName: z.string().min(1).optional(),
  scaleSetId: resourceId.optional(),
  tenantId: z.string().min(1).optional(),
  availability: z.enum(['running', 'stopped', 'disconnected', 'expired', 'unknown']).optional(),
});
export type MachineMatch = z.infer<typeof MachineMatch>;

/** How a machine reaches Azure Monitor. Facts file 3.3 and 3.4. */
export const ProxyProfile = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('proxy'), address: proxyAddress }),
  z.strictObject({
    kind: z.literal('proxyWithCredentials'),
    address: proxyAddress,
    usernameSecret: secretReference,
    passwordSecret: secretReference,
  }),
  z.strictObject({ kind: z.literal('gateway'), address: proxyAddress }),
  z.strictObject({ kind: z.literal('privateLink') }),
]);
export type ProxyProfile = z.infer<typeof ProxyProfile>;

/** What a wave may have otherwise than its plan; here without defaults. */
const adjustable = {
  /** Batches of one cell that work at the same time. */
  concurrentBatchesPerCell: z.int().min(1).max(400),
  /** Time between the last verification and the judgement of the removal gate. */
  soakSeconds: seconds(60 * DAY),
  /** When changes may start; none means always. What was started goes on, and so do looks. */
  windows: z.array(Window).max(50),
  /** When nothing is started, whatever windows say. */
  freezes: z.array(Freeze).max(50),
  /** A wave starts from an inventory no older than this. */
  inventoryMaxAgeSeconds: seconds(90 * DAY).min(1),
};
const gate = {
  /** Machines that may fail, be blocked or lack a passing verdict before the wave is held. */
  maxNotVerifiedShare: z.number().min(0).max(1),
  maxFailed: z.int().min(0),
};
const approvals = {
  start: z.boolean(),
  removal: z.boolean(),
  requesterMayApprove: z.boolean(),
  /** Persons who must approve a gate. */
  quorum: z.int().min(1).max(10),
  /** Seconds that an approval counts for while the wave still waits. */
  validSeconds: z
    .int()
    .min(60)
    .max(60 * DAY),
};

/** Settings of some waves: what is not given is as in the plan's policy. */
export const WaveOverrides = z.strictObject({
  concurrentBatchesPerCell: adjustable.concurrentBatchesPerCell.optional(),
  soakSeconds: adjustable.soakSeconds.optional(),
  windows: adjustable.windows.optional(),
  freezes: adjustable.freezes.optional(),
  inventoryMaxAgeSeconds: adjustable.inventoryMaxAgeSeconds.optional(),
  gate: z.strictObject(gate).partial().optional(),
  checks: Checks.optional(),
  approvals: z.strictObject(approvals).partial().optional(),
  removal: z.strictObject(removalOfWave).partial().optional(),
});
export type WaveOverrides = z.infer<typeof WaveOverrides>;

export const Policy = z
  .strictObject({
    /** Machines per batch: one activity works on one batch. Absent: by the size of the cell. */
    batchSize: z.int().min(1).max(40).optional(),
    concurrentBatchesPerCell: adjustable.concurrentBatchesPerCell.default(400),
    pollSeconds: seconds(3600).min(1).default(60),
    /** How often a wave that waits for a person looks at its record, in case it was not woken. */
    recheckSeconds: seconds(DAY).min(1).default(900),
    verifyPollSeconds: seconds(DAY).min(1).default(300),
    operationDeadlineSeconds: seconds(7 * DAY)
      .min(1)
      .default(5400),
    /** Times an operation is started before its failure stands: installers often succeed at the second try. */
    operationAttempts: z.int().min(1).max(10).default(2),
    /** How often a machine that waits for a person is looked at. */
    waitPollSeconds: seconds(DAY).min(1).default(600),
    /** How long a machine may wait for a person: stopped, disconnected, stuck. */
    waitDeadlineSeconds: seconds(30 * DAY)
      .min(1)
      .default(14_400),
    /** How long data may take to prove that nothing got lost; what is open then needs a person. */
    verifyDeadlineSeconds: seconds(30 * DAY)
      .min(1)
      .default(3 * DAY),
    /** How long Azure Monitor Agent may stay unheard. */
    heartbeatDeadlineSeconds: seconds(30 * DAY)
      .min(1)
      .default(7200),
    /** A data verdict older than this is judged anew before a legacy agent is deleted on it. */
    verdictMaxAgeSeconds: seconds(30 * DAY)
      .min(60)
      .default(3600),
    heartbeatFreshSeconds: seconds(DAY).min(1).default(900),
    soakSeconds: adjustable.soakSeconds.default(0),
    windows: adjustable.windows.default([]),
    freezes: adjustable.freezes.default([]),
    expectedSeconds: ExpectedSeconds,
    promotion: Promotion,
    inventoryMaxAgeSeconds: adjustable.inventoryMaxAgeSeconds.default(14 * DAY),
    /** Time rows may take to arrive; judged windows end this long ago. */
    ingestionLagSeconds: seconds(DAY).default(300),
    gate: z
      .strictObject({
        maxNotVerifiedShare: gate.maxNotVerifiedShare.default(0.2),
        maxFailed: gate.maxFailed.default(10),
      })
      .prefault({}),
    approvals: z
      .strictObject({
        start: approvals.start.default(false),
        removal: approvals.removal.default(true),
        requesterMayApprove: approvals.requesterMayApprove.default(false),
        quorum: approvals.quorum.default(1),
        validSeconds: approvals.validSeconds.default(7 * DAY),
        /** Gates at which nobody's word counts but the one the wave's ticket carries. */
        fromTicket: z
          .array(z.enum(['start', 'removal']))
          .max(2)
          .optional(),
      })
      .prefault({}),
    /** A change at a ticket desk for each wave; absent: none. */
    ticket: TicketPolicy.optional(),
    /** Judged beside the limits of the gate, and while machines are worked on. */
    checks: Checks.default([]),
    connector: z
      .strictObject({
        disable: z.boolean().default(true),
        /** What agents need at most to hear of the switch; then it is watched whether data goes on. */
        propagationSeconds: seconds(DAY).default(DEFAULT_WATCH.propagationSeconds),
        watchSeconds: seconds(DAY).min(1).default(DEFAULT_WATCH.watchSeconds),
        /** Accepts that machines no wave migrates lose legacy collection; the impact list is recorded. */
        override: z.strictObject({ by: z.string().min(1), reason: z.string().min(1) }).optional(),
      })
      .prefault({}),
    removal: Removal,
    scaleSets: ScaleSetPolicy,
    verification: Verification,
    /** Machines whose legacy agent System Center Operations Manager still needs, beside those seen by heartbeat. */
    scom: z.array(MachineMatch).default([]),
    /** Tag that keeps a machine out of plans, and out of `install` and `uninstall` while it is set. */
    holdTag: z.string().min(1).default('ama-migration-hold'),
    proxies: z
      .strictObject({
        profiles: z.record(z.string(), ProxyProfile).default({}),
        rules: z.array(z.strictObject({ match: MachineMatch, profile: z.string() })).default([]),
      })
      .prefault({}),
    /** User-assigned identities to sign in with, by machine; Azure VMs only. */
    identities: z
      .array(z.strictObject({ match: MachineMatch, userAssignedIdentityId: resourceId }))
      .default([]),
    /** Rules to associate instead of those found in the inventory; the first matching line wins. */
    rules: z
      .array(
        z.strictObject({
          match: MachineMatch,
          workspaceId: resourceId.optional(),
          ruleIds: z.array(resourceId).min(1),
        }),
      )
      .default([]),
    /** Endpoint for configuration access, per region, for machines behind private link. */
    endpoints: z.array(z.strictObject({ region: z.string().min(1), endpointId: resourceId })).default([]),
  })
  .superRefine((policy, context) => {
    policy.proxies.rules.forEach((rule, i) => {
      if (!Object.hasOwn(policy.proxies.profiles, rule.profile)) {
        context.addIssue({
          code: 'custom',
          path: ['proxies', 'rules', i, 'profile'],
          message: `names the profile "${rule.profile}", which is not under proxies.profiles`,
        });
      }
    });
    for (const { path, message } of ticketFaults(policy)) context.addIssue({ code: 'custom', path, message });
    if (policy.ingestionLagSeconds >= policy.verifyDeadlineSeconds) {
      context.addIssue({
        code: 'custom',
        path: ['ingestionLagSeconds'],
        message: 'must be shorter than verifyDeadlineSeconds, or no verdict can ever pass',
      });
    }
  });
export type Policy = z.infer<typeof Policy>;

interface Matchable {
  readonly id: string;
  readonly tenantId: string | null;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly region: string;
  readonly kind: string;
  readonly os: string;
  readonly osName: string | null;
  readonly availability: string;
  readonly scaleSetId: string | null;
  readonly legacyWorkspaces: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Whether every given field of a match fits a machine; names compare case-insensitively, as ARM does. */
export function matches(match: MachineMatch, machine: Matchable): boolean {
  return (
    same(match.subscriptionId, machine.subscriptionId) &&
    same(match.resourceGroup, machine.resourceGroup) &&
    same(match.region && normalizeRegion(match.region), machine.region) &&
    same(match.kind, machine.kind) &&
    same(match.os, machine.os) &&
    same(match.machineId, machine.id) &&
    same(match.osName, machine.osName) &&
    same(match.scaleSetId, machine.scaleSetId) &&
    same(match.tenantId, machine.tenantId) &&
    same(match.availability, machine.availability) &&
    (match.workspaceId === undefined || machine.legacyWorkspaces.includes(match.workspaceId)) &&
    matchesTag(match.tag, machine.tags)
  );
}

function matchesTag(tag: MachineMatch['tag'], tags: Matchable['tags']): boolean {
  if (tag === undefined) return true;
  const found = tagValue(tags, tag.name);
  return found !== undefined && (tag.value === undefined || tag.value === found);
}

/** The value of a tag; tag names are case-insensitive in Azure, values are not changed. */
export function tagValue(tags: Matchable['tags'], name: string): string | undefined {
  return Object.entries(tags).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function same(wanted: string | undefined, found: string | null): boolean {
  return wanted === undefined || wanted.toLowerCase() === found?.toLowerCase();
}
