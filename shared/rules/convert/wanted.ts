import type { z } from 'zod';
import type {
  Collected,
  Converted,
  Loss,
  LossCode,
  Origin,
  SettingsSource,
  Wanted,
  WorkspaceSettings,
} from './model.ts';
import { normaliseName, visible } from './names.ts';
import { groupSorted, sortedBy } from './order.ts';

/** What one item of a source asks for. */
export interface Asked<T> {
  readonly origin: Origin;
  readonly value: T;
}

export interface Read<T> {
  readonly asked: readonly Asked<T>[];
  readonly losses: readonly Loss[];
}

/** By id, so that the order in which Azure lists the sources decides nothing (D9). */
export function inOrder(sources: readonly SettingsSource[]): readonly SettingsSource[] {
  return sortedBy(sources, ({ id, kind, name, properties }) => JSON.stringify([id, kind, name, properties]));
}

export function isKind(source: SettingsSource, kind: string): boolean {
  return source.kind.toLowerCase() === kind.toLowerCase();
}

/** Without an item: the source as a whole. */
export function originOf(source: SettingsSource, item: string = source.name): Origin {
  return { sourceId: source.id, kind: source.kind, item };
}

export function loss(origin: Origin, code: LossCode, detail?: string): Loss {
  return detail === undefined ? { origin, code } : { origin, code, detail };
}

/** A name as a rule can carry it, with the loss if it is not what it was; undefined if nothing is left. */
export function readName(
  name: string,
  origin: Origin,
): { name: string; losses: readonly Loss[] } | undefined {
  const clean = normaliseName(name);
  if (clean === '') return undefined;
  return { name: clean, losses: clean === name ? [] : [loss(origin, 'nameNormalised', visible(name))] };
}

export function readAll<T>(
  sources: readonly SettingsSource[],
  read: (source: SettingsSource) => Read<T>,
): Read<T> {
  const all = inOrder(sources).map(read);
  return { asked: all.flatMap(({ asked }) => asked), losses: all.flatMap(({ losses }) => losses) };
}

/** Each item of a list on its own, so that a bad one does not take the others with it. */
export function readItems<I, T>(
  source: SettingsSource,
  list: string,
  items: readonly unknown[],
  schema: z.ZodType<I>,
  read: (item: I) => Read<T>,
): Read<T> {
  if (items.length === 0) return { asked: [], losses: [loss(originOf(source), 'nothingSelected', list)] };
  const all = items.map((item, i): Read<T> => {
    const parsed = schema.safeParse(item);
    if (parsed.success) return read(parsed.data);
    return { asked: [], losses: [loss(originOf(source, `${list}[${i}]`), 'malformed', visible(item))] };
  });
  return { asked: all.flatMap(({ asked }) => asked), losses: all.flatMap(({ losses }) => losses) };
}

/** Items that ask for the same, in the order of the keys. */
export function byKey<T>(
  asked: readonly Asked<T>[],
  keyOf: (value: T) => string,
): readonly (readonly [Asked<T>, ...Asked<T>[]])[] {
  return groupSorted(asked, ({ value }) => keyOf(value)).flatMap(([, [first, ...others]]) =>
    first === undefined ? [] : [[first, ...others] as const],
  );
}

export function wanted(collected: Collected, asked: readonly { readonly origin: Origin }[]): Wanted {
  return { collected, origins: distinct(asked.map(({ origin }) => origin)) };
}

/** The part of a kind: losses in a fixed order, each once. */
export function converted(all: readonly Wanted[], losses: readonly Loss[]): Converted {
  const key = ({ origin, code, detail = '' }: Loss) =>
    JSON.stringify([origin.sourceId, origin.item, code, detail, origin.kind]);
  return { wanted: all, losses: sortedBy(distinct(losses), key) };
}

/** Whether the workspace has one of these solutions. Takes `OMSGallery/Security` and `Security(name)` as well. */
export function hasSolution(settings: WorkspaceSettings, ...products: readonly string[]): boolean {
  const known = products.map((product) => product.toLowerCase());
  return settings.solutions.some((solution) => {
    const product = solution.split('/').at(-1)?.replace(/\(.*$/s, '').trim().toLowerCase();
    return product !== undefined && known.includes(product);
  });
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
