import { tableOfStream } from '../../model/streams.ts';
import type { RuleSet } from '../convert/convert.ts';
import { LOSSES, type Loss, type LossCode } from '../convert/model.ts';
import { groupSorted, sortedBy, sortedSet } from '../convert/order.ts';
import type { LeverChoice } from '../levers/choices.ts';
import { AGENT_DIFFERENCES } from './agent-differences.ts';

/** That a table will not be what it was, for those who read it. */
export interface TableChange {
  /** As Azure spells it. */
  readonly table: string;
  /** Columns that will differ; `all` where rows go elsewhere or are not there any more. */
  readonly columns: readonly string[] | 'all';
  /** A code of a loss, `agentDifference`, or a kind of cost lever. */
  readonly code: string;
  readonly why: string;
  /** Where it is known from, for what no setting says. */
  readonly source?: string;
}

/** Tables that the kinds of settings fill. Source: facts file 3.6. */
const TABLES_OF_KINDS: Readonly<Record<string, string>> = {
  WindowsPerformanceCounter: 'Perf',
  LinuxPerformanceObject: 'Perf',
  WindowsEvent: 'Event',
  LinuxSyslog: 'Syslog',
  IISLogs: 'W3CIISLog',
  CommonSecurityLog: 'CommonSecurityLog',
  SecurityInsightsSecurityEventCollectionConfiguration: 'SecurityEvent',
  SecurityEventCollectionConfiguration: 'SecurityEvent',
};

/** The column that says which rows are meant, where a loss is about some rows only and readers pick theirs by it. */
const PICKED_BY: Readonly<Partial<Record<LossCode, string>>> = {
  coveredByTier: 'EventLog',
  securityLogNeedsStream: 'EventLog',
  channelNotCollectable: 'EventLog',
  unknownEventType: 'EventLevelName',
  unknownSeverity: 'SeverityLevel',
};

/** Items named in one sentence; a workspace can lose hundreds of counters. */
const MOST_ITEMS = 5;

/**
 * What changes for the readers of tables when a rule set takes over: where losses say that rows go elsewhere or
 * are gone, or that columns stay empty; what chosen cost levers leave out; and what Azure Monitor Agent fills
 * differently in the tables that the set collects. One change a table and reason, in order. Pure.
 */
export function tableChanges(ruleSet: RuleSet): readonly TableChange[] {
  const oldTables = new Map(
    ruleSet.losses.flatMap((loss) => {
      const old = loss.code === 'newTableNeeded' ? becomes(loss)[0] : undefined;
      return old === undefined ? [] : [[loss.origin.sourceId, old] as const];
    }),
  );
  const found = groupSorted(
    ruleSet.losses.flatMap((loss) => ofLoss(loss, oldTables)),
    ({ table, code }) => `${table}\n${code}`,
  ).map(([, group]) => together(group));
  return sortedBy(
    [...found, ...(ruleSet.levers ?? []).flatMap(ofLever), ...differences(ruleSet)],
    ({ table, code, why }) => `${table}\n${code}\n${why}`,
  );
}

interface Part {
  readonly table: string;
  readonly columns: readonly string[] | 'all';
  readonly code: LossCode;
  readonly item: string;
}

function ofLoss(loss: Loss, oldTables: ReadonlyMap<string, string>): readonly Part[] {
  const { origin, code, detail } = loss;
  const part = (table: string | undefined, columns: Part['columns'], item = origin.item): readonly Part[] =>
    table === undefined ? [] : [{ table, columns, code, item }];
  switch (code) {
    case 'newTableNeeded':
    case 'tableChanged':
      return becomes(loss).flatMap((table) => part(table, 'all', detail));
    case 'siteNameNotFilled':
      return part('W3CIISLog', ['sSiteName']);
    case 'extractionNotConverted': {
      // A field of a custom log has the ending of a custom field in what the legacy agent made.
      const field = /^extraction (.+)$/.exec(origin.item)?.[1];
      return part(
        oldTables.get(origin.sourceId),
        field === undefined ? 'all' : [field, `${field}_CF`],
        field,
      );
    }
    case 'timeNotConverted':
      return part(oldTables.get(origin.sourceId), ['TimeGenerated']);
    case 'cefFacilityMoved':
      return part('Syslog', 'all');
    // Chosen levers are read from the choices themselves.
    case 'droppedByLever':
      return [];
  }
  const column = PICKED_BY[code];
  if (column === undefined && LOSSES[code].effect !== 'lost') return [];
  return part(TABLES_OF_KINDS[origin.kind], column === undefined ? 'all' : [column]);
}

/** `A and B become C` -> A, B. */
function becomes({ detail = '' }: Loss): readonly string[] {
  const before = /^(.+?) becomes? /.exec(detail)?.[1];
  return before?.split(' and ') ?? [];
}

function together(group: readonly Part[]): TableChange {
  const { table, code } = group[0] as Part;
  const lists = group.map(({ columns }) => columns);
  const items = sortedSet(group.map(({ item }) => item));
  const more = items.length > MOST_ITEMS ? ` and ${items.length - MOST_ITEMS} more` : '';
  return {
    table,
    columns: lists.includes('all') ? 'all' : sortedSet(lists.flat()),
    code,
    why: `${LOSSES[code].text} (${items.slice(0, MOST_ITEMS).join('; ')}${more})`,
  };
}

function ofLever(lever: LeverChoice): readonly TableChange[] {
  switch (lever.kind) {
    case 'dropColumns': {
      const columns = sortedSet(lever.columns);
      const why = 'A cost lever that was chosen leaves these columns empty.';
      return [{ table: lever.table, columns, code: lever.kind, why }];
    }
    case 'dropEvents': {
      const why = `A cost lever that was chosen drops events of the log ${lever.log}: ${lever.eventIds.join(', ')}.`;
      // Rows are gone for those as well who tell them by something else, such as the name of a process.
      return [{ table: lever.table, columns: 'all', code: lever.kind, why }];
    }
    case 'samplingInterval': {
      const why = `A cost lever that was chosen reads no counter more often than every ${lever.seconds} seconds.`;
      // Who only counts readings finds fewer, without naming any column.
      return [{ table: 'Perf', columns: 'all', code: lever.kind, why }];
    }
    case 'basicPlan':
      return [];
  }
}

/** Only for tables that the set collects; every agent writes heartbeats. */
function differences({ rules }: RuleSet): readonly TableChange[] {
  const streams = rules.flatMap(({ body }) => body.properties.dataFlows.flatMap((flow) => flow.streams));
  const tables = new Set<string | undefined>(['Heartbeat', ...streams.map(tableOfStream)]);
  return AGENT_DIFFERENCES.filter(({ table }) => tables.has(table)).map((difference) => ({
    ...difference,
    code: 'agentDifference',
  }));
}
