import type { QueryHolder, TableSchema } from '../../../../shared/rules/blast-radius/model.ts';
import { tableUses } from '../../../../shared/rules/blast-radius/table-uses.ts';

function schema(name: string, columns: string): TableSchema {
  return {
    name,
    columns: columns.split(' ').map((one) => {
      const [column = '', type = 'string'] = one.split(':');
      return { name: column, type };
    }),
  };
}

/** Some tables of a workspace, cut short. */
export const SCHEMAS: readonly TableSchema[] = [
  schema('Syslog', 'TimeGenerated:datetime Computer Facility SeverityLevel SyslogMessage HostIP ProcessName'),
  schema(
    'SecurityEvent',
    'TimeGenerated:datetime Computer Account EventID:int EventData Activity LogonType:int',
  ),
  schema('Heartbeat', 'TimeGenerated:datetime Computer Category OSType'),
  schema('App_CL', 'TimeGenerated:datetime Computer RawData Level_s Tags_d:dynamic'),
];

export function holder(text: string, changes: Partial<QueryHolder> = {}): QueryHolder {
  return {
    kind: 'analyticsRule',
    id: `/rules/${changes.name ?? 'rule'}`,
    name: 'rule',
    enabled: true,
    texts: [{ place: 'query', text }],
    ...changes,
  };
}

export function fn(alias: string, text: string, parameters?: string): QueryHolder {
  return holder(text, {
    kind: 'function',
    id: `/functions/${alias}`,
    name: alias,
    alias,
    enabled: null,
    ...(parameters === undefined ? {} : { parameters }),
  });
}

/** What a text reads, as `Table(column, …)` in order; `+` marks whole rows; and what is unresolved. */
export async function uses(
  text: string,
  others: readonly QueryHolder[] = [],
  changes: Partial<QueryHolder> = {},
): Promise<{ reads: string; unresolved: readonly string[] }> {
  const own = holder(text, changes);
  const found = await tableUses([...others, own], SCHEMAS);
  const reads = found.uses
    .filter((use) => use.holder === own)
    .map(
      ({ table, columns, wholeRows }) =>
        `${table}(${columns === 'all' ? '*' : columns.join(' ')})${wholeRows ? '+' : ''}`,
    );
  return {
    reads: reads.join(' '),
    unresolved: found.unresolved.filter((one) => one.holder === own).map(({ why }) => why),
  };
}
