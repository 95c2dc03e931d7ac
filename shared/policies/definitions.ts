import type { OsType } from '../model/agents.ts';
import type { MachineKind } from '../model/ids.ts';

/** A role that the identity of an assignment needs where it deploys. */
export interface NeededRole {
  readonly id: string;
  readonly name: string;
}

const VM_CONTRIBUTOR = {
  id: '9980e02c-c2be-4d73-94e8-173b1dc7cf3c',
  name: 'Virtual Machine Contributor',
};
const ARC_ADMINISTRATOR = {
  id: 'cd570a14-e51a-42ad-bac8-bafd67325302',
  name: 'Azure Connected Machine Resource Administrator',
};
const MONITORING = [
  { id: '749f88d5-cbae-40b8-bcfc-e573ddc772fa', name: 'Monitoring Contributor' },
  { id: '92aaf0da-9dab-42b6-94a3-d43ce8d16293', name: 'Log Analytics Contributor' },
] as const;

const SHORT = { azureVm: 'vm', scaleSet: 'vmss', arcServer: 'arc' } as const;

/** A built-in policy that installs the agent, or associates a rule; `images`, `regions`: it has these parameters. */
export interface AgentPolicy {
  readonly name: string;
  readonly os: OsType;
  /** null: it associates a rule, whatever the kind of machine. */
  readonly kind: MachineKind | null;
  readonly definition: string;
  readonly images: boolean;
  readonly regions: boolean;
  readonly roles: readonly NeededRole[];
}

/** Installers with the system-assigned identity. Facts file 3.8; parameters and roles as in Azure/azure-policy @f4a50bac. */
export const INSTALLERS: readonly AgentPolicy[] = [
  installer('windows', 'azureVm', 'ca817e41-e85a-4783-bc7f-dc532d36235e'),
  installer('linux', 'azureVm', 'a4034bc6-ae50-406d-bf76-50f4ee5a7811'),
  installer('windows', 'scaleSet', '4efbd9d8-6bc6-45f6-9be2-7fe9dd5d89ff'),
  installer('linux', 'scaleSet', '56a3e4f8-649b-4fac-887e-5564d11e8d3a'),
  installer('windows', 'arcServer', '94f686d6-9a24-4e19-91f1-de937dc171a4'),
  installer('linux', 'arcServer', '845857af-0333-4c5d-bbbc-6076697da122'),
];

export const ASSOCIATORS: readonly AgentPolicy[] = [
  associator('windows', 'eab1f514-22e3-42e3-9a1f-e1dc9199355c'),
  associator('linux', '2ea82cdd-f2e8-4500-af75-67a2e084ca74'),
];

function installer(os: OsType, kind: MachineKind, definition: string): AgentPolicy {
  const arc = kind === 'arcServer';
  return {
    ...{ name: `ama-policy-${os}-${SHORT[kind]}`, os, kind, definition },
    images: !arc,
    regions: os === 'windows',
    roles: [arc ? ARC_ADMINISTRATOR : VM_CONTRIBUTOR],
  };
}

function associator(os: OsType, definition: string): AgentPolicy {
  return {
    ...{ name: `ama-policy-rule-${os}`, os, kind: null, definition, images: true },
    regions: os === 'windows',
    roles: MONITORING,
  };
}
