import type { CsvColumn } from '../../csv/table.ts';
import { STANDS } from './tally.ts';
import type { TableVerdicts } from './view.ts';

/** What the verdicts of a wave say by table, as columns of CSV. */
export const VERDICT_COLUMNS: readonly CsvColumn<TableVerdicts>[] = [
  { header: 'workspace', value: ({ workspaceId }) => workspaceId },
  { header: 'table', value: ({ table }) => table },
  ...STANDS.map((stand) => ({ header: stand, value: ({ machines }: TableVerdicts) => machines[stand] })),
  { header: 'rows', value: ({ rows }) => rows },
  { header: 'baselineRows', value: ({ baselineRows }) => baselineRows },
  { header: 'lowestShare', value: ({ lowest }) => lowest?.share },
  { header: 'lowestMachine', value: ({ lowest }) => lowest?.machineId },
  { header: 'sentence', value: ({ lowest }) => lowest?.sentence },
  {
    header: 'reasons',
    value: ({ reasons }) => reasons.map(({ code, machines }) => `${code}=${machines}`).join(' '),
  },
  { header: 'missingKeys', value: ({ missingKeys }) => missingKeys.map(({ key }) => key).join(' ') },
  { header: 'queries', value: ({ queries }) => queries.join(' ') },
];
