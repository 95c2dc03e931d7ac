import { isBuiltIn, type Table } from '../../../shared/model/streams.ts';
import type { Os } from '../file/common.ts';
import { ALWAYS, EVER, type Intervals, NEVER, unite } from '../intervals.ts';
import { accepted, customLogTable, logPaths, tableOf } from '../state/tables.ts';
import type { Workspace } from '../state/types.ts';

/** Workspace settings that make the legacy agent collect a table. Facts file 3.6. */
const KINDS: Partial<Record<Table, readonly string[]>> = {
  Perf: ['windowsperformancecounter', 'linuxperformanceobject'],
  Event: ['windowsevent'],
  Syslog: ['linuxsyslog'],
  CommonSecurityLog: ['linuxsyslog'],
  W3CIISLog: ['iislogs'],
};
/** Solutions switch these on, not settings: how much there is of them, a file's `tables` says. */
const OF_SOLUTIONS: ReadonlySet<string> = new Set(['InsightsMetrics', 'ConfigurationChange']);
const COLLECTED = new Set(Object.values(KINDS).flat());

/**
 * When the workspace tells legacy agents to collect a table. Security events follow the tier (facts file 3.7).
 * An export of a workspace without any collection settings says nothing: then the usual tables are collected.
 */
export function legacyCollects(workspace: Workspace, os: Os, table: string): Intervals {
  if (table === 'SecurityEvent') return os === 'windows' ? tierTime(workspace) : [];
  if (OF_SOLUTIONS.has(table)) return ALWAYS;
  if (!isBuiltIn(table)) return customLogTime(workspace, os, table);
  const kinds = [...workspace.dataSources.values()].map((source) => source.kind.toLowerCase());
  if (!kinds.some((kind) => COLLECTED.has(kind))) return ALWAYS;
  return KINDS[table]?.some((kind) => kinds.includes(kind)) === true ? ALWAYS : [];
}

/** A text log is read where it names files of the system, and taken in until its table is migrated. */
function customLogTime(workspace: Workspace, os: Os, table: string): Intervals {
  const isRead = [...workspace.dataSources.values()].some(
    (source) =>
      customLogTable(source)?.toLowerCase() === table.toLowerCase() && logPaths(source).includes(os),
  );
  const target = tableOf(workspace, table);
  return isRead && target !== undefined ? accepted(target) : [];
}

function tierTime(workspace: Workspace): Intervals {
  const parts: { from: number; until: number }[] = [];
  for (const history of workspace.tiers.values()) {
    history.forEach((entry, i) => {
      if (entry.tier.toLowerCase() === 'none') return;
      parts.push({ from: Math.max(entry.at, EVER), until: history[i + 1]?.at ?? NEVER });
    });
  }
  return unite(parts);
}
