import type { Fault } from '../model/faults.ts';
import { shortHash } from '../model/ids.ts';
import type { Machine } from '../model/machine.ts';
import type { Selection } from '../model/plan-request.ts';
import { matches } from '../model/policy.ts';
import { compileQuery } from './machine-query.ts';

export type CompiledSelection =
  | { readonly ok: true; readonly isSelected: (machine: Machine) => boolean }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Makes a selection computable: explicit ids, then include, exclude and the query, all of which must agree. */
export function compileSelection({ machineIds, include, exclude, query }: Selection): CompiledSelection {
  const ids = machineIds === undefined ? undefined : new Set(machineIds);
  const compiled = query === undefined ? undefined : compileQuery(query, 'selection.query');
  if (compiled?.ok === false) return compiled;
  return {
    ok: true,
    isSelected: (machine) =>
      (ids === undefined || ids.has(machine.id)) &&
      (include.length === 0 || include.some((match) => matches(match, machine))) &&
      !exclude.some((match) => matches(match, machine)) &&
      (compiled === undefined || compiled.test(machine)),
  };
}

/**
 * A share of the machines, rounded up, so that a share of some is never none. Which ones depends on their
 * ids alone: a larger share holds every machine of a smaller one.
 */
export function sample<T extends { readonly id: string }>(machines: readonly T[], percentage: number): T[] {
  const wanted = Math.ceil((machines.length * percentage) / 100 - 1e-9);
  if (wanted >= machines.length) return [...machines];
  return machines
    .map((machine) => ({ order: shortHash(`sample|${machine.id}`), machine }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .slice(0, wanted)
    .map(({ machine }) => machine);
}
