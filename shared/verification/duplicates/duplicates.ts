import pMap from 'p-map';
import type { Workspace } from '../../model/machine.ts';
import type { QueryDefinition, QueryParameters } from '../../model/query.ts';
import { TABLES } from '../../model/streams.ts';
import { fail, isTransient, ok, type Result, type Trouble } from '../../model/trouble.ts';
import { replacementOf } from '../../rules/custom-log-tables.ts';
import type { LogsGateway } from '../gateway.ts';
import { amountsOf, gigabytes, halvedBytes, type Paid, paidFor, sumPaid } from './estimate.ts';
import type { Duplicates, TableDuplicates } from './model.ts';
import { doubledMachinesQuery } from './queries/doubled-machines.ts';
import {
  customDuplicatesQuery,
  type TableDuplicatesRow,
  tableDuplicatesQueries,
} from './queries/table-duplicates.ts';
import { type DuplicateWindow, duplicateWindow } from './window.ts';

/** The query API serves five queries of one user at a time (platform facts 6); leave room for others. */
const CONCURRENT_QUERIES = 3;

export interface DuplicatesAnswer {
  readonly duplicates: Duplicates;
  /** Why nothing at all could be measured; null where something was. */
  readonly trouble: Trouble | null;
}

/**
 * What a workspace pays twice because two agents write the same rows, from the last 24 whole hours. Asks for the
 * machines first and for no table where there are none; else one query a table. A table that cannot be asked is told
 * and is in no sum.
 */
export async function readDuplicates(
  { logs, now }: { readonly logs: LogsGateway; now(): number },
  workspace: Pick<Workspace, 'id' | 'customerId' | 'name' | 'use' | 'customLogs'>,
  pricePerGb: number | undefined,
): Promise<DuplicatesAnswer> {
  const window = duplicateWindow(now());
  const { customerId, id, name } = workspace;
  const about = { workspace: customerId, workspaceId: id, name, window };
  const machines = await countMachines(logs, customerId, window);
  if (!machines.ok) {
    const unread = [{ what: 'Heartbeat', reason: machines.trouble.message }];
    return {
      duplicates: { ...about, machines: null, tables: [], total: null, unread },
      trouble: machines.trouble,
    };
  }
  const { removable, kept, ended } = machines.value;
  const asked = removable + kept + ended === 0 ? [] : tablesOf(workspace);
  const answers = await pMap(
    asked,
    async ({ table, ask: query }) => ({ table, ...(await query(logs, customerId, window)) }),
    { concurrency: CONCURRENT_QUERIES },
  );
  const tables: TableDuplicates[] = [];
  const paid: Paid[] = [];
  const troubles: { what: string; trouble: Trouble }[] = [];
  for (const { table, query, answer } of answers) {
    if (!answer.ok) troubles.push({ what: table, trouble: answer.trouble });
    else if (answer.value.length > 0) {
      tables.push(tableView(table, query, answer.value, window, pricePerGb));
      paid.push(...answer.value.map(paidFor));
    }
  }
  const nothing = troubles.length > 0 && troubles.length === answers.length;
  const unread = troubles.map(({ what, trouble }) => ({ what, reason: trouble.message }));
  return {
    duplicates: {
      ...about,
      machines: machines.value,
      tables: tables.sort(byCost),
      total: nothing ? null : amountsOf(sumPaid(paid), pricePerGb),
      unread,
    },
    trouble: nothing ? worst(troubles.map(({ trouble }) => trouble)) : null,
  };
}

async function countMachines(
  logs: LogsGateway,
  customerId: string,
  window: DuplicateWindow,
): Promise<Result<NonNullable<Duplicates['machines']>>> {
  if (customerId === '') return fail('notFound', 'the inventory does not know the id of the workspace');
  const answer = await ask(logs, customerId, doubledMachinesQuery, window);
  if (!answer.ok) return answer;
  const [counts] = answer.value;
  if (counts === undefined) throw new Error('a summary without groups always has one row');
  return ok(counts);
}

function ask<P extends QueryParameters, R>(
  logs: LogsGateway,
  customerId: string,
  query: QueryDefinition<P, R>,
  { since, until, baseline }: DuplicateWindow,
  names: Readonly<Record<string, string>> = {},
): Promise<Result<readonly R[]>> {
  const oldest = baseline.since;
  const parameters = { ...names, oldest, since, until } as unknown as P;
  return logs.query(customerId, query, parameters, { since: oldest, until });
}

/** A table, or a text log with the table that takes its place, and how to ask for it. */
interface Asked {
  readonly table: string;
  ask(
    logs: LogsGateway,
    customerId: string,
    window: DuplicateWindow,
  ): Promise<{ readonly query: string; readonly answer: Result<readonly TableDuplicatesRow[]> }>;
}

/**
 * Tables to ask: those the inventory saw bytes of, for a table that a workspace does not have is an error there. All
 * of them where its usage is not known.
 */
function tablesOf({ use, customLogs }: Pick<Workspace, 'use' | 'customLogs'>): readonly Asked[] {
  const seen = new Set(use?.tables.map(({ table }) => table.toLowerCase()));
  const isAsked = (table: string) => use === null || seen.has(table.toLowerCase());
  const builtIn = TABLES.filter(isAsked).map((table): Asked => {
    const query = tableDuplicatesQueries[table];
    return {
      table,
      ask: async (logs, customerId, window) => ({
        query: query.id,
        answer: await ask(logs, customerId, query, window),
      }),
    };
  });
  const ofLogs = (customLogs ?? [])
    .filter(({ table }) => isAsked(table))
    .map(
      ({ table }): Asked => ({
        table: `${table} and ${replacementOf(table)}`,
        ask: async (logs, customerId, window) => ({
          query: customDuplicatesQuery.id,
          answer: await ask(logs, customerId, customDuplicatesQuery, window, {
            ...{ legacyTable: table, logTable: replacementOf(table) },
          }),
        }),
      }),
    );
  return [...builtIn, ...ofLogs];
}

function tableView(
  table: string,
  query: string,
  rows: readonly TableDuplicatesRow[],
  window: DuplicateWindow,
  pricePerGb: number | undefined,
): TableDuplicates {
  const sum = (pick: (row: TableDuplicatesRow) => number) => rows.reduce((n, row) => n + pick(row), 0);
  const billed = sum(({ billedBytes }) => billedBytes);
  return {
    table,
    machines: sum(({ machines }) => machines),
    billedGb: gigabytes(billed),
    ...amountsOf(sumPaid(rows.map(paidFor)), pricePerGb),
    halvedShare: billed <= 0 ? 0 : Math.round((sum(halvedBytes) / billed) * 1e4) / 1e4,
    evidence: { query, ...window },
  };
}

function byCost(a: TableDuplicates, b: TableDuplicates): number {
  return b.twiceGbPerDay - a.twiceGbPerDay || (a.table < b.table ? -1 : 1);
}

/** One that time cures, if there is one: then a later call is worthwhile. */
function worst(troubles: readonly Trouble[]): Trouble | null {
  return troubles.find(({ code }) => isTransient(code)) ?? troubles[0] ?? null;
}
