import { mkdirSync, writeFileSync } from 'node:fs';
import { ASSUMPTIONS } from './assumptions.ts';
import type { CostResult } from './bench.ts';
import { idleDay, totalOf } from './model.ts';
import { HEADLINE, TIMES } from './plans.ts';
import { PRICES, type Price } from './prices.ts';

const FOLDER = new URL('../../../docs/benchmarks/', import.meta.url);

/** USD for 1,000 machines. */
export const GOAL_USD = 0.1;

type Cell = string | number;

/** What a migration of 1,000 machines would cost, line by line and by plan. */
export function printCost(results: readonly CostResult[]): void {
  process.stdout.write(`\n${sections(results).join('\n\n')}\n`);
}

/** Writes counts and money to docs/benchmarks; both are the same on every machine. */
export function recordCost(results: readonly CostResult[]): void {
  if (results.length === 0) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(new URL('cost.json', FOLDER), `${JSON.stringify(results.map(recorded), null, 2)}\n`);
  const page = [
    '# What a migration costs in Azure',
    'Written by `npm run bench -- --only cost --record`; [how to read it](README.md).',
    ...sections(results),
    '## Prices',
    prices(),
    '## Assumptions',
    assumptions(),
  ];
  writeFileSync(new URL('cost.md', FOLDER), `${page.join('\n\n')}\n`);
}

function sections(results: readonly CostResult[]): string[] {
  return [
    `Per 1,000 machines, one wave; ${HEADLINE.name}, ${TIMES[HEADLINE.time]}:`,
    bills(results),
    ...results.map(verdict),
    'The same by plan and by whose time is billed:',
    plans(results),
    'Where the time of the functions goes, seconds per 1,000 machines:',
    works(results),
    `A day on which the app is there and nothing is under way: ${idleDay(HEADLINE).toFixed(2)} USD, however many machines.`,
  ];
}

function verdict({ machines, lines }: CostResult): string {
  const total = totalOf(lines);
  const largest = lines.toSorted((a, b) => b.usd - a.usd)[0];
  const share = total === 0 ? 0 : Math.round(((largest?.usd ?? 0) / total) * 100);
  const met = total < GOAL_USD ? 'met' : 'missed';
  return `A ${fleet(machines)}: ${total.toFixed(3)} USD per 1,000 machines; goal under ${GOAL_USD.toFixed(2)}: ${met}. Most of it, ${share} %: ${largest?.what ?? 'nothing'}.`;
}

function bills(results: readonly CostResult[]): string {
  const rows = (results[0]?.lines ?? []).map(({ what, price }, i): Cell[] => [
    ...[what, price.unit, priceText(price)],
    ...results.flatMap(({ lines }) => [lines[i]?.count ?? 0, money(lines[i]?.usd ?? 0)]),
  ]);
  const total = ['total', '', '', ...results.flatMap(({ lines }) => ['', money(totalOf(lines))])];
  const head = ['what', 'unit', 'USD', ...results.flatMap(({ machines }) => [fleet(machines), 'USD'])];
  return table(head, 3, [...rows, total]);
}

function plans(results: readonly CostResult[]): string {
  const rows = (results[0]?.plans ?? []).map(({ name, time }, i): Cell[] => [
    name,
    TIMES[time],
    ...results.flatMap(({ plans: of, machines }) => [
      ((of[i]?.billedSeconds ?? 0) * 1000) / machines,
      (of[i]?.usdPerThousand ?? 0).toFixed(3),
    ]),
  ]);
  const head = ['plan', 'billed', ...results.flatMap(({ machines }) => [`${fleet(machines)}: s`, 'USD'])];
  return table(head, 2, rows);
}

const WORK = {
  resourceManager: 'calls of Resource Manager',
  logAnalytics: 'queries of Log Analytics',
  resourceGraph: 'pages of Resource Graph',
  ledger: 'operations of the ledger',
  own: 'replay, decisions and everything else',
} as const;

function works(results: readonly CostResult[]): string {
  const rows = Object.entries(WORK).map(([part, what]): Cell[] => [
    what,
    ...results.map(({ work, machines }) => (work[part as keyof typeof WORK] * 1000) / machines),
  ]);
  return table(['waiting for', ...results.map(({ machines }) => fleet(machines))], 1, rows);
}

function prices(): string {
  const rows = Object.values(PRICES).map((price): Cell[] => {
    const { unit, region, source, date } = price;
    return [unit, priceText(price), region, source, date];
  });
  return table(['unit', 'USD', 'region', 'source', 'date'], 5, rows);
}

function priceText({ usd, per }: Price): string {
  if (usd === 0) return 'free';
  return per === 1 ? `${usd} each` : `${usd} per ${per.toLocaleString('en')}`;
}

function money(usd: number): string {
  return usd.toFixed(5);
}

function fleet(machines: number): string {
  return `fleet of ${machines.toLocaleString('en')}`;
}

function assumptions(): string {
  const rows = Object.values(ASSUMPTIONS).map(({ what, value, unit, source }): Cell[] => [
    what,
    `${value.toLocaleString('en')} ${unit}`,
    source,
  ]);
  return table(['what', 'value', 'source'], 3, rows);
}

/** The first so many columns are text, the others numbers; as wide as their widest cell, so that it reads unrendered too. */
function table(head: readonly string[], texts: number, rows: readonly (readonly Cell[])[]): string {
  const shown = [head, ...rows].map((cells) =>
    cells.map((cell) => (typeof cell === 'number' ? Math.round(cell).toLocaleString('en') : cell)),
  );
  const widths = head.map((_, i) => Math.max(4, ...shown.map((cells) => cells[i]?.length ?? 0)));
  const width = (i: number) => widths[i] ?? 0;
  const [first = '', ...others] = shown.map(
    (cells) =>
      `| ${cells.map((cell, i) => (i < texts ? cell.padEnd(width(i)) : cell.padStart(width(i)))).join(' | ')} |`,
  );
  const rule = head.map((_, i) => (i < texts ? '-'.repeat(width(i)) : `${'-'.repeat(width(i) - 1)}:`));
  return [first, `| ${rule.join(' | ')} |`, ...others].join('\n');
}

function recorded({ machines, completed, counts, work, lines, plans: of }: CostResult) {
  const round = (value: number, digits: number) => Number(value.toFixed(digits));
  return {
    ...{ machines, completed, counts },
    workSeconds: Object.fromEntries(Object.entries(work).map(([part, s]) => [part, round(s, 1)])),
    perThousand: {
      lines: lines.map(({ what, count, price, usd }) => ({
        ...{ what, count: round(count, 2), unit: price.unit, usd: round(usd, 6) },
      })),
      usd: round(totalOf(lines), 6),
      goalUsd: GOAL_USD,
    },
    plans: of.map((plan) => ({
      ...plan,
      billedSeconds: round(plan.billedSeconds, 1),
      usdPerThousand: round(plan.usdPerThousand, 6),
    })),
  };
}
