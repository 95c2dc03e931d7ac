import type { Agent, Os } from '../file/common.ts';
import type { Network } from '../file/network.ts';
import type { Intervals } from '../intervals.ts';
import type { Dict } from '../json.ts';

/** A `scaleSet` is the model of a Uniform set; its instances are VMs. */
export type MachineKind = 'azureVm' | 'arcServer' | 'scaleSet';
export type Power = 'running' | 'deallocated' | 'stopped' | 'disconnected' | 'agentNotReady';

export interface Machine {
  /** As stored in the file; `key` is the same in lower case. */
  readonly id: string;
  readonly key: string;
  readonly kind: MachineKind;
  readonly name: string;
  readonly subscription: string;
  readonly group: string;
  readonly location: string;
  readonly os: Os;
  readonly computer: string;
  /** As ARM returns it; replaced as a whole when somebody changes it. */
  resource: Dict;
  /** The same machine again in another casing, as exports show it. */
  readonly twins: { readonly id: string; readonly resource: Dict }[];
  readonly vmId: string;
  readonly traits: Traits;
  /** By lower-case name. */
  readonly extensions: Map<string, Extension>;
  readonly associations: Map<string, Association>;
  /** Every association there ever was, for telemetry of the past. */
  readonly links: Association[];
  /** When which agent was on the machine. */
  readonly episodes: Episode[];
  /** State changes in order of time; the first is at EVER. */
  readonly power: { at: number; state: Power }[];
  readonly pending: Operation[];
  readonly reinstalls: { at: number; template: Extension }[];
  /** Of a scale set: its instances, and when its model changed since it was last looked at. */
  readonly members: Machine[];
  readonly modelChanges: number[];
  /** By lower-case name. */
  readonly runCommands: Map<string, RunCommand>;
  /** Workspaces (customer ids, lower case) the legacy agent was taken off, until it was installed anew. */
  readonly detached: { readonly customerId: string; readonly at: number; until: number }[];
  /** When a script removed the legacy agent. */
  agentRemovedAt: number | undefined;
  reinstalled: number;
}

/** What the file's `behaviour` says about one machine. */
export interface Traits {
  readonly network: Network;
  readonly silent: readonly { readonly agent: Agent; readonly period: Intervals }[];
  readonly stuck: Map<Agent, number>;
  readonly failing: readonly FailingInstall[];
  readonly reinstallAfterSeconds?: number;
  readonly reinstallTimes: number;
  readonly box: BoxTraits;
}

/** What a script meets on the machine. */
export interface BoxTraits {
  /** The agent of Operations Manager is the legacy agent; it has management groups. */
  readonly managementGroups: boolean;
  readonly packageManagerLocked: Intervals;
  readonly scripts: ScriptFault[];
}

export interface ScriptFault {
  readonly output: string;
  readonly exitCode: number;
  left: number;
}

export interface FailingInstall {
  readonly agent: Agent;
  readonly code: string | undefined;
  readonly message: string | undefined;
  left: number;
}

export interface Extension {
  readonly name: string;
  readonly id: string;
  publisher: string;
  type: string;
  typeHandlerVersion: string | undefined;
  /** The version the file's instance view shows, until the extension is written. */
  reportedVersion: string | undefined;
  autoUpgradeMinorVersion: boolean | undefined;
  enableAutomaticUpgrade: boolean | undefined;
  settings: unknown;
  /** Kept to decide whether a proxy accepts the agent; never answered, never logged. */
  protectedSettings: unknown;
  provisioningState: string;
  message: string | undefined;
  code: string | undefined;
  /** What the file or the caller gave beside the fields above. */
  readonly extra: Dict;
  location: string;
  tags: unknown;
  markedForDeletion: boolean;
  operation: Operation | undefined;
}

export interface Episode {
  readonly agent: Agent;
  readonly from: number;
  until: number;
  /** Why a provisioned agent is not heard: no identity, no way out. */
  readonly mute: string | undefined;
  /** Behind private link: heard only while a configuration endpoint is associated. */
  readonly needsEndpoint: boolean;
  /** Legacy only: customer ids, lower case. */
  readonly workspaces: readonly string[];
}

