import type { RuleSet } from '../convert/convert.ts';
import { compareText } from '../convert/order.ts';
import { tableOf } from './tables.ts';

/** A table that rules of the set fill, with the rules. */
export interface FilledTable {
  readonly table: string;
  readonly rules: readonly string[];
  /** The transformation of each flow into it; a flow without one stands as `source`. */
  readonly transformations: readonly string[];
}

/** An event query of a rule. */
export interface EventQuery {
  readonly rule: string;
  readonly table: string;
  readonly xPath: string;
}

/** Counters that a rule reads at one interval. */
export interface ReadCounters {
  readonly rule: string;
  readonly seconds: number;
  readonly specifiers: readonly string[];
}

/** The tables that a rule set fills, in order of name. Rules of others that it leaves things to are not its own. */
export function filledTables({ rules }: Pick<RuleSet, 'rules'>): readonly FilledTable[] {
  const byTable = new Map<string, { rules: Set<string>; transformations: Set<string> }>();
  for (const { name, body } of rules) {
    for (const { streams, outputStream, transformKql = 'source' } of body.properties.dataFlows) {
      const outputs = outputStream === undefined ? streams : [outputStream];
      for (const table of outputs.map(tableOf)) {
        const known = byTable.get(table) ?? { rules: new Set(), transformations: new Set() };
        known.rules.add(name);
        known.transformations.add(transformKql);
        byTable.set(table, known);
      }
    }
  }
  return [...byTable]
    .sort(([a], [b]) => compareText(a, b))
    .map(([table, found]) => ({
      table,
      rules: [...found.rules].sort(compareText),
      transformations: [...found.transformations].sort(compareText),
    }));
}

/** The event queries of a rule set, rule by rule. */
export function eventQueries({ rules }: Pick<RuleSet, 'rules'>): readonly EventQuery[] {
  return rules.flatMap(({ name, body }) =>
    (body.properties.dataSources.windowsEventLogs ?? []).flatMap(({ streams, xPathQueries }) =>
      streams.flatMap((stream) =>
        xPathQueries.map((xPath) => ({ rule: name, table: tableOf(stream), xPath })),
      ),
    ),
  );
}

/** The counters of the table Perf that a rule set reads. */
export function countersRead({ rules }: Pick<RuleSet, 'rules'>): readonly ReadCounters[] {
  return rules.flatMap(({ name, body }) =>
    (body.properties.dataSources.performanceCounters ?? [])
      .filter(({ streams }) => streams.some((stream) => tableOf(stream) === 'Perf'))
      .map((one) => ({
        rule: name,
        seconds: one.samplingFrequencyInSeconds,
        specifiers: one.counterSpecifiers,
      })),
  );
}
