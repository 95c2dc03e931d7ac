import { dig, text } from '../json.ts';
import type { State } from './state.ts';
import type { Extension, Machine } from './types.ts';

/** Built-in policies that keep the legacy agent off machines: what they match. Facts file 3.8. */
const BLOCKERS: Readonly<Record<string, { readonly kind: Machine['kind']; readonly type: string }>> = {
  'd2185817-5b7e-473c-aadd-9de6ac114280': { kind: 'azureVm', type: 'microsoftmonitoringagent' },
  'd4b065e2-fbda-4461-a42c-b0346aeb12a0': { kind: 'azureVm', type: 'omsagentforlinux' },
  'df441472-4dae-4e4e-87b9-9205ba46be16': { kind: 'arcServer', type: 'microsoftmonitoringagent' },
  'bd58d393-162c-4134-bcd6-a6a5484a37a1': { kind: 'arcServer', type: 'omsagentforlinux' },
};
const LEGACY_PUBLISHER = 'microsoft.enterprisecloud.monitoring';

export const ASSIGNMENTS = 'microsoft.authorization/policyassignments';

/** Where an assignment holds, lower case: what its id says before the provider. */
export function scopeOfAssignment(id: string): string {
  return id.toLowerCase().split(`/providers/${ASSIGNMENTS}/`)[0] ?? '';
}

/** Whether an assignment at `scope` (lower case) holds for a resource, directly or from a management group. */
export function holdsFor(state: State, scope: string, resourceId: string): boolean {
  const id = resourceId.toLowerCase();
  if (id === scope || id.startsWith(`${scope}/`)) return true;
  const chain = state.subscriptions.get(id.split('/')[2] ?? '')?.chain ?? [];
  return chain.some((group) => scope === `/providers/microsoft.management/managementgroups/${group}`);
}

/** The assignment that denies an extension on a machine, by id; undefined when none does. They only audit by default. */
export function denyingAssignment(
  state: State,
  machine: Machine,
  { publisher, type }: Pick<Extension, 'publisher' | 'type'>,
): string | undefined {
  if (publisher.toLowerCase() !== LEGACY_PUBLISHER) return undefined;
  for (const { id, type: kind, resource } of state.others.values()) {
    if (kind !== ASSIGNMENTS) continue;
    const p = resource['properties'];
    const blocker =
      BLOCKERS[(text(dig(p, 'policyDefinitionId')) ?? '').toLowerCase().split('/').at(-1) ?? ''];
    if (blocker === undefined || blocker.kind !== machine.kind || blocker.type !== type.toLowerCase())
      continue;
    const effect = text(dig(p, 'parameters', 'effect', 'value')) ?? 'Audit';
    const enforced = (text(dig(p, 'enforcementMode')) ?? 'Default').toLowerCase() !== 'donotenforce';
    if (enforced && effect.toLowerCase() === 'deny' && holdsFor(state, scopeOfAssignment(id), machine.id))
      return id;
  }
  return undefined;
}
