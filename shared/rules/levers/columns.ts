import { isColumnName, kqlColumn } from '../convert/kinds/kql-text.ts';
import { sortedSet } from '../convert/order.ts';

/**
 * Azure tables that a rule of this app can fill and that take transformations of the agent's data. Source:
 * learn.microsoft.com/azure/azure-monitor/logs/tables-feature-support. Custom tables of rules all do.
 */
export const TRANSFORMABLE: readonly string[] = [
  'CommonSecurityLog',
  'Event',
  'InsightsMetrics',
  'Perf',
  'SecurityEvent',
  'Syslog',
  'W3CIISLog',
  'WindowsFirewall',
];

/** Columns of every table by which rows are found, or which Azure fills after the transformation. */
const KEYS: ReadonlySet<string> = new Set(
  [
    ...['TimeGenerated', 'Computer', 'Type', 'TenantId', 'SourceSystem', 'ResourceId', 'SubscriptionId'],
    ...['MG', 'ManagementGroupName', 'SourceComputerId'],
  ].map((name) => name.toLowerCase()),
);

/** Columns that say what a row of a table is. Without them the rest means nothing. */
const OWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  commonsecuritylog: ['DeviceVendor', 'DeviceProduct', 'DeviceEventClassID', 'LogSeverity', 'Activity'],
  event: ['EventLog', 'EventID', 'Source', 'EventLevel', 'EventLevelName'],
  insightsmetrics: ['Origin', 'Namespace', 'Name', 'Val'],
  perf: ['ObjectName', 'CounterName', 'InstanceName', 'CounterValue'],
  securityevent: ['EventID', 'Channel', 'EventSourceName', 'Activity', 'Account', 'AccountType'],
  syslog: ['Facility', 'SeverityLevel', 'SyslogMessage', 'ProcessName', 'HostName'],
  w3ciislog: ['sSiteName', 'csMethod', 'csUriStem', 'scStatus'],
  windowsfirewall: ['FirewallAction', 'SourceIP', 'DestinationIP', 'DestinationPort', 'Protocol'],
};

/** Whether a table belongs to the workspace's owner and is filled by rules. */
export function isCustomTable(table: string): boolean {
  return /^[A-Za-z]\w*_CL$/i.test(table);
}

/** Whether a transformation may stand between a rule and this table. */
export function isTransformable(table: string): boolean {
  return isCustomTable(table) || TRANSFORMABLE.some((one) => one.toLowerCase() === table.toLowerCase());
}

/** Whether a column has to stay: one of every table, one that names what a row is, or one of Azure's own. */
export function isKeyColumn(table: string, column: string): boolean {
  const own = OWN_KEYS[table.toLowerCase()] ?? [];
  return (
    column.startsWith('_') ||
    KEYS.has(column.toLowerCase()) ||
    own.some((one) => one.toLowerCase() === column.toLowerCase())
  );
}

/**
 * A transformation that drops columns at its end; without one, of what the agent sends. Takes names of
 * `isColumnName` only; any other is a bug of the caller and throws.
 */
export function projectAway(transformKql: string | undefined, columns: readonly string[]): string {
  const odd = columns.find((column) => !isColumnName(column));
  if (odd !== undefined) throw new Error(`"${odd}" is no name of a column`);
  return `${transformKql ?? 'source'}\n| project-away ${sortedSet(columns).map(kqlColumn).join(', ')}`;
}
