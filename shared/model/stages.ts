import type { MachineKind } from './ids.ts';
import type { LimitName, RequestCounts } from './limits.ts';

/** The stages of a migration in order: the order is this tuple (DESIGN section 2). */
export const STAGES = [
  'install',
  'associate',
  'verify',
  'disableConnector',
  'reverify',
  'uninstall',
  'confirm',
] as const;

/** The stages of a rollback, in the reverse order of what they undo. */
export const UNDO_STAGES = ['returnLegacy', 'undoAssociate', 'undoInstall'] as const;
export type UndoStage = (typeof UNDO_STAGES)[number];

export const ALL_STAGES = [...STAGES, ...UNDO_STAGES] as const;
export type Stage = (typeof ALL_STAGES)[number];

/**
 * Stages run machine by machine inside a segment; between segments the whole wave meets at a gate.
 * `disableConnector` is workspace-wide (D8), so it stands alone between the two.
 */
export const SEGMENTS = {
  deploy: ['install', 'associate', 'verify'],
  remove: ['reverify', 'uninstall', 'confirm'],
  undo: UNDO_STAGES,
} as const satisfies Record<string, readonly Stage[]>;
export type Segment = keyof typeof SEGMENTS;
export type MachineStage = (typeof SEGMENTS)[Segment][number];

export function isUndoStage(stage: Stage): stage is UndoStage {
  return (UNDO_STAGES as readonly Stage[]).includes(stage);
}

/** Requests of one look at a stage: per machine, except queries, which serve a whole batch. */
export interface LookCost {
  /**
   * ARM reads. Reading an Arc server takes two: the machine, and the list of its extensions. A scale set takes
   * three: its model, the list of its instances, and its last rolling upgrade.
   */
  readonly reads?: Readonly<Record<MachineKind, number>>;
  readonly writes?: number;
  readonly deletes?: number;
  /** Calls of the Compute "update VM" group; Arc servers are no part of it. */
  readonly compute?: number;
  /** Instance upgrades of a scale set, each a write that Compute counts; other kinds have none. */
  readonly upgrades?: number;
  /** Log Analytics queries of a batch. */
  readonly queries?: number;
}

const reads = (azureVm: number, arcServer: number, scaleSet: number) => ({ azureVm, arcServer, scaleSet });

/**
 * What the first look at a stage costs, and each later one. Those at a stage that judges data mostly cost nothing:
 * one batch of many reads for all of them. One that has to ask for something says so, and the next one may.
 */
export const STAGE_COST: Readonly<Record<MachineStage, { first: LookCost; again: LookCost }>> = {
  install: {
    first: { reads: reads(1, 2, 3), writes: 1, compute: 1 },
    again: { reads: reads(1, 1, 4), upgrades: 1 },
  },
  associate: { first: { reads: reads(2, 2, 2), writes: 1 }, again: { reads: reads(2, 2, 2), writes: 1 } },
  verify: { first: {}, again: {} },
  reverify: { first: {}, again: {} },
  uninstall: {
    first: { reads: reads(2, 3, 5), deletes: 1, compute: 1, queries: 1 },
    again: { reads: reads(1, 1, 4), upgrades: 1 },
  },
  confirm: { first: {}, again: {} },
  returnLegacy: {
    first: { reads: reads(1, 2, 6), writes: 1, compute: 1 },
    again: { reads: reads(2, 2, 7), writes: 1, compute: 1, upgrades: 1 },
  },
  undoAssociate: {
    first: { reads: reads(3, 4, 5), deletes: 2, queries: 2 },
    again: { reads: reads(3, 4, 5), deletes: 2, queries: 2 },
  },
  undoInstall: {
    first: { reads: reads(3, 4, 8), writes: 1, deletes: 1, compute: 1, queries: 2 },
    again: { reads: reads(2, 2, 7), upgrades: 1 },
  },
};

/** ARM reads of the last look at a machine in `confirm`: is the legacy agent still gone? */
export const LAST_LOOK_READS = reads(1, 1, 3);

/** Whether a stage changes machines: only then do windows matter to it, and to a rollback never. */
export function changesMachines(stage: MachineStage): boolean {
  const { writes = 0, deletes = 0 } = STAGE_COST[stage].first;
  return writes + deletes > 0;
}

/** The stage after this one in its segment, where its first look costs no request and so needs no booking of its own. */
export function nextFreeStage(stage: MachineStage): MachineStage | undefined {
  const stages: readonly MachineStage[] =
    Object.values(SEGMENTS).find((segment: readonly Stage[]) => segment.includes(stage)) ?? [];
  const next = stages[stages.indexOf(stage) + 1];
  return next !== undefined && Object.keys(STAGE_COST[next].first).length === 0 ? next : undefined;
}

/** Whether a stage compares data, and changes no machine. */
export function judgesData(stage: Stage): boolean {
  return stage === 'verify' || stage === 'reverify' || stage === 'confirm';
}

/**
 * The requests of the next look at a batch. At a stage that starts operations, a machine without one may be about to
 * start it, whether it was looked at before or not: its change was refused, or something stood in its way. `booked`
 * is what the look before asked for beside.
 */
export function nextLookCost(
  stage: MachineStage,
  batch: { kind: MachineKind; firstLook: boolean; pending: number; inFlight: number; booked?: RequestCounts },
): { costs: { limit: LimitName; count: number }[]; urgent: boolean } {
  const { kind, firstLook, pending, inFlight, booked = {} } = batch;
  const starts = (STAGE_COST[stage].first.compute ?? 0) > 0;
  const fresh = firstLook ? pending : starts ? pending - inFlight : 0;
  const costs = new Map(Object.entries(booked) as [LimitName, number][]);
  const parts = [
    ...(fresh > 0 ? lookCost(stage, true, { kind, machines: fresh }) : []),
    ...(fresh < pending ? lookCost(stage, false, { kind, machines: pending - fresh }) : []),
  ];
  for (const { limit, count } of parts) costs.set(limit, (costs.get(limit) ?? 0) + count);
  return {
    costs: [...costs].map(([limit, count]) => ({ limit, count })),
    // What then takes Azure minutes goes before what only looks.
    urgent: starts && fresh > 0,
  };
}

/**
 * The requests of one look at a batch, per limit. Compute counts writes to scale sets in a group of its own, as
 * large as that of VMs (facts file 3.11); here both share one, which is the careful side.
 */
export function lookCost(
  stage: MachineStage,
  firstLook: boolean,
  batch: { kind: MachineKind; machines: number },
): { limit: LimitName; count: number }[] {
  const cost = firstLook ? STAGE_COST[stage].first : STAGE_COST[stage].again;
  const { kind, machines } = batch;
  const upgrades = kind === 'scaleSet' ? (cost.upgrades ?? 0) : 0;
  const counts: [LimitName, number][] = [
    ['reads', (cost.reads?.[kind] ?? 0) * machines],
    ['writes', ((cost.writes ?? 0) + upgrades) * machines],
    ['deletes', (cost.deletes ?? 0) * machines],
    ['compute', kind === 'arcServer' ? 0 : ((cost.compute ?? 0) + upgrades) * machines],
    ['queries', cost.queries ?? 0],
  ];
  return counts.filter(([, count]) => count > 0).map(([limit, count]) => ({ limit, count }));
}
