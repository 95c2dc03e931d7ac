import { elapsedIn } from '../intervals.ts';
import type { State } from '../state/state.ts';
import type { Machine, Workspace } from '../state/types.ts';
import { rowActivity } from '../telemetry/activity.ts';
import { heartbeatHours } from '../telemetry/heartbeats.ts';
import { ingestionLag, rowRate } from '../telemetry/rates.ts';
import { rowBytes } from '../telemetry/volume.ts';
import { compare, type LogTable, long, real, string } from './table.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

interface Asked {
  /** A week before `since`. */
  readonly oldest: number;
  /** A day is asked for. */
  readonly since: number;
  readonly now: number;
}

/** Whether each agent was heard in an hour. */
interface Heard {
  readonly ama: boolean;
  readonly legacy: boolean;
}

interface Doubled {
  readonly machine: Machine;
  readonly standing: string;
  /** Of the day asked for, and of the same day a week before. */
  readonly day: readonly Heard[];
  readonly weekBefore: readonly Heard[];
}

/** Machines that both agents were heard of within an hour of the day, by where they stand. */
export function doubledMachines(state: State, workspace: Workspace, asked: Asked): LogTable {
  const all = doubled(state, workspace, asked);
  const standings = ['removable', 'kept', 'ended'];
  return {
    columns: standings.map(long),
    rows: [standings.map((name) => all.filter(({ standing }) => standing === name).length)],
  };
}

interface Sums {
  machines: number;
  hours: number;
  billed: number;
  compared: number;
  baseline: number;
  added: number;
}

/**
 * What those machines wrote to a table, or to two that are one log. It is what their agents write: a volume that the file declares for a whole
 * workspace belongs to no machine.
 */
export function tableDuplicates(
  state: State,
  workspace: Workspace,
  tables: readonly string[],
  asked: Asked,
): LogTable {
  const found = new Map<string, Sums>();
  for (const one of doubled(state, workspace, asked)) {
    const now = hourlyBytes(state, workspace, tables, one.machine, asked.since, asked.now);
    const before = hourlyBytes(state, workspace, tables, one.machine, asked.oldest, asked.now);
    const own = { hours: 0, billed: 0, compared: 0, baseline: 0 };
    one.day.forEach(({ ama, legacy }, hour) => {
      if (!ama || !legacy) return;
      const bytes = now[hour] ?? 0;
      own.hours += 1;
      own.billed += bytes;
      const alone = one.weekBefore[hour];
      if (alone === undefined || alone.ama === alone.legacy) return;
      own.compared += bytes;
      own.baseline += before[hour] ?? 0;
    });
    if (own.billed > 0) addTo(found, one.standing, own);
  }
  const names = ['billedBytes', 'comparedBytes', 'baselineBytes', 'newBytes'];
  return {
    columns: [string('Standing'), long('machines'), long('hours'), ...names.map(real)],
    rows: [...found]
      .sort(([a], [b]) => compare(a, b))
      .map(([standing, { machines, hours, billed, compared, baseline, added }]) => [
        ...[standing, machines, hours, billed, compared, baseline, added],
      ]),
  };
}

function addTo(
  found: Map<string, Sums>,
  standing: string,
  own: { hours: number; billed: number; compared: number; baseline: number },
): void {
  const sums = found.get(standing) ?? {
    ...{ machines: 0, hours: 0, billed: 0, compared: 0, baseline: 0, added: 0 },
  };
  sums.machines += 1;
  sums.hours += own.hours;
  sums.billed += own.billed;
  sums.baseline += own.baseline;
  if (own.baseline > 0) sums.compared += own.compared;
  else sums.added += own.compared;
  found.set(standing, sums);
}

function doubled(state: State, workspace: Workspace, { oldest, since, now }: Asked): Doubled[] {
  return [...workspace.reporters].flatMap((machine) => {
    const { heard: day, scom } = agentsByHour(state, machine, workspace, since, now);
    if (!day.some(({ ama, legacy }) => ama && legacy)) return [];
    const apart = Math.abs(day.findLastIndex(({ ama }) => ama) - day.findLastIndex(({ legacy }) => legacy));
    const standing = apart >= 2 ? 'ended' : scom ? 'kept' : 'removable';
    const weekBefore = agentsByHour(state, machine, workspace, oldest, now).heard;
    return [{ machine, standing, day, weekBefore }];
  });
}

/** The 24 hours from `since`. */
function agentsByHour(
  state: State,
  machine: Machine,
  workspace: Workspace,
  since: number,
  now: number,
): { heard: readonly Heard[]; scom: boolean } {
  const window = { oldest: since, since, until: since + DAY_HOURS * HOUR_MS };
  const series = heartbeatHours(state, machine, workspace, window, now);
  const ofAgent = (fits: (category: string) => boolean) =>
    series.filter(({ category }) => fits(category.toLowerCase())).map(({ counts }) => counts);
  const ama = ofAgent((category) => category === 'azure monitor agent');
  const scom = ofAgent((category) => category.startsWith('scom'));
  const legacy = [...ofAgent((category) => category === 'direct agent'), ...scom];
  const inHour = (all: readonly (readonly number[])[], hour: number) =>
    all.some((counts) => (counts[hour] ?? 0) > 0);
  return {
    heard: Array.from({ length: DAY_HOURS }, (_, hour) => ({
      ama: inHour(ama, hour),
      legacy: inHour(legacy, hour),
    })),
    scom: scom.some((counts) => counts.some((count) => count > 0)),
  };
}

/** Billed bytes of both agents in each of the 24 hours from `since`, as far as they came in by `now`. */
function hourlyBytes(
  state: State,
  workspace: Workspace,
  tables: readonly string[],
  machine: Machine,
  since: number,
  now: number,
): number[] {
  const bytes = new Array<number>(DAY_HOURS).fill(0);
  for (const table of tables) {
    const visible = now - ingestionLag(state, machine, table);
    for (const agent of ['ama', 'legacy'] as const) {
      const rate = rowRate(state, machine, agent, table) * rowBytes(table);
      const active = rate > 0 ? rowActivity(state, machine, agent, table, workspace) : [];
      if (active.length === 0) continue;
      for (let hour = 0; hour < DAY_HOURS; hour += 1) {
        const from = Math.min(since + hour * HOUR_MS, visible);
        const until = Math.min(from + HOUR_MS, visible);
        bytes[hour] = (bytes[hour] as number) + (elapsedIn(active, until) - elapsedIn(active, from)) * rate;
      }
    }
  }
  return bytes;
}
