import type { Table } from '../model/streams.ts';

/** What sets the rows of a table apart, as KQL: the group they are switched on by, and the key within it. */
interface TableKey {
  /** Log, facility, object …: what a setting of a workspace collects as a whole. Empty where there is none. */
  readonly group: string;
  readonly key: string;
}

/**
 * `_Total` of the Linux agent is `total` since Azure Monitor Agent (facts file 3.9). Processes come and go, those of
 * the legacy agent for good: their names are no keys. That these objects name processes is not verified for all.
 */
const INSTANCE = `case(
    ObjectName in~ ('Process', 'Process V2', 'Thread') or ObjectName startswith '.NET CLR', '*',
    InstanceName =~ '_Total', 'total',
    tolower(InstanceName))`;

/**
 * Severities by the names that settings of a workspace have; rules and saved searches name the same levels otherwise
 * (facts file 3.6: `Error`, `Critical`, `Emergency`). Which agent writes which name into rows is not verified.
 */
const SEVERITY = `case(
    SeverityLevel =~ 'error', 'err',
    SeverityLevel =~ 'warn', 'warning',
    SeverityLevel =~ 'critical', 'crit',
    SeverityLevel in~ ('panic', 'emergency'), 'emerg',
    tolower(SeverityLevel))`;

/** The key dimensions that are compared. Facts file 3.9. */
export const TABLE_KEYS: Readonly<Record<Table, TableKey>> = {
  SecurityEvent: { group: "''", key: 'tostring(EventID)' },
  Event: { group: 'EventLog', key: "strcat(EventLog, '/', EventID)" },
  Perf: { group: 'ObjectName', key: `strcat(ObjectName, '(', ${INSTANCE}, ')\\\\', CounterName)` },
  Syslog: { group: 'Facility', key: `strcat(Facility, '/', ${SEVERITY})` },
  // The name of the site is empty with Azure Monitor Agent, so a site is where it listens.
  W3CIISLog: { group: "''", key: "strcat(sIP, ':', sPort)" },
  CommonSecurityLog: { group: 'DeviceVendor', key: "strcat(DeviceVendor, '/', DeviceProduct)" },
  InsightsMetrics: { group: 'Namespace', key: "strcat(Namespace, '/', Name)" },
  // Files, Registry, Software, WindowsServices, Daemons (reference of the table, column ConfigChangeType).
  ConfigurationChange: { group: "''", key: 'ConfigChangeType' },
};

/**
 * Keys whose loss matters however few rows they have; a plan adds to them. Security events: the identifiers
 * Microsoft's "Events to monitor" (AD DS, appendix L) names of high or medium criticality that servers write.
 */
export const IMPORTANT_KEYS: Readonly<Partial<Record<Table, readonly string[]>>> = {
  SecurityEvent: [
    ...['1102', '4618', '4649', '4719', '4765', '4766', '4794', '4897', '4964'],
    ...['4625', '4648', '4672', '4697', '4698', '4702', '4720', '4724', '4728', '4732', '4735', '4740'],
    ...['4756', '4768', '4769', '4771', '4776', '4624', '4688', '5124'],
  ],
  Event: ['System/7045', 'System/104', 'Security/1102'],
  Syslog: ['auth', 'authpriv'],
};
