/** A column that Azure Monitor Agent fills in another way than the legacy agent did, whatever the settings. */
export interface AgentDifference {
  readonly table: string;
  readonly columns: readonly string[];
  readonly why: string;
  /** Public place it is known from, for the answer of the API. */
  readonly source: string;
}

/**
 * Differences between the rows of the two agents. None is promised by Azure; check on the rows of a pilot. Facts
 * file 3.9; what is from rows that somebody published was not verified.
 */
export const AGENT_DIFFERENCES: readonly AgentDifference[] = [
  {
    table: 'Heartbeat',
    columns: ['Category', 'Version'],
    why: 'Category is "Azure Monitor Agent" instead of "Direct Agent", and Version counts from 1 again.',
    source:
      'The workbook AMA Migration Helper in microsoft/AzureMonitorCommunity tells the agents apart by it.',
  },
  {
    table: 'SecurityEvent',
    columns: ['EventRecordId', 'Keywords', 'Opcode', 'Correlation', 'ProcessId', 'ThreadId'],
    why: 'Azure Monitor Agent from 1.29 fills columns that are empty in rows of the legacy agent.',
    source:
      'Release notes of Azure Monitor Agent, Windows 1.29 of August 2024; that the legacy agent leaves them empty is inferred.',
  },
  {
    table: 'Event',
    columns: ['EventData', 'EventLevel'],
    why: 'EventData has no longer the DataItem of the legacy agent, and informational events come with level 0 beside 4.',
    source:
      'DataItem: issue 113061 of MicrosoftDocs/azure-docs. Levels: rows that were published; Microsoft documents neither.',
  },
  {
    table: 'Perf',
    columns: ['InstanceName', 'CounterValue'],
    why: 'On Linux the sum over all disks is the instance "total" instead of "_Total", and values are rounded differently.',
    source: 'Rows that were published; Microsoft does not document it.',
  },
  {
    table: 'W3CIISLog',
    columns: ['FileUri'],
    why: 'Azure Monitor Agent fills FileUri, which is empty in rows of the legacy agent.',
    source: 'Rows that were published; Microsoft does not document it.',
  },
];
