import type { Registration } from './kinds/index.ts';
import type { Converted, Loss, SettingsSource, WorkspaceSettings } from './model.ts';
import { originKey, sortedBy } from './order.ts';

/** Runs every converter over the sources of its kinds. No source gets lost on the way. */
export function collect(settings: WorkspaceSettings, converters: readonly Registration[]): Converted {
  const sources = sortedBy(settings.sources, (source) => JSON.stringify([source.id, source]));
  const sorted = { ...settings, sources, solutions: [...settings.solutions].sort() };
  const kindOf = (source: SettingsSource) => source.kind.toLowerCase();
  const converted = converters.map(({ kinds, convert }) => {
    const taken = new Set(kinds.map((kind) => kind.toLowerCase()));
    return convert(
      sources.filter((source) => taken.has(kindOf(source))),
      sorted,
    );
  });
  const wanted = converted.flatMap((one) => one.wanted);
  const known = new Set(converters.flatMap(({ kinds }) => kinds.map((kind) => kind.toLowerCase())));
  const unknown = sources
    .filter((source) => !known.has(kindOf(source)))
    .map((source): Loss => lossOf(source, 'unknownKind', source.kind));
  const losses = [...converted.flatMap((one) => one.losses), ...unknown, ...unread(settings)];
  const mentioned = new Set(
    [...wanted.flatMap(({ origins }) => origins), ...losses.map(({ origin }) => origin)].map(
      ({ sourceId }) => sourceId,
    ),
  );
  const silent = sources
    .filter(({ id }) => !mentioned.has(id))
    .map((source): Loss => lossOf(source, 'nothingSelected'));
  return { wanted, losses: sortedLosses([...losses, ...silent]) };
}

function lossOf(source: SettingsSource, code: Loss['code'], detail?: string): Loss {
  const origin = { sourceId: source.id, kind: source.kind, item: source.name };
  return { origin, code, ...(detail === undefined ? {} : { detail }) };
}

function unread({ workspace, unread: kinds }: WorkspaceSettings): readonly Loss[] {
  return kinds.map(({ kind, reason }) => ({
    origin: { sourceId: workspace.id, kind, item: kind },
    code: 'unreadable',
    detail: reason,
  }));
}

/** In order, each once. */
export function sortedLosses(losses: readonly Loss[]): readonly Loss[] {
  const byKey = new Map(losses.map((loss) => [lossKey(loss), loss]));
  return sortedBy(byKey.values(), lossKey);
}

function lossKey({ origin, code, detail = '' }: Loss): string {
  return `${originKey(origin)}\n${code}\n${detail}`;
}
