import { associationsQuery } from './inventory/queries/associations.ts';
import { endpointsQuery } from './inventory/queries/endpoints.ts';
import { extensionsQuery } from './inventory/queries/extensions.ts';
import { heartbeatsQuery } from './inventory/queries/heartbeats.ts';
import { machinesQuery } from './inventory/queries/machines.ts';
import { rulesQuery } from './inventory/queries/rules.ts';
import { workspacesQuery } from './inventory/queries/workspaces.ts';
import type { AnyQuery } from './model/query.ts';
import { agentHeartbeatsQuery } from './verification/queries/agent-heartbeats.ts';
import { tableRowsQueries } from './verification/queries/table-rows.ts';

/** Every query text the app can send: what the Kusto check binds and what the simulated estate recognises. */
export const allQueries = [
  machinesQuery,
  extensionsQuery,
  associationsQuery,
  rulesQuery,
  endpointsQuery,
  workspacesQuery,
  heartbeatsQuery,
  agentHeartbeatsQuery,
  ...Object.values(tableRowsQueries),
] as unknown as readonly AnyQuery[];
