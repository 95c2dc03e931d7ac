import { dig, text } from '../json.ts';
import { parseArmPath } from '../state/ids.ts';
import type { EstateFile } from './schema.ts';

export interface Problem {
  readonly path: string;
  readonly message: string;
}

const MACHINE_TYPES = new Set([
  'microsoft.compute/virtualmachines',
  'microsoft.compute/virtualmachinescalesets',
  'microsoft.compute/virtualmachinescalesets/virtualmachines',
  'microsoft.hybridcompute/machines',
]);

/** What a schema cannot see: duplicates that differ in case, children without parent, names nobody has. */
export function crossCheck(file: EstateFile): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, number>();
  const customers = new Map<string, number>();

  for (const [i, resource] of file.resources.entries()) {
    const key = resource.id.toLowerCase().replace(/\/$/, '');
    const first = seen.get(key);
    const again = first === undefined ? undefined : file.resources[first]?.id;
    // Resource Graph does show a machine twice, in two casings.
    const mayRepeat = isMachine(resource.id) && !/scalesets/i.test(resource.id);
    if (first !== undefined && !(mayRepeat && resource.id !== again)) {
      problems.push({
        path: `resources[${i}].id`,
        message: `the same id as resources[${first}] (ids compare without case)`,
      });
    } else if (first === undefined) seen.set(key, i);
    if (parseArmPath(resource.id) === undefined) {
      problems.push({ path: `resources[${i}].id`, message: 'not an ARM id' });
    }
    const customer = text(dig(resource, 'properties', 'customerId'))?.toLowerCase();
    if (isType(resource.id, 'microsoft.operationalinsights/workspaces')) {
      if (customer === undefined) {
        problems.push({
          path: `resources[${i}].properties.customerId`,
          message: 'a workspace needs its customerId',
        });
      } else if (customers.has(customer)) {
        problems.push({
          path: `resources[${i}].properties.customerId`,
          message: `the same customerId as resources[${customers.get(customer)}]`,
        });
      } else customers.set(customer, i);
    }
  }
  file.resources.forEach((resource, i) => {
    problems.push(...checkReferences(resource, i, seen));
  });
  return [...problems, ...checkNames(file, seen, new Set(customers.keys()))];
}

function checkReferences(
  resource: EstateFile['resources'][number],
  i: number,
  seen: ReadonlyMap<string, number>,
): Problem[] {
  const path = parseArmPath(resource.id);
  const missing = (id: string) => !seen.has(id.toLowerCase());
  if (path === undefined) return [];
  if (/^microsoft\.(compute\/virtualmachines|hybridcompute\/machines)\/extensions$/.test(path.type)) {
    const parent = path.id.split('/').slice(0, -2).join('/');
    return missing(parent)
      ? [{ path: `resources[${i}].id`, message: `its machine ${parent} is not in the file` }]
      : [];
  }
  if (path.type !== 'microsoft.insights/datacollectionruleassociations') return [];
  const problems: Problem[] = [];
  if (path.parent !== undefined && MACHINE_TYPES.has(path.parent.type) && missing(path.parent.id)) {
    problems.push({
      path: `resources[${i}].id`,
      message: `its machine ${path.parent.id} is not in the file`,
    });
  }
  for (const field of ['dataCollectionRuleId', 'dataCollectionEndpointId']) {
    const target = text(dig(resource, 'properties', field));
    if (target && missing(target)) {
      problems.push({ path: `resources[${i}].properties.${field}`, message: `${target} is not in the file` });
    }
  }
  return problems;
}

