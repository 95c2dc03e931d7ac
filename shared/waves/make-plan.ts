import type { Fault } from '../model/faults.ts';
import { contentHashOf } from '../model/ids.ts';
import type { Machine } from '../model/machine.ts';
import type { BlockedMachine, Plan, PlannedMachine } from '../model/plan.ts';
import type { PlanRequest } from '../model/plan-request.ts';
import type { Policy } from '../model/policy.ts';
import { placedChecks } from './checks/placed.ts';
import { cutCohorts, weightOf } from './cohorts.ts';
import { createReporters } from './double-ingestion.ts';
import { firstLateWave } from './late-waves.ts';
import { limitFaults, shortDeadlines } from './limit-faults.ts';
import { lostTables } from './lost-tables.ts';
import { calendarFaults, freezesOver, waveCalendarFaults } from './plan-calendar.ts';
import { planWarnings, reasonCounts } from './plan-summary.ts';
import { planWaves } from './plan-waves.ts';
import { blockedMachine, createPlanner, type PlannableEstate } from './planned-machine.ts';
import { plannedTables } from './planned-tables.ts';
import { compileSelection, sample } from './selection.ts';

export interface MadePlan {
  readonly plan: Plan;
  readonly waves: readonly (readonly PlannedMachine[])[];
  readonly blocked: readonly BlockedMachine[];
}

/** Why no plan is made of a request. */
export type PlanRefusal =
  | { readonly code: 'invalidRequest'; readonly faults: readonly Fault[] }
  | { readonly code: 'pilotLargerThanCap'; readonly combinations: number; readonly maxSize: number }
  | { readonly code: 'tooManyWaves'; readonly waves: number; readonly most: number };

/** Waves of a plan: more than anyone can approve, and its record stays small. */
const MAX_WAVES = 1000;

export type MakePlanResult =
  | { readonly ok: true; readonly made: MadePlan }
  | { readonly ok: false; readonly refusal: PlanRefusal };

/**
 * Computes a plan from an inventory. Deterministic: equal request and inventory give an equal plan id.
 * The instant decides only whether windows still open, and where the forecast starts.
 */
export async function makePlan(
  request: PlanRequest,
  estate: PlannableEstate,
  machines: AsyncIterable<Machine>,
  createdAt: string,
): Promise<MakePlanResult> {
  const selection = compileSelection(request.selection);
  const faults = [
    ...(selection.ok ? [] : selection.faults),
    ...calendarFaults(request, Date.parse(createdAt)),
    ...limitFaults(request),
    ...keptWorkspaceFaults(request, estate),
    ...checkFaults(request, estate),
  ];
  if (!selection.ok || faults.length > 0) return { ok: false, refusal: { code: 'invalidRequest', faults } };

  const reporters = createReporters(estate.workspaces, estate.completedAt ?? createdAt);
  const sorted = await sort(request, estate, machines, selection.isSelected, reporters.add);
  const { blocked, counts } = sorted;
  const planned = sample(sorted.planned, request.selection.percentage ?? 100);
  const cut = cutCohorts(planned, request.cohorts);
  if (!cut.ok) {
    const { maxSize } = request.cohorts;
    return { ok: false, refusal: { code: 'pilotLargerThanCap', combinations: cut.combinations, maxSize } };
  }

  const { waves, pilot } = cut;
  if (waves.length > MAX_WAVES)
    return { ok: false, refusal: { code: 'tooManyWaves', waves: waves.length, most: MAX_WAVES } };
  const unfit = waveCalendarFaults(request, waves, request.cohorts.pilotSize !== 0, Date.parse(createdAt));
  if (unfit.length > 0) return { ok: false, refusal: { code: 'invalidRequest', faults: unfit } };
  const hash = contentHashOf(content(request, estate, waves, blocked), 32);
  const plannedWaves = planWaves(request, waves, reporters, Date.parse(createdAt));
  const plan: Plan = {
    id: `plan-${hash.slice(0, 12)}`,
    hash,
    name: request.name,
    ...(request.repairs === undefined ? {} : { repairs: request.repairs }),
    inventoryId: estate.id,
    inventoryCompletedAt: estate.completedAt,
    createdAt,
    policy: request.policy,
    waves: plannedWaves.waves,
    counts: {
      machines: counts.machines,
      planned: planned.length,
      alreadyMigrated: counts.alreadyMigrated,
      blocked: blocked.length,
      notSelected: counts.notSelected + sorted.planned.length - planned.length,
    },
    pilot,
    blockedReasons: reasonCounts(blocked),
    warnings: planWarnings(request, {
      counts,
      waves,
      pilot,
      notCovered: lostTables(planned, estate, request.policy),
      metricsBehindProxy: planned.filter(({ id }) => sorted.metricsBehindProxy.has(id)).length,
      endless: plannedWaves.forecast.earliestEnd === null,
      freezesOver: freezesOver(request, Date.parse(createdAt)),
      lateWave: firstLateWave(plannedWaves.waves, request.policy.promotion, estate.completedAt),
      tooShort: shortDeadlines(
        request,
        planned.some(({ kind }) => kind === 'scaleSet'),
      ),
    }),
    forecast: plannedWaves.forecast,
    workspaces: estate.workspaces.map((workspace) => {
      const { id, resourceId, customerId } = workspace;
      return { id, resourceId, customerId, ...plannedTables(workspace, request.policy) };
    }),
    ruleSets: estate.ruleSets.map(({ ruleSetId: id, workspaceId, expected }) => ({
      id,
      workspaceId,
      expected,
    })),
  };
  return { ok: true, made: { plan, waves, blocked } };
}

