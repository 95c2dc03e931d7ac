import { isBuiltIn, type Table } from '../../../shared/model/streams.ts';
import type { State } from '../state/state.ts';
import type { Machine } from '../state/types.ts';
import { notesFor } from './rates.ts';

/** A part of a table's rows, named as `shared/verification/table-keys.ts` does. */
export interface KeyShare {
  readonly key: string;
  /** What it is switched on by: log, facility, object. */
  readonly group: string;
  readonly share: number;
  /** Of these rows, the share that Azure Monitor Agent writes: 0 where the rule misses the key. */
  readonly ofAma: number;
}

type Shares = Readonly<Record<string, number>>;

/** Rows of an ordinary server by key. Own estimates; a file's `tables` replaces them. */
const DEFAULT_SHARES: Readonly<Record<Table, Readonly<Record<Machine['os'], Shares>>>> = {
  SecurityEvent: {
    windows: {
      ...{ 4624: 0.24, 4634: 0.18, 4672: 0.1, 4688: 0.2, 4689: 0.12, 5156: 0.1, 4625: 0.03 },
      ...{ 4648: 0.015, 4776: 0.008, 4798: 0.004, 4732: 0.002, 1102: 0.001 },
    },
    linux: {},
  },
  Event: {
    windows: {
      'System/7036': 0.3,
      'System/7040': 0.06,
      'System/10016': 0.2,
      'Application/1001': 0.1,
      'Application/16384': 0.2,
      'Application/1000': 0.12,
      'System/7045': 0.02,
    },
    linux: {},
  },
  Perf: {
    windows: {
      'Processor(total)\\% Processor Time': 0.25,
      'Memory(*)\\Available MBytes': 0.25,
      'LogicalDisk(c:)\\% Free Space': 0.25,
      'LogicalDisk(total)\\Disk Reads/sec': 0.25,
    },
    linux: {
      'Processor(total)\\% Processor Time': 0.25,
      'Memory(memory)\\% Used Memory': 0.25,
      'Logical Disk(/)\\% Used Space': 0.25,
      'Logical Disk(total)\\% Used Space': 0.25,
    },
  },
  Syslog: {
    windows: {},
    linux: {
      'daemon/info': 0.4,
      'auth/info': 0.2,
      'authpriv/info': 0.15,
      'cron/info': 0.2,
      'kern/warning': 0.05,
    },
  },
  CommonSecurityLog: { windows: {}, linux: { 'Palo Alto Networks/PAN-OS': 0.7, 'Fortinet/Fortigate': 0.3 } },
  W3CIISLog: { windows: { '10.0.0.4:443': 0.8, '10.0.0.4:80': 0.2 }, linux: {} },
  InsightsMetrics: {
    windows: { 'Computer/Heartbeat': 0.2, 'Processor/UtilizationPercentage': 0.4, 'Memory/AvailableMB': 0.4 },
    linux: { 'Computer/Heartbeat': 0.2, 'Processor/UtilizationPercentage': 0.4, 'Memory/AvailableMB': 0.4 },
  },
  ConfigurationChange: {
    windows: { WindowsServices: 0.7, Software: 0.1, Registry: 0.1, Files: 0.1 },
    linux: { Daemons: 0.7, Software: 0.2, Files: 0.1 },
  },
};

/** Of what keys the rows of a table on a machine are. */
export function keyShares(state: State, machine: Machine, table: string): readonly KeyShare[] {
  let shares: Shares = isBuiltIn(table) ? DEFAULT_SHARES[table][machine.os] : {};
  const lost = new Set<string>();
  const slowed = new Map<string, number>();
  for (const entry of notesFor(state, machine, table)) {
    if (entry.keys !== undefined) shares = entry.keys;
    for (const key of entry.lostKeys ?? []) lost.add(key);
    for (const [key, share] of Object.entries(entry.slowedKeys ?? {})) slowed.set(key, share);
  }
  return Object.entries(shares).map(([key, share]) => {
    const group = groupOf(table, key);
    const ofAma = lost.has(key) || lost.has(group) ? 0 : (slowed.get(key) ?? 1);
    return { key, group, share, ofAma };
  });
}

function groupOf(table: string, key: string): string {
  if (table === 'SecurityEvent' || table === 'W3CIISLog' || table === 'ConfigurationChange') return '';
  return key.split(table === 'Perf' ? '(' : '/')[0] ?? '';
}
