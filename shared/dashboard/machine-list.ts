import type { MachineRow } from './machine-row.ts';
import type { WaveIndex } from './wave-index.ts';

export const SORTS = ['name', 'stage', 'status', 'reason', 'verdict', 'since', 'cell'] as const;
export type Sort = (typeof SORTS)[number];

/** Which machines of a wave, in which order; what is not given does not narrow. */
export interface ListRequest {
  readonly search?: string | undefined;
  readonly stage?: string | undefined;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly verdict?: string | undefined;
  readonly os?: string | undefined;
  readonly kind?: string | undefined;
  readonly cell?: string | undefined;
  readonly sort: Sort;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly after: number;
}

export interface MachineList {
  readonly rows: readonly MachineRow[];
  /** Machines that fit, and all of the wave. */
  readonly total: number;
  readonly machines: number;
  readonly next: string | undefined;
}

const FIELDS = ['stage', 'status', 'reason', 'verdict', 'os', 'kind', 'cell'] as const;

/** One page of a wave's machines: filtered and ordered over all of them. */
export function listMachines(index: WaveIndex, request: ListRequest): MachineList {
  const { sort, order, limit, after } = request;
  const search = request.search?.trim().toLowerCase() ?? '';
  const wanted = FIELDS.filter((field) => request[field] !== undefined);
  const fits = (row: MachineRow) =>
    wanted.every((field) => row[field] === request[field]) && (search === '' || row.id.includes(search));
  const found = inOrder(index, sort).filter(fits);
  const end = after + limit;
  // From the end, so that one order serves both ways.
  const rows =
    order === 'asc'
      ? found.slice(after, end)
      : found.slice(Math.max(0, found.length - end), Math.max(0, found.length - after)).reverse();
  return {
    rows,
    total: found.length,
    machines: index.size,
    next: end < found.length ? String(end) : undefined,
  };
}

function inOrder({ digests, sorted }: WaveIndex, sort: Sort): readonly MachineRow[] {
  const known = sorted.get(sort);
  if (known !== undefined) return known;
  const all = [...digests.values()].flatMap(({ rows }) => rows);
  const keyed = all.map((row) => ({ row, key: `${row[sort] ?? '~'} ${row.name.toLowerCase()} ${row.id}` }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const rows = keyed.map(({ row }) => row);
  sorted.set(sort, rows);
  return rows;
}

/** The row of a machine, with the batch that holds it. */
export function findRow({ digests }: WaveIndex, machineId: string): MachineRow | undefined {
  for (const { rows } of digests.values()) {
    const found = rows.find(({ id }) => id === machineId);
    if (found !== undefined) return found;
  }
  return undefined;
}
