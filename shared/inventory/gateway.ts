import type { Fault } from '../model/faults.ts';
import type { Machine } from '../model/machine.ts';
import type { QueryDefinition, QueryParameters } from '../model/query.ts';
import type { Result } from '../model/trouble.ts';

/** Where a Resource Graph query looks. Both lists empty: everything the app may read. */
export interface GraphScope {
  readonly managementGroups: readonly string[];
  readonly subscriptions: readonly string[];
  /** Also what is assigned above the scope; policy assignments of a management group reach down. */
  readonly above?: boolean;
}

/** Runs a declared Resource Graph query, one page at a time. */
export interface GraphGateway {
  page<R>(
    query: QueryDefinition<QueryParameters, R>,
    scope: GraphScope,
    skipToken?: string,
  ): Promise<Result<GraphPage<R>>>;
}

export interface GraphPage<R> {
  readonly rows: readonly R[];
  /** Rows of an unexpected form, set aside with the places that were wrong. */
  readonly odd: readonly OddRow[];
  /** Rows there are over all pages, as Azure says. */
  readonly total: number;
  readonly skipToken?: string;
  /** How long the caller must wait before its next query, from the quota headers. */
  readonly waitMs: number;
}

export interface OddRow {
  readonly query: string;
  readonly id: string | null;
  readonly faults: readonly Fault[];
}

/** What discovery reads from ARM beside Resource Graph: one list per subscription, never one call per machine. */
export interface SubscriptionGateway {
  /** What the app's identity may do at a scope: a subscription or resource group. */
  permissions(scope: string): Promise<Result<readonly Permission[]>>;
  /** Whether Defender for Cloud provisions the legacy agent by itself. */
  autoProvisioning(subscriptionId: string): Promise<Result<readonly AutoProvisioning[]>>;
  /** Guest agents of all VMs of a subscription. */
  guestAgents(subscriptionId: string): Promise<Result<readonly GuestAgent[]>>;
}

export interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
}

export interface AutoProvisioning {
  readonly name: string;
  readonly on: boolean;
}

export interface GuestAgent {
  readonly machineId: string;
  readonly state: Extract<Machine['guestAgent'], 'ready' | 'notReady'>;
}
