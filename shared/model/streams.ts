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
} as const;

export type Table = (typeof STREAM_TABLES)[keyof typeof STREAM_TABLES];
export const TABLES: readonly Table[] = Object.values(STREAM_TABLES);

/** Tables that legacy agents fill for every machine of a system, because their settings are the workspace's. */
export const LEGACY_TABLES: Readonly<Record<OsType, readonly Table[]>> = {
  windows: ['SecurityEvent', 'Event', 'Perf', 'W3CIISLog'],
  linux: ['Syslog', 'Perf'],
};

/** The table a stream lands in, or undefined for a stream this app cannot verify. */
export function tableOfStream(stream: string): Table | undefined {
  const known = Object.entries(STREAM_TABLES).find(([name]) => name.toLowerCase() === stream.toLowerCase());
  return known?.[1];
}
