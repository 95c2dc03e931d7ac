import type { Behaviour } from '../file/behaviour.ts';
import type { Agent, Period } from '../file/common.ts';
import { EVER, type Intervals, NEVER } from '../intervals.ts';
import { share } from '../random.ts';
import { type Facts, matches } from './match.ts';
import type { BoxTraits, FailingInstall, Traits } from './types.ts';

/** Resolves `behaviour` for one machine, once, at load. */
export function traitsOf(behaviour: Behaviour, index: TraitIndex, facts: Facts, seed: number): Traits {
  const reinstall = behaviour.reinstall?.find((entry) => matches(entry.match, facts));
  const network =
    behaviour.network?.rules?.find((entry) => matches(entry.match, facts))?.network ??
    behaviour.network?.default ??
    ({ mode: 'direct' } as const);
  const failing: FailingInstall[] = [];
  behaviour.failedInstalls?.forEach((entry, i) => {
    if (!matches(entry.match, facts)) return;
    if (entry.probability !== undefined && share(seed, 'failedInstall', i, facts.key) >= entry.probability)
      return;
    failing.push({
      agent: entry.agent,
      code: entry.code,
      message: entry.message,
      left: entry.attempts ?? Number.POSITIVE_INFINITY,
    });
  });
  return {
    network,
    silent: (index.silent.get(facts.key) ?? []).map((entry) => ({
      agent: entry.agent,
      period: periodOf(entry),
    })),
    stuck: new Map(
      (index.stuck.get(facts.key) ?? []).map((entry) => [
        entry.agent,
        entry.attempts ?? Number.POSITIVE_INFINITY,
      ]),
    ),
    failing,
    ...(reinstall === undefined ? {} : { reinstallAfterSeconds: reinstall.afterSeconds }),
    reinstallTimes: reinstall?.times ?? Number.POSITIVE_INFINITY,
    box: boxTraits(index, facts.key),
  };
}

type ByMachine<T> = ReadonlyMap<string, readonly T[]>;

export interface TraitIndex {
  readonly silent: ByMachine<{ agent: Agent; from?: string | undefined; until?: string | undefined }>;
  readonly stuck: ByMachine<{ agent: Agent; attempts?: number | undefined }>;
  readonly offline: ByMachine<NonNullable<Behaviour['offline']>[number]>;
  readonly manual: ByMachine<NonNullable<Behaviour['manualAgents']>[number]>;
  readonly packageLocks: ByMachine<NonNullable<Behaviour['packageManagerLocks']>[number]>;
  readonly scripts: ByMachine<NonNullable<Behaviour['scriptFaults']>[number]>;
}

function boxTraits(index: TraitIndex, key: string): BoxTraits {
  return {
    managementGroups: (index.manual.get(key) ?? []).some((entry) => entry.managementGroups === true),
    packageManagerLocked: (index.packageLocks.get(key) ?? []).flatMap(periodOf),
    scripts: (index.scripts.get(key) ?? []).map(({ output = '', exitCode = 1, attempts }) => ({
      output,
      exitCode,
      left: attempts ?? Number.POSITIVE_INFINITY,
    })),
  };
}

/** Entries by machine, so that loading stays linear in the size of the estate. */
export function indexTraits(behaviour: Behaviour): TraitIndex {
  return {
    silent: groupBy(behaviour.silentAgents),
    stuck: groupBy(behaviour.stuckExtensions),
    offline: groupBy(behaviour.offline),
    manual: groupBy(behaviour.manualAgents),
    packageLocks: groupBy(behaviour.packageManagerLocks),
    scripts: groupBy(behaviour.scriptFaults),
  };
}

/** Groups entries by their machine's lower-case id. */
export function groupBy<T extends { machine?: string | undefined }>(
  entries: readonly T[] | undefined,
): Map<string, T[]> {
  const out = new Map<string, T[]>();
  for (const entry of entries ?? []) {
    const key = entry.machine?.toLowerCase();
    if (key === undefined) continue;
    const all = out.get(key);
    if (all === undefined) out.set(key, [entry]);
    else all.push(entry);
  }
  return out;
}

/** A declared period as intervals; without bounds it is always. */
export function periodOf(
  period: Partial<Period> | { from?: string | undefined; until?: string | undefined },
): Intervals {
  return [
    {
      from: period.from === undefined ? EVER : Date.parse(period.from),
      until: period.until === undefined ? NEVER : Date.parse(period.until),
    },
  ];
}
