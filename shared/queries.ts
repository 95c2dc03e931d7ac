import { freeSpaceQuery } from './inventory/queries/free-space.ts';
import { graphQueries } from './inventory/queries/graph.ts';
import { heartbeatsQuery } from './inventory/queries/heartbeats.ts';
import { usageQuery } from './inventory/queries/usage.ts';
import type { AnyQuery } from './model/query.ts';
import { ruleBodiesQuery } from './rules/queries/rule-bodies.ts';
import { agentHeartbeatsQuery } from './verification/queries/agent-heartbeats.ts';
import { tableRowsQueries } from './verification/queries/table-rows.ts';

/** Every query text the app can send: what the Kusto check binds and what the simulated estate recognises. */
export const allQueries = [
  ...Object.values(graphQueries),
  heartbeatsQuery,
  usageQuery,
  ruleBodiesQuery,
  freeSpaceQuery,
  agentHeartbeatsQuery,
  ...Object.values(tableRowsQueries),
] as unknown as readonly AnyQuery[];
