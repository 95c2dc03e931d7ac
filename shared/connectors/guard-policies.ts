/**
 * The six built-in policies that keep the legacy agent out ("should not be installed"), each with the name of
 * its assignment: fixed, so that a second run finds it, and short enough for every kind of scope. They take one
 * parameter, `effect`, and only audit unless it is Deny. Facts file 3.8; Azure/azure-policy, version 1.0.0.
 */
export const GUARD_POLICIES = [
  {
    name: 'ama-guard-windows-vm',
    machines: 'Windows VMs',
    definition: 'd2185817-5b7e-473c-aadd-9de6ac114280',
  },
  {
    name: 'ama-guard-linux-vm',
    machines: 'Linux VMs',
    definition: 'd4b065e2-fbda-4461-a42c-b0346aeb12a0',
  },
  {
    name: 'ama-guard-windows-vmss',
    machines: 'Windows scale sets',
    definition: 'ba6881f9-ab93-498b-8bad-bb91b1d755bf',
  },
  {
    name: 'ama-guard-linux-vmss',
    machines: 'Linux scale sets',
    definition: '383c45fa-8b64-4d1c-aa9f-e69d2d879aa4',
  },
  {
    name: 'ama-guard-windows-arc',
    machines: 'Windows Arc servers',
    definition: 'df441472-4dae-4e4e-87b9-9205ba46be16',
  },
  {
    name: 'ama-guard-linux-arc',
    machines: 'Linux Arc servers',
    definition: 'bd58d393-162c-4134-bcd6-a6a5484a37a1',
  },
] as const;

export type GuardPolicy = (typeof GUARD_POLICIES)[number];
export const GUARD_EFFECTS = ['Deny', 'Audit'] as const;
export type GuardEffect = (typeof GUARD_EFFECTS)[number];

/** The ARM id of a built-in definition. */
export function definitionIdOf({ definition }: Pick<GuardPolicy, 'definition'>): string {
  return `/providers/Microsoft.Authorization/policyDefinitions/${definition}`;
}