export interface Operation {
  readonly id: string;
  readonly kind: 'install' | 'update' | 'remove' | TaskKind;
  readonly machine: Machine;
  /** What is worked on; undefined where it is the machine itself. */
  readonly extension: Extension | undefined;
  readonly command?: RunCommand;
  readonly startedAt: number;
  /** Reachable time the work takes. */
  readonly need: number;
  readonly limit: number;
  readonly stuck: boolean;
  readonly failure: { readonly code: string; readonly message: string } | undefined;
  end: OperationEnd | undefined;
}

/** Operations that are about no extension. */
export type TaskKind = 'runScript' | 'deleteScript' | 'start' | 'deallocate' | 'upgrade';

/** A managed run command: a script as a resource, with what came of it. */
export interface RunCommand {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly tags: unknown;
  /** As sent, without what only Azure may see. */
  readonly properties: Dict;
  provisioningState: string;
  view: RunCommandView;
  operation: Operation | undefined;
}

export interface RunCommandView {
  readonly executionState: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'TimedOut';
  readonly exitCode?: number;
  readonly output?: string;
  readonly error?: string;
  readonly startTime?: string;
  readonly endTime?: string;
}

export interface OperationEnd {
  readonly at: number;
  readonly status: 'Succeeded' | 'Failed';
  readonly code?: string;
  readonly message?: string;
}

export interface Association {
  readonly id: string;
  readonly name: string;
  /** Kept here so that rows of a deleted rule stay what they were. */
  readonly rule: Rule | undefined;
  readonly ruleKey: string | undefined;
  readonly ruleId: string | undefined;
  readonly endpointKey: string | undefined;
  readonly endpointId: string | undefined;
  readonly description: unknown;
  readonly from: number;
  /** When the agent has acted on it: data, then heartbeat. */
  readonly dataFrom: number;
  readonly heardFrom: number;
  until: number;
}

/** What a rule does from an instant on: table (lower case) to customer ids. */
export interface RuleVersion {
  readonly from: number;
  readonly os: Os | undefined;
  readonly flows: ReadonlyMap<string, readonly string[]>;
  readonly destinations: readonly string[];
}

export interface Rule {
  readonly id: string;
  readonly key: string;
  resource: Dict;
  readonly versions: RuleVersion[];
  readonly machines: Set<Machine>;
  readonly dropped: { readonly table: string; readonly period: Intervals }[];
}

export interface Endpoint {
  readonly id: string;
  readonly key: string;
  readonly location: string;
  resource: Dict;
}

export interface DataSource {
  readonly id: string;
  readonly name: string;
  kind: string;
  properties: Dict;
  etag: string;
}

export interface Workspace {
  readonly id: string;
  readonly key: string;
  readonly customerId: string;
  readonly resource: Dict;
  readonly dataSources: Map<string, DataSource>;
  /** Custom tables made by calls, by lower-case name. */
  readonly tables: Map<string, Table>;
  /** Security event tier over time, per kind (lower case). */
  readonly tiers: Map<string, { at: number; tier: string }[]>;
  /** Machines that ever had reason to write here. */
  readonly reporters: Set<Machine>;
  readonly lonely: LonelyHeartbeat[];
}

/** A custom table of a workspace. */
export interface Table {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly classic: boolean;
  /** Default Analytics. */
  readonly plan?: string;
  /** From when on a classic table is one of data collection rules. */
  readonly migratedAt?: number;
  /** Since when a rule may name it. */
  readonly readyAt: number;
}

/** A computer known by its heartbeat alone. */
export interface LonelyHeartbeat {
  readonly computer: string;
  readonly agent: Agent;
  readonly category: string;
  readonly resourceId: string;
  readonly agentId: string;
  readonly vmId: string;
  readonly os: Os;
  readonly solutions: string;
  readonly heard: Intervals;
}

export interface Lock {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly level: 'CanNotDelete' | 'ReadOnly';
  readonly notes: string | undefined;
}
