import type { OperationKind } from '../../../rehearsal/estate/index.ts';
import type { Facts } from '../facts.ts';

/** A change that Azure accepted and did, whether or not its answer was heard. */
export interface Change {
  /** Its place among all requests. */
  readonly at: number;
  readonly kind: OperationKind;
  readonly method: string;
  /** Normalised; undefined for what is no machine's. */
  readonly machineId: string | undefined;
  /** Normalised id of what was changed. */
  readonly resource: string;
}

export function changesOf({ requests }: Pick<Facts, 'requests'>): Change[] {
  return requests.flatMap(({ kind, method, machineId, url, worked }, at) =>
    isChange(kind) && worked >= 200 && worked < 300
      ? [{ at, kind, method, machineId: machineId?.toLowerCase(), resource: resourceOf(url) }]
      : [],
  );
}

function isChange(kind: OperationKind): boolean {
  return /\.(write|delete|migrate|upgrade|power)$/.test(kind);
}

function resourceOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname).toLowerCase();
}

/** No change happens again where it succeeded; how often each is needed, the run without faults shows. */
export function noDoubleEffect(facts: Facts, undisturbed: Facts): string[] {
  const needed = counted(changesOf(undisturbed));
  return [...counted(changesOf(facts))]
    .filter(([what, times]) => times > Math.max(1, needed.get(what) ?? 0))
    .map(([what, times]) => `${what} was accepted ${times} times, ${needed.get(what) ?? 0} without faults`);
}

function counted(changes: readonly Change[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { method, resource } of changes) {
    const what = `${method} ${resource}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts;
}

/** Every change has its intent in the trail before it: of its machine, or of its workspace. */
export function intendedFirst(facts: Facts): string[] {
  const first = new Map<string, number>();
  const note = (key: string, after: number) => first.set(key, Math.min(first.get(key) ?? after, after));
  for (const { entry, after } of facts.journal) {
    if (entry.event === 'intent' && entry.machineId !== null)
      note(`${entry.machineId} ${entry.stage}`, after);
    if (entry.event === 'intent' || entry.event === 'connector') note('any', after);
    if (entry.event === 'intent' && entry.machineId !== null) note(entry.machineId, after);
  }
  return changesOf(facts)
    .filter(({ kind, machineId, at }) => {
      const stage = STAGES[kind];
      const key = machineId === undefined ? 'any' : stage === undefined ? machineId : `${machineId} ${stage}`;
      return (first.get(key) ?? Number.POSITIVE_INFINITY) > at;
    })
    .map(({ method, resource, at }) => `${method} ${resource} (request ${at}) has no intent before it`);
}

/** The stage that makes a change of a kind, where only one does. */
const STAGES: Partial<Record<OperationKind, string>> = {
  'extension.write': 'install',
  'association.write': 'associate',
  'extension.delete': 'uninstall',
};
