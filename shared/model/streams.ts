import type { OsType } from './agents.ts';

/**
 * The stream-to-table map of data collection rules, for the tables this app can verify today.
 * Source: facts file 3.6.
 */
export const STREAM_TABLES = {
  'Microsoft-Perf': 'Perf',
  'Microsoft-Event': 'Event',
  'Microsoft-SecurityEvent': 'SecurityEvent',
  'Microsoft-Syslog': 'Syslog',
  'Microsoft-CommonSecurityLog': 'CommonSecurityLog',
  'Microsoft-W3CIISLog': 'W3CIISLog',
  'Microsoft-InsightsMetrics': 'InsightsMetrics',
  'Microsoft-ConfigurationChange': 'ConfigurationChange',
} as const;

export type Table = (typeof STREAM_TABLES)[keyof typeof STREAM_TABLES];
export const TABLES: readonly Table[] = Object.values(STREAM_TABLES);

/** Tables that legacy agents fill for every machine of a system, because their settings are the workspace's. */
export const LEGACY_TABLES: Readonly<Record<OsType, readonly Table[]>> = {
  windows: ['SecurityEvent', 'Event', 'Perf', 'W3CIISLog', 'InsightsMetrics', 'ConfigurationChange'],
  linux: ['Syslog', 'Perf', 'InsightsMetrics', 'ConfigurationChange'],
};

/** The table a stream lands in, or undefined for a stream this app cannot verify. `Custom-App_CL` fills `App_CL`. */
export function tableOfStream(stream: string): string | undefined {
  const known = Object.entries(STREAM_TABLES).find(([name]) => name.toLowerCase() === stream.toLowerCase());
  return known?.[1] ?? /^custom-([a-z]\w*_CL)$/i.exec(stream)?.[1];
}

export function isBuiltIn(table: string): table is Table {
  return (TABLES as readonly string[]).includes(table);
}

/** A file that the legacy agents of a workspace read into a custom table. */
export interface CustomLog {
  /** With its `_CL`. */
  readonly table: string;
  /** Systems it names files for. */
  readonly os: readonly OsType[];
}

/** The same with the table that rules fill instead; it can be the same one. */
export interface PlannedCustomLog extends CustomLog {
  readonly replacedBy: string;
}
