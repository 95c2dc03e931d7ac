import type { Clock } from '../../clock.ts';
import { loadDesks } from '../desks/desks.ts';
import type { EstateFile, Resource } from '../file/schema.ts';
import { EVER, NEVER } from '../intervals.ts';
import { dict, dig, list, text } from '../json.ts';
import { addAssociation } from './associations.ts';
import { type ArmPath, parseArmPath } from './ids.ts';
import { loadExtension } from './load-extension.ts';
import { loadMachine } from './load-machine.ts';
import { loadNotes } from './load-notes.ts';
import { INSTANCE, loadScaleSets } from './load-scale-sets.ts';
import { groupChains, groupOf, subscriptionOf } from './places.ts';
import { ruleVersion } from './rules.ts';
import { DEFAULT_DURATIONS, type FullDurations, listKey, type State } from './state.ts';
import { groupBy, indexTraits } from './traits.ts';
import type { Machine } from './types.ts';
import { loadTable, putDataSource } from './workspaces.ts';

export interface LoadOptions {
  readonly file: EstateFile;
  readonly clock: Clock;
  readonly seed: number;
  readonly timeScale: number;
}

/** Normalises an estate file. Order of resources in the file does not matter. */
export function loadState(options: LoadOptions): State {
  const { file, clock } = options;
  const behaviour = file.behaviour ?? {};
  const ends = behaviour.legacyIngestionEnds;
  const state: State = {
    clock,
    seed: options.seed,
    scale: options.timeScale,
    startedAt: clock.now(),
    durations: { ...DEFAULT_DURATIONS, ...(behaviour.durations as Partial<FullDurations> | undefined) },
    // Facts file 0.1: switched off on 2026-03-02 by press reports.
    legacyEnds: ends === null ? NEVER : Date.parse(ends ?? '2026-03-02T00:00:00Z'),
    operationUrlBytes: behaviour.operationUrlBytes ?? 600,
    subscriptions: new Map(),
    managementGroups: new Map(),
    groups: new Map(),
    machines: new Map(),
    scaleSets: new Map(),
    machineOrder: [],
    listed: new Map(),
    rules: new Map(),
    endpoints: new Map(),
    workspaces: new Map(),
    customers: new Map(),
    others: new Map(),
    locks: new Map(),
    operations: new Map(),
    busy: new Set(),
    vaults: new Map(),
    heartbeatNotes: groupBy(file.heartbeats),
    tableNotes: {
      general: (file.tables ?? []).filter((entry) => entry.machine === undefined),
      byMachine: groupBy(file.tables),
    },
    usage: new Map(),
    customRows: new Map(),
    ingestionTrouble: new Map(),
    freeSpace: groupBy(behaviour.freeSpace),
    graph: behaviour.graph ?? {},
    checks: behaviour.checks ?? {},
    receivers: behaviour.receivers ?? [],
    received: [],
    desks: loadDesks(behaviour.desks, options.seed),
    permissions: behaviour.permissions,
    queryRows: behaviour.limits?.queryRows ?? MOST_QUERY_ROWS,
  };
  const parsed = file.resources.flatMap((resource) => {
    const path = parseArmPath(resource.id);
    return path === undefined ? [] : [{ path, resource }];
  });
  const index = indexTraits(behaviour);
  for (const pass of PASSES) for (const { path, resource } of parsed) pass(state, path, resource);
  for (const { path, resource } of parsed) {
    if (!isMachine(path)) continue;
    const first = state.machines.get(path.id.toLowerCase());
    if (first !== undefined) first.twins.push({ id: path.id, resource });
    else {
      const machine = loadMachine(state, behaviour, index, path, resource);
      state.machines.set(machine.key, machine);
    }
  }
  loadScaleSets(state, behaviour, index, parsed);
  for (const { path, resource } of parsed) loadChild(state, path, resource);
  loadNotes(state, file);
  loadGroups(state);
  state.machineOrder.push(...[...state.machines.values()].filter(isListed));
  state.machineOrder.sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const machine of state.machineOrder) {
    const key = listKey(machine.subscription, machine.kind);
    const all = state.listed.get(key);
    if (all === undefined) state.listed.set(key, [machine]);
    else all.push(machine);
  }
  return state;
}

/** Rows a log query answers at most. Platform facts 6. */
const MOST_QUERY_ROWS = 500_000;

/** Management groups there are: those above subscriptions, and those that hold policies. */
function loadGroups(state: State): void {
  for (const [group, above] of groupChains(state.subscriptions.values()))
    state.managementGroups.set(group, above);
  for (const { id } of state.others.values()) {
    const group = groupOf(id);
    if (group !== undefined && !state.managementGroups.has(group)) state.managementGroups.set(group, []);
  }
}

type Pass = (state: State, path: ArmPath, resource: Resource) => void;

/** Places first, then workspaces, then what refers to them. */
const PASSES: readonly Pass[] = [loadPlace, loadWorkspace, loadRuleOrEndpoint];

