/** A column that Azure Monitor Agent fills in another way than the legacy agent did, whatever the settings. */
export interface AgentDifference {
  readonly table: string;
  readonly columns: readonly string[];
  readonly why: string;
  /** Where it is known from. */
  readonly source: string;
}

/** Differences between the rows of the two agents. None is promised by Azure; check on the rows of a pilot. */
export const AGENT_DIFFERENCES: readonly AgentDifference[] = [
  {
    table: 'Heartbeat',
    columns: ['Category', 'Version'],
    why: 'Category is "Azure Monitor Agent" instead of "Direct Agent", and Version counts from 1 again.',
    source: 'Facts file 3.9: classification by Category, reliable.',
  },
  {
    table: 'SecurityEvent',
    columns: ['EventRecordId', 'Keywords', 'Opcode', 'Correlation', 'ProcessId', 'ThreadId'],
    why: 'Azure Monitor Agent from 1.29 fills columns that are empty in rows of the legacy agent.',
    source: 'Facts file 3.9: inferred from release notes.',
  },
  {
    table: 'Event',
    columns: ['EventData', 'EventLevel'],
    why: 'EventData has no longer the DataItem of the legacy agent, and informational events come with level 0 beside 4.',
    source: 'Facts file 3.9: sightings of rows.',
  },
  {
    table: 'Perf',
    columns: ['InstanceName', 'CounterValue'],
    why: 'On Linux the sum over all disks is the instance "total" instead of "_Total", and values are rounded differently.',
    source: 'Facts file 3.9: sightings of rows.',
  },
  {
    table: 'W3CIISLog',
    columns: ['FileUri'],
    why: 'Azure Monitor Agent fills FileUri, which is empty in rows of the legacy agent.',
    source: 'Facts file 3.9: sightings of rows.',
  },
];
