import type { RuleSet } from '../convert/convert.ts';
import { type BasicPlan, leverId } from './choices.ts';
import { isCustomTable } from './columns.ts';
import type { FilledTable } from './filled.ts';
import type { Lever, LeverOptions, Usage } from './model.ts';
import { isAlerting, type ReaderIndex, readersOfTables } from './readers.ts';
import { isTable } from './tables.ts';
import { gbPerDay, moneyFor, sourcesOf, volumeOf } from './volumes.ts';

/**
 * A lever for each custom table of the rule set that no alert reads. All custom tables of data collection rules
 * may have the Basic plan, while none of the Azure tables that a rule of this app fills may (Source:
 * learn.microsoft.com/azure/azure-monitor/logs/basic-logs-azure-tables, and the attribute "Basic log" of the
 * tables' own pages). Pure.
 */
export function proposePlans(
  filled: readonly FilledTable[],
  { tables }: Pick<RuleSet, 'tables'>,
  usage: Usage,
  readers: ReaderIndex,
  options: LeverOptions,
): { readonly levers: readonly Lever[]; readonly notes: readonly string[] } {
  const levers: Lever[] = [];
  const notes: string[] = [];
  for (const { table, rules } of filled.filter((one) => isCustomTable(one.table))) {
    const volume = volumeOf(usage, table);
    if (tables.find(({ name }) => isTable(name, table))?.plan === 'Basic' || volume === null) continue;
    const gb = gbPerDay(volume, usage);
    if (gb < options.minGbPerDay) continue;
    const { readersUnknown, ...who } = readersOfTables(readers, sourcesOf(table));
    const alerts = who.readers.filter(isAlerting);
    if (alerts.length > 0) {
      notes.push(`${table} stays on the Analytics plan: ${alerts[0]?.name} and perhaps others alert on it.`);
      continue;
    }
    const choice: BasicPlan = { kind: 'basicPlan', table };
    levers.push({
      id: leverId(choice),
      ...{ kind: choice.kind, choice, table, rules },
      ...{ before: 'plan Analytics', after: 'plan Basic' },
      ...{ gbPerDay: gb, share: 1, ...moneySaved(gb, options) },
      lost: `Rows of ${table} can be searched for 30 days, each query is charged for what it scans, and detections and most alerts cannot use them.`,
      ...{ ...who, readersUnknown, guarded: false },
      notes: [
        'The rows are still billed, at the price of the Basic plan.',
        `A table that is there keeps its plan until somebody changes it, once a week at most: az monitor log-analytics workspace table update --resource-group GROUP --workspace-name WORKSPACE --name ${table} --plan Basic`,
        ...(readersUnknown ? ['Not every query of the workspace could be read: an alert may use it.'] : []),
      ],
      evidence: { query: usage.tables.query, window: usage.window, rows: null, bytes: volume },
    });
  }
  return { levers, notes };
}

/** Nothing is said of money unless both prices are known: the rows are cheaper, not gone. */
function moneySaved(gb: number, { pricePerGb, basicPricePerGb }: LeverOptions) {
  if (pricePerGb === undefined || basicPricePerGb === undefined) return {};
  return moneyFor(gb, pricePerGb - basicPricePerGb);
}
