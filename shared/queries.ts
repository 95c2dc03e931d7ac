import { securityEventWritersQuery } from './connectors/queries/security-event-writers.ts';
import { freeSpaceQuery } from './inventory/queries/free-space.ts';
import { graphQueries } from './inventory/queries/graph.ts';
import { heartbeatsQuery } from './inventory/queries/heartbeats.ts';
import { usageQuery } from './inventory/queries/usage.ts';
import type { AnyQuery } from './model/query.ts';
import { alertRulesQuery } from './rules/blast-radius/queries/alert-rules.ts';
import { workbooksQuery } from './rules/blast-radius/queries/workbooks.ts';
import { columnBytesQuery } from './rules/levers/queries/column-bytes.ts';
import { eventIdsQuery } from './rules/levers/queries/event-ids.ts';
import { perfCountersQuery } from './rules/levers/queries/perf-counters.ts';
import { securityEventIdsQuery } from './rules/levers/queries/security-event-ids.ts';
import { syslogSeveritiesQuery } from './rules/levers/queries/syslog-severities.ts';
import { legacyAgentsQuery } from './rules/migrate-table/queries/legacy-agents.ts';
import { tableWritersQuery } from './rules/migrate-table/queries/table-writers.ts';
import { ruleBodiesQuery } from './rules/queries/rule-bodies.ts';
import { doubledMachinesQuery } from './verification/duplicates/queries/doubled-machines.ts';
import {
  customDuplicatesQuery,
  tableDuplicatesQueries,
} from './verification/duplicates/queries/table-duplicates.ts';
import { agentHeartbeatsQuery } from './verification/queries/agent-heartbeats.ts';
import { customSeriesPairQuery, customSeriesQuery } from './verification/queries/custom-series.ts';
import { heartbeatSeriesQuery } from './verification/queries/heartbeat-series.ts';
import { ingestionTroubleQuery } from './verification/queries/ingestion-trouble.ts';
import { instanceHeartbeatsQuery } from './verification/queries/instance-heartbeats.ts';
import { customRowsQuery, tableRowsQueries } from './verification/queries/table-rows.ts';
import { perfRhythmQuery, tableSeriesQueries } from './verification/queries/table-series.ts';

/** Every query text the app can send: what the Kusto check binds and what the simulated estate recognises. */
export const allQueries = [
  ...Object.values(graphQueries),
  heartbeatsQuery,
  usageQuery,
  ruleBodiesQuery,
  alertRulesQuery,
  workbooksQuery,
  freeSpaceQuery,
  agentHeartbeatsQuery,
  securityEventWritersQuery,
  tableWritersQuery,
  legacyAgentsQuery,
  securityEventIdsQuery,
  eventIdsQuery,
  syslogSeveritiesQuery,
  perfCountersQuery,
  columnBytesQuery,
  ...Object.values(tableRowsQueries),
  heartbeatSeriesQuery,
  ingestionTroubleQuery,
  instanceHeartbeatsQuery,
  ...Object.values(tableSeriesQueries),
  perfRhythmQuery,
  customSeriesQuery,
  customSeriesPairQuery,
  customRowsQuery,
  doubledMachinesQuery,
  ...Object.values(tableDuplicatesQueries),
  customDuplicatesQuery,
] as unknown as readonly AnyQuery[];