/** Every machine of the inventory to where it belongs. */
async function sort(
  request: PlanRequest,
  estate: PlannableEstate,
  machines: AsyncIterable<Machine>,
  isSelected: (machine: Machine) => boolean,
  heard: (machine: Machine) => void,
) {
  const { machineIds } = request.selection;
  const unknown = machineIds === undefined ? undefined : new Set(machineIds);
  const planMachine = createPlanner(estate, policyOfAnyWave(request));
  const planned: PlannedMachine[] = [];
  const blocked: BlockedMachine[] = [];
  const metricsBehindProxy = new Set<string>();
  const counts = { machines: 0, alreadyMigrated: 0, notSelected: 0 };
  for await (const machine of machines) {
    counts.machines += 1;
    unknown?.delete(machine.id);
    heard(machine);
    if (!isSelected(machine)) {
      counts.notSelected += 1;
      continue;
    }
    const result = planMachine(machine);
    if (result.kind === 'planned' && weightOf(result.machine) > request.cohorts.maxSize) {
      const detail = `${result.machine.instances} instances, cohorts.maxSize is ${request.cohorts.maxSize}`;
      blocked.push(blockedMachine(machine.id, [{ code: 'scaleSetTooLarge', detail }]));
    } else if (result.kind === 'planned') {
      planned.push(result.machine);
      if (result.metricsBehindProxy) metricsBehindProxy.add(result.machine.id);
    } else if (result.kind === 'blocked') blocked.push(result.machine);
    else if (result.kind === 'alreadyMigrated') counts.alreadyMigrated += 1;
    // Asked for by id, it deserves an answer; else it is simply no part of this.
    else if (machineIds !== undefined) blocked.push(blockedMachine(machine.id, [{ code: 'noLegacyAgent' }]));
    else counts.notSelected += 1;
  }
  // A machine asked for by id that the inventory does not know must not vanish silently.
  for (const id of unknown ?? []) blocked.push(blockedMachine(id, [{ code: 'notFound' }]));
  counts.machines += unknown?.size ?? 0;
  blocked.sort((a, b) => (a.machineId < b.machineId ? -1 : 1));
  return { planned, blocked, metricsBehindProxy, counts };
}

/** What a plan's id stands for, piece by piece: all of it at once would be too large a text. */
function* content(
  request: PlanRequest,
  estate: PlannableEstate,
  waves: readonly (readonly PlannedMachine[])[],
  blocked: readonly BlockedMachine[],
): Generator<unknown> {
  yield request;
  yield estate.id;
  for (const [index, machines] of waves.entries()) for (const machine of machines) yield [index, machine];
  yield* blocked;
}

/**
 * Machines are planned before they have a wave: what some wave may deal with is planned, and a wave that may not
 * leaves the agent where it is.
 */
function policyOfAnyWave({ policy, waveSettings }: PlanRequest): Policy {
  const lines = [policy, ...waveSettings.map((line) => line.policy)];
  const manualInstalls = lines.some(({ removal }) => removal?.manualInstalls === true);
  const detaches = lines.some(({ removal }) => removal?.scom === 'detach');
  return { ...policy, removal: { ...policy.removal, manualInstalls, scom: detaches ? 'detach' : 'keep' } };
}

/** A workspace nobody knows would be kept by no machine, and nobody would notice. */
function keptWorkspaceFaults({ policy }: PlanRequest, { workspaces }: PlannableEstate): Fault[] {
  return policy.removal.keepWorkspaces.flatMap((id, i) =>
    workspaces.some((workspace) => workspace.id === id)
      ? []
      : [{ path: `policy.removal.keepWorkspaces[${i}]`, message: 'is no workspace of the inventory' }],
  );
}

/** A check of a workspace that the plan does not know could never be asked. */
function checkFaults(request: PlanRequest, { workspaces }: PlannableEstate): Fault[] {
  const known = new Set(workspaces.map(({ id }) => id));
  return placedChecks(request).flatMap(({ path, check }) =>
    check.kind === 'query' && !known.has(check.workspaceId)
      ? [{ path: `${path}.workspaceId`, message: 'is no workspace of the inventory' }]
      : [],
  );
}
