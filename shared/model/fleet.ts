import type { Inventory } from './inventory.ts';

/** Machines by the agents they carry, at one instant. */
export interface FleetSnapshot {
  readonly at: string;
  readonly legacyOnly: number;
  readonly both: number;
  readonly amaOnly: number;
  readonly neither: number;
  readonly total: number;
}

/** The fleet as a completed inventory saw it. */
export function fleetAt({
  status,
  completedAt,
  summary,
}: Pick<Inventory, 'status' | 'completedAt' | 'summary'>): FleetSnapshot | undefined {
  if (status !== 'completed' || completedAt === null || summary === null) return undefined;
  const { legacyOnly, bothAgents: both, amaOnly, neither } = summary;
  return {
    at: completedAt,
    ...{ legacyOnly, both, amaOnly, neither },
    total: legacyOnly + both + amaOnly + neither,
  };
}
