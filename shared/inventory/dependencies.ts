import type { MachineGateway } from '../agents/gateway.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SettingsGateway } from '../rules/settings-gateway.ts';
import type { LogsGateway } from '../verification/gateway.ts';
import type { GraphGateway, SubscriptionGateway } from './gateway.ts';

export interface DiscoverDependencies {
  readonly ledger: Ledger;
  readonly graph: GraphGateway;
  readonly logs: LogsGateway;
  readonly machines: Pick<MachineGateway, 'locks'>;
  readonly subscriptions: SubscriptionGateway;
  readonly workspaceSettings: Pick<SettingsGateway, 'sources'>;
  /** How far back heartbeats are read. */
  readonly heartbeatDays: number;
  now(): number;
}

/** Calls of one look that are under way at the same time: the query service takes five of a user. */
export const CONCURRENT_READS = 4;

/** What could not be read, with the scope it is about. */
export interface ReadProblem {
  readonly kind:
    | 'workspace'
    | 'customLogs'
    | 'permissions'
    | 'locks'
    | 'guestAgents'
    | 'autoProvisioning'
    | 'oddRow'
    | 'scope';
  /** Workspace or subscription. */
  readonly id: string;
  readonly reason: string;
}