function checkNames(
  file: EstateFile,
  seen: ReadonlyMap<string, number>,
  customers: ReadonlySet<string>,
): Problem[] {
  const problems: Problem[] = [];
  const workspace = (name: string | undefined, path: string) => {
    const key = name?.toLowerCase();
    if (key !== undefined && !customers.has(key) && !seen.has(key))
      problems.push({ path, message: `no workspace ${name} in resources` });
  };
  const machine = (id: string | undefined, path: string) => {
    if (id === undefined) return;
    if (!seen.has(id.toLowerCase()) || !isMachine(id))
      problems.push({ path, message: `no machine ${id} in resources` });
  };
  const period = (entry: { from?: string | undefined; until?: string | undefined }, path: string) => {
    if (
      entry.from !== undefined &&
      entry.until !== undefined &&
      Date.parse(entry.until) <= Date.parse(entry.from)
    ) {
      problems.push({ path: `${path}.until`, message: 'must be later than from' });
    }
  };
  const behaviour = file.behaviour ?? {};
  file.heartbeats?.forEach((entry, i) => {
    machine(entry.machine, `heartbeats[${i}].machine`);
    workspace(entry.workspace, `heartbeats[${i}].workspace`);
    period(entry, `heartbeats[${i}]`);
    entry.gaps?.forEach((gap, j) => {
      period(gap, `heartbeats[${i}].gaps[${j}]`);
    });
  });
  file.tables?.forEach((entry, i) => {
    machine(entry.machine, `tables[${i}].machine`);
    entry.gaps?.forEach((gap, j) => {
      period(gap, `tables[${i}].gaps[${j}]`);
    });
  });
  file.usage?.forEach((entry, i) => {
    workspace(entry.workspace, `usage[${i}].workspace`);
    period(entry, `usage[${i}]`);
  });
  file.ingestionTrouble?.forEach((entry, i) => {
    workspace(entry.workspace, `ingestionTrouble[${i}].workspace`);
  });
  file.customRows?.forEach((entry, i) => {
    workspace(entry.workspace, `customRows[${i}].workspace`);
    period(entry, `customRows[${i}]`);
  });
  behaviour.otherLoad?.forEach((entry, i) => {
    period(entry, `behaviour.otherLoad[${i}]`);
  });
  behaviour.freeSpace?.forEach((entry, i) => {
    machine(entry.machine, `behaviour.freeSpace[${i}].machine`);
  });
  behaviour.manualAgents?.forEach((entry, i) => {
    machine(entry.machine, `behaviour.manualAgents[${i}].machine`);
    entry.workspaces?.forEach((name, j) => {
      workspace(name, `behaviour.manualAgents[${i}].workspaces[${j}]`);
    });
  });
  behaviour.scriptFaults?.forEach((entry, i) => {
    machine(entry.machine, `behaviour.scriptFaults[${i}].machine`);
  });
  for (const list of ['offline', 'stuckExtensions', 'silentAgents', 'packageManagerLocks'] as const) {
    behaviour[list]?.forEach((entry, i) => {
      machine(entry.machine, `behaviour.${list}[${i}].machine`);
      period(entry as { from?: string; until?: string }, `behaviour.${list}[${i}]`);
    });
  }
  behaviour.droppedTables?.forEach((entry, i) => {
    if (!seen.has(entry.rule.toLowerCase()))
      problems.push({
        path: `behaviour.droppedTables[${i}].rule`,
        message: `no rule ${entry.rule} in resources`,
      });
    period(entry, `behaviour.droppedTables[${i}]`);
  });
  behaviour.faults?.forEach((entry, i) => {
    machine(entry.match.machine, `behaviour.faults[${i}].match.machine`);
  });
  behaviour.network?.rules?.forEach((entry, i) => {
    entry.match.machines?.forEach((id, j) => {
      machine(id, `behaviour.network.rules[${i}].match.machines[${j}]`);
    });
  });
  for (const [name, range] of Object.entries(behaviour.durations ?? {})) {
    if (typeof range === 'object' && range.max < range.min) {
      problems.push({ path: `behaviour.durations.${name}.max`, message: 'must not be less than min' });
    }
  }
  return problems;
}

function isMachine(id: string): boolean {
  return MACHINE_TYPES.has(parseArmPath(id)?.type ?? '');
}

function isType(id: string, type: string): boolean {
  return parseArmPath(id)?.type === type;
}
