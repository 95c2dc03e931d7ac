import type { OperationKind } from '../wire.ts';

/** One documented limit. `per` says what shares a bucket. */
export interface Policy {
  readonly name: string;
  readonly per: 'principalSubscription' | 'cell' | 'machine' | 'principal';
  readonly capacity: number;
  readonly refillPerSecond: number;
}

const arm = (name: string, capacity: number, refillPerSecond: number): Policy => ({
  name,
  per: 'principalSubscription',
  capacity,
  refillPerSecond,
});
const compute = (name: string, per: 'cell' | 'machine', capacity: number, perMinute: number): Policy => ({
  name,
  per,
  capacity,
  refillPerSecond: perMinute / 60,
});

/** Azure Resource Manager's own limits, per subscription and principal. Platform facts 6, facts file 3.11. */
export const ARM_READS = arm('ARM reads', 250, 25);
export const ARM_WRITES = arm('ARM writes', 200, 10);
export const ARM_DELETES = arm('ARM deletes', 200, 10);

/** Compute's groups: the subscription's share of a region, and the single machine. Platform facts 6. */
const UPDATE_VM = [
  compute('UpdateVMSubscriptionMaximum', 'cell', 1500, 500),
  compute('UpdateVMResource', 'machine', 12, 4),
];
const LOW_COST_GET = [
  compute('LowCostGetSubscriptionMaximum', 'cell', 24_000, 8000),
  compute('LowCostGetResource', 'machine', 36, 12),
];
const HIGH_COST_GET = [compute('HighCostGetSubscriptionMaximum', 'cell', 900, 300)];
const GET_OPERATION = [
  compute('GetOperationSubscriptionMaximum', 'cell', 15_000, 5000),
  compute('GetOperationResource', 'machine', 45, 15),
];

const COMPUTE: Partial<Record<OperationKind, readonly Policy[]>> = {
  'extension.write': UPDATE_VM,
  'extension.delete': UPDATE_VM,
  'extension.read': LOW_COST_GET,
  'runCommand.write': UPDATE_VM,
  'runCommand.delete': UPDATE_VM,
  'runCommand.read': LOW_COST_GET,
  'machine.power': UPDATE_VM,
  // Groups of their own in Azure, as large as those of VMs. Facts file 3.11.
  'scaleSet.upgrade': UPDATE_VM,
  'scaleSet.read': LOW_COST_GET,
  'machine.read': LOW_COST_GET,
  'machine.list': HIGH_COST_GET,
  'operation.read': GET_OPERATION,
};

/** 15 queries in 5 seconds per user. */
export const GRAPH: Policy = {
  name: 'Resource Graph queries',
  per: 'principal',
  capacity: 15,
  refillPerSecond: 3,
};
/** 200 queries in 30 seconds per user. */
export const LOGS: Policy = {
  name: 'Log Analytics queries',
  per: 'principal',
  capacity: 200,
  refillPerSecond: 200 / 30,
};

const NONE: readonly Policy[] = [];

/** Compute limits of a request; Arc has none of its own. */
export function computePolicies(kind: OperationKind, azureVm: boolean): readonly Policy[] {
  return azureVm ? (COMPUTE[kind] ?? NONE) : NONE;
}

/** The ARM bucket a method draws from. */
export function armPolicy(method: string): Policy {
  return method === 'GET' || method === 'HEAD' ? ARM_READS : method === 'DELETE' ? ARM_DELETES : ARM_WRITES;
}
