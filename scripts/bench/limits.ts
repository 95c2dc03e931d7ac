import { mkdirSync, writeFileSync } from 'node:fs';
import type { CellResult, StageTime } from './cell.ts';
import type { WholeResult } from './whole.ts';

const FOLDER = new URL('../../docs/benchmarks/', import.meta.url);

type Table = readonly (readonly (string | number)[])[];

/** Results against what Azure's limits allow, as tables. */
export function printLimits(cells: readonly CellResult[], whole: readonly WholeResult[]): void {
  for (const table of tablesOf(cells, whole)) process.stdout.write(`\n${markdown(table)}\n`);
}

/**
 * Writes what was measured to docs/benchmarks. What is counted and what is simulated time is the same everywhere;
 * what depends on the machine it ran on is left out and stands in the pages by hand, with machine and date.
 */
export function recordLimits(cells: readonly CellResult[], whole: readonly WholeResult[]): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, results] of [
    ['cell', cells],
    ['fleet-100k', whole],
  ] as const) {
    if (results.length === 0) continue;
    const [table] = name === 'cell' ? tablesOf(cells, []) : tablesOf([], whole);
    writeFileSync(new URL(`${name}.json`, FOLDER), `${JSON.stringify(results.map(counted), null, 2)}\n`);
    writeFileSync(
      new URL(`${name}.md`, FOLDER),
      `# ${TITLES[name]}\n\nWritten by \`npm run bench -- --only ${name} --record\`; [how to read it](README.md).\n\n${markdown(table ?? [])}\n`,
    );
  }
}

const TITLES = {
  cell: 'One cell of 10,000 machines',
  'fleet-100k': '100,000 machines over 20 cells',
} as const;

function counted<T extends CellResult | WholeResult>(result: T) {
  const { wallSeconds: _, cpuSeconds: __, peakMemoryMiB: ___, ...rest } = result;
  return rest;
}

function tablesOf(cells: readonly CellResult[], whole: readonly WholeResult[]): Table[] {
  return [
    ...(cells.length === 0 ? [] : [[CELL_HEAD, ...cells.map(cellRow)]]),
    ...(whole.length === 0 ? [] : [[WHOLE_HEAD, ...whole.map(wholeRow)]]),
  ];
}

const COUNTS = ['ARM calls a machine', 'activities', 'history events', 'answered 429'];
const CELL_HEAD = [
  'machines',
  'other tenant',
  'install: s',
  'floor',
  'ratio',
  'uninstall: s',
  'floor',
  'ratio',
  ...COUNTS,
  'fullest',
];
const WHOLE_HEAD = ['machines', 'cells', 'simulated s', 'floor', 'ratio', 'of it limits', ...COUNTS];

function cellRow(result: CellResult): (string | number)[] {
  const stage = ({ seconds, floorSeconds, ratio }: StageTime) => [seconds, floorSeconds, ratio];
  const { throttled, armCalls, fullest } = result;
  return [
    ...[result.machines, `${result.otherTenant * 100} %`],
    ...[...stage(result.install), ...stage(result.uninstall)],
    ...countsOf(result),
    `${throttled} (${((throttled / armCalls) * 100).toFixed(2)} %)`,
    `${fullest.limit} ${Math.round(fullest.share * 100)} %`,
  ];
}

function wholeRow(result: WholeResult): (string | number)[] {
  const { machines, cells, simulatedSeconds, floorSeconds, ratio, limitSeconds, throttled } = result;
  return [
    machines,
    cells,
    simulatedSeconds,
    floorSeconds,
    ratio,
    limitSeconds,
    ...countsOf(result),
    throttled,
  ];
}

function countsOf({ perMachine }: Pick<CellResult, 'perMachine'>): number[] {
  return [perMachine.armCalls, perMachine.activities, perMachine.historyEvents];
}

function markdown(table: Table): string {
  const [head = [], ...rows] = table;
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---:')), ...rows.map(line)].join('\n');
}
