import type { OsType } from './agents.ts';
import type { MachineKind } from './ids.ts';

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

/** One machine of an inventory. `id` is normalised; `resourceId` keeps Azure's casing for display and calls. */
export interface Machine {
  readonly id: string;
  readonly resourceId: string;
  readonly kind: MachineKind;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly region: string;
  readonly os: OsType | 'unknown';
  readonly osName: string | null;
  readonly osVersion: string | null;
  /** Azure VM: power state; Arc: agent connectivity. */
  readonly availability: 'running' | 'stopped' | 'disconnected' | 'unknown';
  readonly systemIdentity: boolean;
  readonly userIdentities: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly extensions: readonly Extension[];
  readonly associations: readonly Association[];
  readonly heartbeats: Heartbeats;
  /** Workspaces (normalised ARM ids) the legacy agent reports to, from its settings. */
  readonly legacyWorkspaces: readonly string[];
  /** Ids in the legacy agent's settings that no visible workspace has. */
  readonly unseenWorkspaces: readonly string[];
  /** Locks that apply to the machine, nearest scope last. */
  readonly locks: readonly Lock[];
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
}

export interface Endpoint {
  readonly id: string;
  readonly resourceId: string;
  readonly name: string;
  readonly region: string;
}

export interface Workspace {
  readonly id: string;
  readonly resourceId: string;
  readonly name: string;
  readonly region: string;
  /** The GUID that agents carry in their settings and that the query API is addressed by. */
  readonly customerId: string;
}
