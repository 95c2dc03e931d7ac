import type { Clock } from '../../clock.ts';
import type { Desk } from '../desks/desk.ts';
import type {
  CheckAnswers,
  FreeSpaceEntry,
  GraphBehaviour,
  PermissionEntry,
  ReceiverEntry,
} from '../file/answers.ts';
import type { Durations } from '../file/behaviour.ts';
import type { Seconds } from '../file/common.ts';
import type {
  CustomRowsEntry,
  HeartbeatEntry,
  IngestionTroubleEntry,
  TableEntry,
  UsageEntry,
} from '../file/telemetry.ts';
import { between, share } from '../random.ts';
import type { Received } from '../receivers.ts';
import type { Subscription } from './places.ts';
import type { ScaleSet } from './scale-sets.ts';
import type { Endpoint, Lock, Machine, Operation, Rule, Workspace } from './types.ts';

/** The whole simulated Azure. Maps are keyed by lower-case ARM id. */
export interface State {
  readonly clock: Clock;
  readonly seed: number;
  readonly scale: number;
  readonly startedAt: number;
  readonly durations: FullDurations;
  readonly legacyEnds: number;
  readonly operationUrlBytes: number;
  readonly subscriptions: Map<string, Subscription>;
  /** Management groups (lower case) with those above each, the nearest first. */
  readonly managementGroups: Map<string, readonly string[]>;
  readonly groups: Map<string, { readonly id: string; readonly name: string; readonly location: string }>;
  readonly machines: Map<string, Machine>;
  /** Uniform ones; their models and instances are among the machines. */
  readonly scaleSets: Map<string, ScaleSet>;
  /** Without scale sets and their instances, in the order Resource Graph answers: by id. */
  readonly machineOrder: Machine[];
  /** The same by `listKey`. */
  readonly listed: Map<string, Machine[]>;
  readonly rules: Map<string, Rule>;
  readonly endpoints: Map<string, Endpoint>;
  readonly workspaces: Map<string, Workspace>;
  readonly customers: Map<string, Workspace>;
  readonly others: Map<string, Other>;
  readonly locks: Map<string, Lock>;
  readonly operations: Map<string, Operation>;
  /** Machines with an open operation or a reinstall ahead, so that a query over all need not visit each. */
  readonly busy: Set<Machine>;
  readonly vaults: Map<
    string,
    Map<
      string,
      {
        readonly name: string;
        readonly value: string;
        readonly enabled: boolean;
        /** Values of earlier versions, the oldest first. */
        readonly before?: readonly string[];
      }
    >
  >;
  readonly heartbeatNotes: Map<string, HeartbeatEntry[]>;
  readonly tableNotes: TableNotes;
  /** Declared volumes by customer id. */
  readonly usage: Map<string, UsageEntry[]>;
  /** Declared writers of custom tables by customer id. */
  readonly customRows: Map<string, CustomRowsEntry[]>;
  /** By customer id. */
  readonly ingestionTrouble: Map<string, IngestionTroubleEntry[]>;
  readonly freeSpace: ReadonlyMap<string, readonly FreeSpaceEntry[]>;
  readonly graph: GraphBehaviour;
  readonly checks: CheckAnswers;
  readonly receivers: readonly ReceiverEntry[];
  /** What receivers got, in order. */
  readonly received: Received[];
  /** Ticket desks by host. */
  readonly desks: ReadonlyMap<string, Desk>;
  readonly permissions: readonly PermissionEntry[] | undefined;
  readonly queryRows: number;
}

/** A resource the estate stores and does not act on. */
export interface Other {
  readonly id: string;
  /** Lower case. */
  readonly type: string;
  readonly resource: Readonly<Record<string, unknown>>;
}

export type FullDurations = { readonly [K in keyof Durations]-?: NonNullable<Durations[K]> };

export interface TableNotes {
  readonly general: readonly TableEntry[];
  readonly byMachine: ReadonlyMap<string, readonly TableEntry[]>;
}

/** Seconds of the estate as milliseconds of the clock: a time scale shortens everything alike. */
export function span(state: Pick<State, 'scale'>, seconds: number): number {
  return Math.round((seconds * 1000) / state.scale);
}

/** A duration from a range, the same for the same machine and purpose under one seed. */
export function drawn(
  state: Pick<State, 'scale' | 'seed'>,
  range: Seconds,
  ...parts: readonly (string | number)[]
): number {
  return span(state, between(range, share(state.seed, ...parts)));
}

export const DEFAULT_DURATIONS: FullDurations = {
  install: { min: 60, max: 240 },
  remove: { min: 30, max: 120 },
  arcInstall: { min: 90, max: 420 },
  arcRemove: { min: 60, max: 240 },
  // Facts file 3.12: data appears 10 to 20 minutes after the association; this is the agent's share of it.
  config: { min: 480, max: 840 },
  firstHeartbeat: { min: 120, max: 360 },
  ingestion: { min: 60, max: 180 },
  // Facts file 6: time budget of VM extensions, 90 minutes by default.
  timeBudget: 5400,
  // Own estimates: a script waits for the guest agent's next turn, a VM for its host.
  script: { min: 20, max: 90 },
  power: { min: 40, max: 150 },
};

/** Under which the machines of one kind in a subscription are found. */
export function listKey(subscription: string, kind: Machine['kind']): string {
  return `${subscription.toLowerCase()}|${kind}`;
}