function loadPlace(state: State, path: ArmPath, resource: Resource): void {
  const subscription = path.subscription;
  if (subscription === undefined) return;
  const key = subscription.toLowerCase();
  const named = path.type === 'subscriptions';
  if (named || !state.subscriptions.has(key)) {
    state.subscriptions.set(key, subscriptionOf(subscription, named ? resource : undefined));
  }
  if (path.group === undefined) return;
  const id = `/subscriptions/${subscription}/resourceGroups/${path.group}`;
  const groupKey = id.toLowerCase();
  if (!state.groups.has(groupKey) || path.type === 'resourcegroups') {
    state.groups.set(groupKey, { id, name: path.group, location: resource.location ?? 'westeurope' });
  }
}

function loadWorkspace(state: State, path: ArmPath, resource: Resource): void {
  if (path.type === 'microsoft.operationalinsights/workspaces') {
    const customerId = (text(dig(resource, 'properties', 'customerId')) ?? '').toLowerCase();
    const workspace = {
      id: path.id,
      key: path.id.toLowerCase(),
      customerId,
      resource,
      dataSources: new Map(),
      tables: new Map(),
      tiers: new Map(),
      reporters: new Set<never>(),
      lonely: [],
    };
    state.workspaces.set(workspace.key, workspace);
    state.customers.set(customerId, workspace);
  } else if (path.type === 'microsoft.authorization/locks') {
    const level = text(dig(resource, 'properties', 'level')) === 'ReadOnly' ? 'ReadOnly' : 'CanNotDelete';
    state.locks.set(path.id.toLowerCase(), {
      id: path.id,
      name: path.names[0] ?? '',
      scope: (path.parent?.id ?? '').toLowerCase(),
      level,
      notes: text(dig(resource, 'properties', 'notes')),
    });
  } else if (!KNOWN.has(path.type)) {
    state.others.set(path.id.toLowerCase(), { id: path.id, type: path.type, resource });
    if (path.type === 'microsoft.keyvault/vaults')
      state.vaults.set((path.names[0] ?? '').toLowerCase(), new Map());
  }
}

const KNOWN = new Set([
  'subscriptions',
  'resourcegroups',
  'microsoft.compute/virtualmachines',
  'microsoft.hybridcompute/machines',
  'microsoft.compute/virtualmachines/extensions',
  'microsoft.hybridcompute/machines/extensions',
  'microsoft.insights/datacollectionrules',
  'microsoft.insights/datacollectionendpoints',
  'microsoft.insights/datacollectionruleassociations',
  'microsoft.operationalinsights/workspaces/datasources',
  'microsoft.operationalinsights/workspaces/tables',
]);

function loadRuleOrEndpoint(state: State, path: ArmPath, resource: Resource): void {
  const key = path.id.toLowerCase();
  if (path.type === 'microsoft.insights/datacollectionrules') {
    state.rules.set(key, {
      id: path.id,
      key,
      resource,
      versions: [ruleVersion(state, resource, EVER)],
      machines: new Set(),
      dropped: [],
    });
  } else if (path.type === 'microsoft.insights/datacollectionendpoints') {
    state.endpoints.set(key, { id: path.id, key, location: resource.location ?? '', resource });
  } else if (path.type === 'microsoft.operationalinsights/workspaces/datasources') {
    const workspace = state.workspaces.get(path.id.split('/').slice(0, -2).join('/').toLowerCase());
    if (workspace !== undefined)
      putDataSource(
        workspace,
        path.names[1] ?? '',
        resource.kind ?? '',
        dict(resource.properties),
        EVER,
        path.id,
      );
  } else if (path.type === 'microsoft.operationalinsights/workspaces/tables') {
    const workspace = state.workspaces.get(path.id.split('/').slice(0, -2).join('/').toLowerCase());
    if (workspace !== undefined) loadTable(workspace, path.names[1] ?? '', dict(resource.properties));
  }
}

function loadChild(state: State, path: ArmPath, resource: Resource): void {
  if (isMachine(path)) {
    const machine = state.machines.get(path.id.toLowerCase());
    if (machine !== undefined)
      for (const child of list(resource.resources)) loadNested(state, machine.key, dict(child));
  } else if (path.type.endsWith('/extensions') && !path.type.includes('scalesets')) {
    loadNested(state, path.id.split('/').slice(0, -2).join('/').toLowerCase(), resource);
  } else if (path.type === 'microsoft.insights/datacollectionruleassociations') {
    const machine = state.machines.get((path.parent?.id ?? '').toLowerCase());
    if (machine !== undefined)
      addAssociation(state, machine, path.names[0] ?? '', resource.properties, EVER, path.id);
  }
}

export function loadNested(
  state: State,
  machineKey: string,
  resource: Readonly<Record<string, unknown>>,
): void {
  const machine = state.machines.get(machineKey);
  if (machine !== undefined) loadExtension(state, machine, resource);
}

/** Scale sets and their instances are lists of their own in Azure. */
function isListed({ kind, id }: Machine): boolean {
  return kind !== 'scaleSet' && parseArmPath(id)?.type !== INSTANCE;
}

function isMachine(path: ArmPath): boolean {
  return (
    path.type === 'microsoft.compute/virtualmachines' || path.type === 'microsoft.hybridcompute/machines'
  );
}
