import type { Other, State } from '../state/state.ts';
import type { Machine } from '../state/types.ts';
import { endpointRow, ruleBodyRow, ruleRow, solutionRow, workspaceRow } from './rows-collection.ts';
import { associationRow, extensionRow, machineRow } from './rows-machines.ts';
import { defenderPlanRow, instanceRows, scaleSetRow, subscriptionRow } from './rows-places.ts';
import { assignmentRow, concernsAgents, definitionRow, policySetRow } from './rows-policy.ts';
import { alertRuleRow, workbookRow } from './rows-queries.ts';
import type { GraphScope } from './scope.ts';

/** A row not yet built: a page builds only its own. */
export interface LazyRow {
  readonly id: string;
  readonly build: (now: number) => unknown;
}

type Select = (state: State, scope: GraphScope) => LazyRow[];

/** What each query selects, ordered by id, from the present state. Keys are query ids of shared/queries.ts. */
export const SELECT: Readonly<Record<string, Select>> = {
  subscriptions: (state, { subscriptions }) =>
    byId(
      [...state.subscriptions]
        .filter(([key]) => subscriptions === undefined || subscriptions.has(key))
        .map(([, one]) => ({ id: `/subscriptions/${one.id}`, build: () => subscriptionRow(one) })),
    ),
  machines: (state, scope) => {
    const machines = machinesIn(state, scope);
    const rows = machines.map(
      (machine): LazyRow => ({ id: machine.id, build: (now) => machineRow(machine, now) }),
    );
    const twins = machines.flatMap((machine) =>
      machine.twins.map((twin) => ({
        id: twin.id,
        build: (now: number) => machineRow(machine, now, twin),
      })),
    );
    return twins.length === 0 ? rows : byId([...rows, ...twins]);
  },
  extensions: (state, scope) =>
    ofMachines(state, scope, (machine, add) => {
      for (const extension of machine.extensions.values())
        if (PUBLISHERS.has(extension.publisher.toLowerCase()))
          add({ id: extension.id, build: () => extensionRow(machine, extension) });
    }),
  associations: (state, scope) =>
    byId([
      ...ofMachines(state, scope, (machine, add) => {
        for (const one of machine.associations.values())
          add({ id: one.id, build: () => associationRow(one) });
      }),
      ...[...state.scaleSets.values()]
        .filter(({ model }) => scope.holds(model.id))
        .flatMap(({ model }) => [...model.associations.values()])
        .map((one) => ({ id: one.id, build: () => associationRow(one) })),
    ]),
  rules: (state, scope) => resources(state.rules.values(), scope, ruleRow),
  'rule-bodies': (state, scope) => resources(state.rules.values(), scope, ruleBodyRow),
  'alert-rules': (state, scope) =>
    resources(stored(state, 'microsoft.insights/scheduledqueryrules'), scope, alertRuleRow),
  workbooks: (state, scope) =>
    resources(stored(state, 'microsoft.insights/workbooks'), scope, (one) => workbookRow(state, one)),
  endpoints: (state, scope) => resources(state.endpoints.values(), scope, endpointRow),
  workspaces: (state, scope) =>
    resources(state.workspaces.values(), scope, (workspace) => workspaceRow(state, workspace)),
  'scale-sets': (state, scope) =>
    resources(stored(state, 'microsoft.compute/virtualmachinescalesets'), scope, (one) =>
      scaleSetRow(state, one),
    ),
  'scale-set-instances': (state, scope) =>
    byId(
      instanceRows(
        state,
        stored(state, 'microsoft.compute/virtualmachinescalesets/virtualmachines').filter(({ id }) =>
          scope.holds(id),
        ),
      ).map((row) => ({ id: String(row['id']), build: () => row })),
    ),
  solutions: (state, scope) =>
    resources(stored(state, 'microsoft.operationsmanagement/solutions'), scope, solutionRow),
  'policy-assignments': (state, scope) =>
    resources(stored(state, 'microsoft.authorization/policyassignments'), scope, assignmentRow),
  'policy-definitions': (state, scope) =>
    resources(
      stored(state, 'microsoft.authorization/policydefinitions').filter(concernsAgents),
      scope,
      definitionRow,
    ),
  'policy-sets': (state, scope) =>
    resources(stored(state, 'microsoft.authorization/policysetdefinitions'), scope, policySetRow),
  'defender-plans': (state, scope) =>
    resources(
      stored(state, 'microsoft.security/pricings').filter(({ id }) => PLANS.test(id)),
      scope,
      (one) => defenderPlanRow(state, one),
    ),
};

const PLANS = /\/(virtualmachines|sqlservervirtualmachines)$/i;

/** The list in the text of the query `extensions`. */
export const PUBLISHERS: ReadonlySet<string> = new Set([
  'microsoft.enterprisecloud.monitoring',
  'microsoft.azure.monitor',
  'microsoft.azure.monitoring.dependencyagent',
  'microsoft.azure.changetrackingandinventory',
  'microsoft.azure.diagnostics',
  'microsoft.ostcextensions',
  'microsoft.azure.azuredefenderforsql',
  'microsoft.azure.automation.hybridworker',
]);

function machinesIn(state: State, { subscriptions }: GraphScope): readonly Machine[] {
  return subscriptions === undefined
    ? state.machineOrder
    : state.machineOrder.filter((machine) => subscriptions.has(machine.subscription.toLowerCase()));
}

function ofMachines(
  state: State,
  scope: GraphScope,
  each: (machine: Machine, add: (row: LazyRow) => void) => void,
): LazyRow[] {
  const rows: LazyRow[] = [];
  for (const machine of machinesIn(state, scope)) each(machine, (row) => rows.push(row));
  return byId(rows);
}

function stored(state: State, type: string): Other[] {
  return [...state.others.values()].filter((one) => one.type === type);
}

function resources<T extends { readonly id: string }>(
  all: Iterable<T>,
  scope: GraphScope,
  row: (one: T) => Record<string, unknown>,
): LazyRow[] {
  return byId(
    [...all].filter((one) => scope.holds(one.id)).map((one) => ({ id: one.id, build: () => row(one) })),
  );
}

function byId(rows: LazyRow[]): LazyRow[] {
  return rows.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
