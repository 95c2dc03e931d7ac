import type { State } from '../state/state.ts';
import type { Machine } from '../state/types.ts';
import { associationRow, endpointRow, extensionRow, machineRow, ruleRow, workspaceRow } from './rows.ts';

/** A row not yet built: a page builds only its own. */
export interface LazyRow {
  readonly id: string;
  readonly build: (now: number) => Record<string, unknown>;
}

type Select = (state: State, machines: readonly Machine[], within: (id: string) => boolean) => LazyRow[];

/** What each query selects, ordered by id, from the present state. Keys are query ids of shared/queries.ts. */
export const SELECT: Readonly<Record<string, Select>> = {
  machines: (_state, machines) =>
    machines.map((machine) => ({ id: machine.id, build: (now) => machineRow(machine, now) })),
  extensions: (_state, machines) =>
    byId(
      machines.flatMap((machine) =>
        [...machine.extensions.values()]
          .filter((extension) => PUBLISHERS.has(extension.publisher.toLowerCase()))
          .map((extension) => ({ id: extension.id, build: () => extensionRow(machine, extension) })),
      ),
    ),
  associations: (_state, machines) =>
    byId(
      machines.flatMap((machine) =>
        [...machine.associations.values()].map((one) => ({ id: one.id, build: () => associationRow(one) })),
      ),
    ),
  rules: (state, _machines, within) => resources(state.rules.values(), within, ruleRow),
  endpoints: (state, _machines, within) => resources(state.endpoints.values(), within, endpointRow),
  workspaces: (state, _machines, within) =>
    resources(state.workspaces.values(), within, (workspace) => workspaceRow(state, workspace)),
};

const PUBLISHERS = new Set(['microsoft.enterprisecloud.monitoring', 'microsoft.azure.monitor']);

function resources<T extends { readonly id: string }>(
  all: Iterable<T>,
  within: (id: string) => boolean,
  row: (one: T) => Record<string, unknown>,
): LazyRow[] {
  return byId([...all].filter((one) => within(one.id)).map((one) => ({ id: one.id, build: () => row(one) })));
}

function byId(rows: LazyRow[]): LazyRow[] {
  return rows.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
