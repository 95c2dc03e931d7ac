import { normalizeId, normalizeRegion } from '../model/ids.ts';
import type { Workspace, WorkspaceUse } from '../model/machine.ts';
import type { CustomLog } from '../model/streams.ts';
import { uniqueById } from './estate-rows.ts';
import type { GraphRow } from './queries/graph.ts';
import { USAGE_DAYS } from './read-workspaces.ts';
import type { Totals } from './totals.ts';

export interface UsageOfWorkspace {
  readonly workspaceId: string;
  readonly DataType?: string | null;
  readonly IsBillable?: boolean | null;
  readonly megabytes: number;
  readonly lastSeen: string;
}

/** Workspaces with what they take in and who writes to them. Pure. */
export function workspacesOf(raw: {
  readonly rows: readonly GraphRow<'workspaces'>[];
  readonly solutions: readonly GraphRow<'solutions'>[];
  readonly usage: readonly UsageOfWorkspace[];
  readonly unread: ReadonlySet<string>;
  readonly customLogs: readonly (CustomLog & { readonly workspaceId: string })[];
  /** Workspaces whose custom logs could not be read. */
  readonly customLogsUnread: ReadonlySet<string>;
  readonly agents: Totals['agents'];
}): Workspace[] {
  const solutions = Map.groupBy(raw.solutions, ({ workspaceId }) => normalizeId(workspaceId ?? ''));
  const usage = Map.groupBy(raw.usage, ({ workspaceId }) => workspaceId);
  const customLogs = Map.groupBy(raw.customLogs, ({ workspaceId }) => workspaceId);
  return uniqueById(
    raw.rows.flatMap((row) => {
      if (!row.customerId) return [];
      const id = normalizeId(row.id);
      const products = (solutions.get(id) ?? []).map(({ product, name }) => productOf(product || name));
      return [
        {
          id,
          resourceId: row.id,
          name: row.name,
          region: normalizeRegion(row.location ?? ''),
          customerId: row.customerId,
          sku: row.sku || null,
          retentionDays: row.retentionDays ?? null,
          solutions: [...new Set(products)].sort(),
          use: raw.unread.has(id) ? null : useOf(usage.get(id) ?? [], raw.agents[id]),
          customLogs:
            raw.unread.has(id) || raw.customLogsUnread.has(id)
              ? null
              : (customLogs.get(id) ?? []).map(({ table, os }) => ({ table, os })),
        },
      ];
    }),
  );
}

function useOf(
  rows: readonly UsageOfWorkspace[],
  agents: Totals['agents'][string] | undefined,
): WorkspaceUse {
  return {
    tables: rows.flatMap(({ DataType, IsBillable, megabytes, lastSeen }) =>
      DataType
        ? [
            {
              table: DataType,
              billable: IsBillable === true,
              megabytesPerDay: Math.round((megabytes / USAGE_DAYS) * 1000) / 1000,
              lastSeen,
            },
          ]
        : [],
    ),
    agents: { legacy: agents?.legacy ?? 0, ama: agents?.ama ?? 0, scom: agents?.scom ?? 0 },
    legacyMachines: agents?.legacyMachines ?? 0,
  };
}

/** `OMSGallery/Updates`, or a resource name such as `Updates(law-main)`. */
function productOf(text: string): string {
  return (text.split('/').at(-1) ?? text).replace(/\(.*\)$/, '');
}
