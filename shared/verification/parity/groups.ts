import { batchId, type WaveCell } from '../../model/wave.ts';

/** Batches that are judged together: with the usual size 300 machines, whose ids one query can name. */
export const GROUP_BATCHES = 12;

export interface Group {
  readonly id: string;
  /** Its number among the groups of the wave. */
  readonly place: number;
  readonly batches: readonly string[];
}

/**
 * The group a batch is judged with. Small cells share groups, because those of one subscription mostly share a
 * workspace. A cell with enough batches for a group shares none: its first batches come to a stage long before the
 * last ones of the cell before.
 */
export function groupOf(cells: readonly WaveCell[], batch: string): Group {
  const [cell = Number.NaN, number = Number.NaN] = batch.split('-').map(Number);
  const places = placesOf(cells);
  const first = places[cell];
  if (first === undefined || !(number < (cells[cell]?.batches ?? 0)))
    return { id: batch, place: 0, batches: [batch] };
  const group = Math.floor((first + number) / GROUP_BATCHES);
  return { id: `${group}`, place: group, batches: batchesOf(cells, places, group) };
}

/** The place of each cell's first batch in a row of all groups. */
function placesOf(cells: readonly WaveCell[]): number[] {
  let next = 0;
  let ownGroups = false;
  return cells.map(({ batches }) => {
    const large = batches >= GROUP_BATCHES;
    const place = large || ownGroups ? Math.ceil(next / GROUP_BATCHES) * GROUP_BATCHES : next;
    next = place + batches;
    ownGroups = large;
    return place;
  });
}

/** The ids of a group's batches; those of the whole wave would be a long list. */
function batchesOf(cells: readonly WaveCell[], places: readonly number[], group: number): string[] {
  const begin = group * GROUP_BATCHES;
  return cells.flatMap(({ batches }, cell) => {
    const first = places[cell] ?? 0;
    const from = Math.max(0, begin - first);
    const until = Math.min(batches, begin + GROUP_BATCHES - first);
    return Array.from({ length: Math.max(0, until - from) }, (_, i) => batchId(cell, from + i));
  });
}
