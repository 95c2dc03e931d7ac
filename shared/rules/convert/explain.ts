import type { OsType } from '../../model/agents.ts';
import type { RenderedRule } from './body.ts';
import { LOSSES, type Loss, type SettingsSource } from './model.ts';
import { groupSorted, sortedBy, sortedSet } from './order.ts';

/** Items of one source that share a data source of a rule, and what brought them there. */
export interface Placement {
  readonly rule: string;
  readonly dataSource: string;
  readonly items: readonly string[];
  readonly because: {
    readonly os: OsType;
    readonly what: string;
    /** Streams of the data source. */
    readonly streams: readonly string[];
    readonly intervalSeconds?: number;
    readonly levels?: readonly string[];
    /** Which of the rules that this kind of thing was split into. */
    readonly part: number;
    readonly parts: number;
  };
}

export interface Explanation {
  readonly sourceId: string;
  readonly kind: string;
  readonly name: string;
  readonly placements: readonly Placement[];
  readonly losses: readonly Loss[];
  /** The same in words. */
  readonly sentence: string;
}

/** One explanation for every source, and for every other origin such as a solution. */
export function explain(
  sources: readonly SettingsSource[],
  rules: readonly RenderedRule[],
  losses: readonly Loss[],
): readonly Explanation[] {
  const placements = new Map(groupSorted(placementsOf(rules), keyOf));
  const lost = new Map(groupSorted(losses, ({ origin }) => keyOf(origin)));
  const subjects = new Map<string, Subject>();
  // Last, so that a source has its own name rather than the end of its id.
  const named = sources.map(({ id, kind, name }): Subject => ({ sourceId: id, kind, name }));
  const origins = [...[...placements.values()].flat(), ...losses.map(({ origin }) => origin)];
  const unnamed = origins.map(
    ({ sourceId, kind }): Subject => ({ sourceId, kind, name: sourceId.split('/').at(-1) ?? sourceId }),
  );
  for (const subject of [...unnamed, ...named]) subjects.set(keyOf(subject), subject);
  return sortedBy(subjects.entries(), ([key]) => key).map(([key, subject]): Explanation => {
    const own = (placements.get(key) ?? []).map(({ placement }) => placement);
    const ownLosses = lost.get(key) ?? [];
    return { ...subject, placements: own, losses: ownLosses, sentence: sentence(own, ownLosses) };
  });
}

interface Subject {
  readonly sourceId: string;
  readonly kind: string;
  readonly name: string;
}

/** Several kinds that could not be read, and solutions, all come from the workspace itself. */
function keyOf({ sourceId, kind }: { readonly sourceId: string; readonly kind: string }): string {
  return `${sourceId}\n${kind}`;
}

interface Placed {
  readonly sourceId: string;
  readonly kind: string;
  readonly placement: Placement;
}

function placementsOf(rules: readonly RenderedRule[]): readonly Placed[] {
  return rules.flatMap(({ name: rule, packed, placed }) => {
    const items = packed.wanted.flatMap((wanted) =>
      wanted.origins.map((origin) => ({ origin, wanted, dataSource: placed.get(wanted) ?? '' })),
    );
    const groups = groupSorted(items, ({ origin, dataSource }) => `${keyOf(origin)}\n${dataSource}`);
    return groups.flatMap(([, group]): readonly Placed[] => {
      const first = group[0];
      if (first === undefined) return [];
      const { collected } = first.wanted;
      return [
        {
          sourceId: first.origin.sourceId,
          kind: first.origin.kind,
          placement: {
            rule,
            dataSource: first.dataSource,
            items: sortedSet(group.map(({ origin }) => origin.item)),
            because: {
              os: packed.os,
              what: collected.what,
              streams: streamsOf(collected),
              ...(collected.what === 'counter' ? { intervalSeconds: collected.intervalSeconds } : {}),
              ...(collected.what === 'syslog' ? { levels: collected.levels } : {}),
              part: packed.part,
              parts: packed.parts,
            },
          },
        },
      ];
    });
  });
}

function streamsOf(collected: RenderedRule['packed']['wanted'][number]['collected']): readonly string[] {
  if (collected.what === 'logFile') return [`Custom-${collected.table}`];
  return collected.what === 'extension' ? collected.streams : [collected.stream];
}

function sentence(placements: readonly Placement[], losses: readonly Loss[]): string {
  const placed = placements.map(({ rule, dataSource, items, because }) => {
    const many = items.length === 1 ? '1 item' : `${items.length} items`;
    return `${many} to ${dataSource} of rule ${rule} (${reason(because)})`;
  });
  const lost = groupSorted(losses, ({ code }) => code).map(([code, group]) => {
    const items = sortedSet(group.map(({ origin }) => origin.item)).length;
    const { effect } = LOSSES[code as Loss['code']];
    return `${items === 1 ? '1 item' : `${items} items`} ${EFFECTS[effect]} (${code})`;
  });
  if (placed.length + lost.length === 0) return 'Nothing was made of this source.';
  return `${[...placed, ...lost].join('; ')}.`;
}

const EFFECTS = { lost: 'lost', changed: 'changed', off: 'with nothing to collect' } as const;

function reason({ os, what, streams, intervalSeconds, levels, part, parts }: Placement['because']): string {
  const facts = [
    `${os === 'windows' ? 'Windows' : 'Linux'} ${what} into ${streams.join(', ')}`,
    ...(intervalSeconds === undefined ? [] : [`every ${intervalSeconds} seconds`]),
    ...(levels === undefined ? [] : [`levels ${levels.join(' ')}`]),
    ...(parts === 1 ? [] : [`part ${part} of ${parts}`]),
  ];
  return facts.join(', ');
}
