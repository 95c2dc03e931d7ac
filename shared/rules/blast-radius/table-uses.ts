import { type Binding, bindText, searchedText } from './bind.ts';
import { breathe } from './breathe.ts';
import { createCatalog } from './catalog.ts';
import { bindFunctions } from './functions.ts';
import type { QueryHolder, TableSchema, TableUse, TableUses, Unresolved } from './model.ts';
import { type Reading, readAll } from './reading.ts';
import { fillParameters } from './workbook-parameters.ts';

/**
 * How long texts are bound, milliseconds: a text takes some 20 to 50, a large workspace has thousands, and the load
 * balancer of Azure Functions cuts an answer at 230 seconds (`WRITE_BUDGET_MS` has the source).
 */
const BIND_BUDGET_MS = 90_000;

/** Read first, for the time may end: who sends alerts, then who is looked at. */
const ORDER: Readonly<Record<QueryHolder['kind'], number>> = {
  ...{ analyticsRule: 0, alertRule: 0, function: 1, savedSearch: 2, workbook: 3 },
};

/**
 * Which tables and columns queries read, found by the official language service over the workspace's own tables and
 * functions, so that comments, strings, `let` names and joins are what they are. Functions are followed to the
 * tables beneath them, circles end. Columns are those a query names, also where its result shows whole rows: such a
 * use is marked, for a column that changes is then seen and not relied on. What cannot be told is `unresolved`, and
 * so is what the time did not allow for: that is searched for names. Uses come by holder id, place and table,
 * whatever the order of the input. `clock` gives milliseconds. Facts file 2.10.
 */
export async function tableUses(
  holders: readonly QueryHolder[],
  schemas: readonly TableSchema[],
  clock: () => number = () => performance.now(),
): Promise<TableUses> {
  const end = clock() + BIND_BUDGET_MS;
  const sorted = [...holders].sort((a, b) => compare(a.id, b.id));
  const binding = await bindFunctions(await createCatalog(schemas), sorted);
  const texts = sorted.flatMap((holder) =>
    [...holder.texts]
      .sort((a, b) => compare(a.place, b.place))
      .map(({ place, text }) => ({ holder, place, text })),
  );
  const readings = new Map<(typeof texts)[number], Reading>();
  // Rules made from one template have one text.
  const known = new Map<string, Reading>();
  for (const one of [...texts].sort((a, b) => ORDER[a.holder.kind] - ORDER[b.holder.kind])) {
    const { holder, text } = one;
    const reading =
      binding.aliases.get(holder.alias ?? '') ??
      known.get(keyOf(holder, text)) ??
      (clock() < end ? read(binding, holder, text) : searchedText(binding, text, 'The time was over'));
    known.set(keyOf(holder, text), reading);
    readings.set(one, reading);
    await breathe();
  }
  const found = texts.map((one) => ({ ...one, reading: readings.get(one) as Reading }));
  return {
    uses: found.flatMap(({ holder, place, reading }) => usesOf(holder, place, reading)),
    unresolved: found.flatMap(({ holder, place, reading }) =>
      [...reading.unresolved].sort().map((why): Unresolved => ({ holder, place, why })),
    ),
  };
}

function keyOf({ kind }: QueryHolder, text: string): string {
  return `${kind === 'workbook'}|${text}`;
}

function read(binding: Binding, { kind }: QueryHolder, text: string): Reading {
  if (kind !== 'workbook') return bindText(binding, text).reading;
  const filled = fillParameters(text);
  const { reading } = bindText(binding, filled.text);
  if (filled.anyColumn) for (const table of reading.tables.keys()) readAll(reading, table);
  for (const name of filled.open) {
    reading.unresolved.add(`The parameter {${name}} stands for a part of the query that names tables.`);
  }
  return reading;
}

function usesOf(holder: QueryHolder, place: string, { tables, wholeRows }: Reading): readonly TableUse[] {
  return [...tables]
    .sort(([a], [b]) => compare(a, b))
    .map(([table, columns]) => ({
      holder,
      place,
      table,
      columns: columns === 'all' ? columns : [...columns].sort(compare),
      ...(wholeRows.has(table) ? { wholeRows: true as const } : {}),
    }));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
