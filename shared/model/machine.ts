import type { OsType } from './agents.ts';
import type { Assessment } from './assessment.ts';
import type { MachineFinding } from './findings.ts';
import type { MachineKind } from './ids.ts';
import type { CustomLog } from './streams.ts';

/** What an inventory can hold; waves work on the kinds of `MachineKind`. */
export type InventoryKind = MachineKind | 'unmanaged';

export interface Extension {
  readonly id: string;
  readonly name: string;
  readonly publisher: string;
  readonly type: string;
  /** Full where Azure tells what runs ("1.35.4.0"), else the short one that was asked for ("1.2"). */
  readonly version: string | null;
  readonly provisioningState: string | null;
  /** Public settings as ARM returns them; protected settings are never returned. */
  readonly settings: unknown;
}

export interface Association {
  readonly name: string;
  /** Normalised id of the rule, or null for an endpoint association. */
  readonly ruleId: string | null;
  readonly endpointId: string | null;
}

/** Last heartbeat of each agent, ISO 8601, over all workspaces read. */
export interface Heartbeats {
  readonly ama: string | null;
  readonly legacy: string | null;
  readonly scom: string | null;
}

/** A workspace that an agent of the machine has reported to. */
export interface Report {
  readonly workspaceId: string;
  readonly agent: 'ama' | 'legacy' | 'scom';
  readonly lastSeen: string;
}

/** A scale set beside what all machines have. Flexible instances are machines of their own. */
export interface ScaleSet {
  readonly orchestration: 'uniform' | 'flexible';
  readonly upgradePolicy: 'manual' | 'automatic' | 'rolling' | 'unknown';
  readonly instances: number;
  /** Uniform instances that do not have the latest model yet. */
  readonly outdatedInstances: number;
}

/** What the Arc agent says of itself. */
export interface ArcAgent {
  readonly version: string | null;
  /** Address of the Arc agent's own proxy, without credentials. */
  readonly proxyUrl: string | null;
}

/** One machine of an inventory. `id` is normalised; `resourceId` keeps Azure's casing for display and calls. */
export interface Machine {
  /** ARM id; of an unmanaged machine `unmanaged/` and its agent's id. */
  readonly id: string;
  readonly resourceId: string;
  readonly kind: InventoryKind;
  readonly name: string;
  readonly tenantId: string | null;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly region: string;
  readonly os: OsType | 'unknown';
  readonly osName: string | null;
  readonly osVersion: string | null;
  readonly architecture: 'x64' | 'arm64' | 'unknown';
  /** Azure VM: power state; Arc: agent connectivity. */
  readonly availability: 'running' | 'stopped' | 'disconnected' | 'expired' | 'unknown';
  /** Azure's own id of this very machine: another one under the same name has another. */
  readonly vmId: string | null;
  /** Whether the guest agent answers, where Azure tells. */
  readonly guestAgent: 'ready' | 'notReady' | 'absent' | 'unknown';
  /** False where the VM was made to refuse extensions. */
  readonly extensionsAllowed: boolean;
  readonly arcAgent: ArcAgent | null;
  /** The scale set a flexible instance belongs to. */
  readonly scaleSetId: string | null;
  readonly scaleSet: ScaleSet | null;
  readonly systemIdentity: boolean;
  readonly userIdentities: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly extensions: readonly Extension[];
  readonly associations: readonly Association[];
  readonly heartbeats: Heartbeats;
  readonly reports: readonly Report[];
  /** Workspaces (normalised ARM ids) the legacy agent reports to, from its settings and its heartbeats. */
  readonly legacyWorkspaces: readonly string[];
  /** Ids in the legacy agent's settings that no visible workspace has. */
  readonly unseenWorkspaces: readonly string[];
  /** Locks that apply to the machine, nearest scope last. */
  readonly locks: readonly Lock[];
  /** Actions waves need that the app's identity may not do here. */
  readonly missingActions: readonly string[];
  /** What a person should know or do, beside what blocks. */
  readonly findings: readonly MachineFinding[];
  /** As the app's own defaults see it; a plan assesses again under its policy. */
  readonly assessment: Assessment;
}

export interface Lock {
  readonly scope: string;
  readonly level: 'CanNotDelete' | 'ReadOnly';
  readonly name: string;
}

export interface Rule {
  readonly id: string;
  readonly resourceId: string;
  readonly name: string;
  readonly region: string;
  /** `other`: a kind that is not for machines, such as Direct or AgentSettings. */
  readonly os: OsType | 'any' | 'other';
  /** Streams and where they go: the tables that must fill once the rule is associated. */
  readonly flows: readonly { readonly stream: string; readonly workspaceId: string }[];
  /** Sends to Azure Monitor Metrics, which no proxy carries. */
  readonly metrics: boolean;
}

export interface Endpoint {
  readonly id: string;
  readonly resourceId: string;
  readonly name: string;
  readonly region: string;
  /** Addresses of its own, where Azure tells. */
  readonly configurationAccess: string | null;
  readonly logsIngestion: string | null;
}

/** What a workspace takes in, from its own usage records. */
export interface WorkspaceUse {
  readonly tables: readonly {
    readonly table: string;
    readonly billable: boolean;
    /** Average over the days read. */
    readonly megabytesPerDay: number;
    readonly lastSeen: string;
  }[];
  /** Machines heard lately, by agent. */
  readonly agents: { readonly legacy: number; readonly ama: number; readonly scom: number };
  /** Machines whose legacy agent is set to the workspace, or was last heard there, however long ago. */
  readonly legacyMachines: number;
}

export interface Workspace {
  readonly id: string;
  readonly resourceId: string;
  readonly name: string;
  readonly region: string;
  /** The GUID that agents carry in their settings and that the query API is addressed by. */
  readonly customerId: string;
  readonly sku: string | null;
  readonly retentionDays: number | null;
  /** Legacy solutions, by product name: `Updates`, `SecurityInsights`, … */
  readonly solutions: readonly string[];
  /** null: could not be read. */
  readonly use: WorkspaceUse | null;
  /** Custom logs of the legacy agent; null: could not be read. Absent in inventories of before. */
  readonly customLogs?: readonly CustomLog[] | null;
}
