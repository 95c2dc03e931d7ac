import type { PolicyAssignment, PolicyGateway } from '../connectors/guard-gateway.ts';
import { type Arm, listArm } from './arm.ts';
import { attempt } from './trouble.ts';

/** A version of the Azure SDKs (azure-mgmt-resource, policy v2023_04_01). */
const API_VERSION = '2023-04-01';

interface AssignmentResource {
  readonly name?: string;
  readonly properties?: {
    readonly displayName?: string;
    readonly policyDefinitionId?: string;
    readonly parameters?: { readonly effect?: { readonly value?: unknown } } | null;
    readonly enforcementMode?: string;
  };
}

/** Assignments of Azure Policy at subscriptions and resource groups. */
export function createPolicyGateway(arm: Arm): PolicyGateway {
  const address = (scope: string, name = '', filter = '') =>
    `${scope}/providers/Microsoft.Authorization/policyAssignments${name && `/${encodeURIComponent(name)}`}?api-version=${API_VERSION}${filter}`;
  return {
    assignments: (scope) =>
      attempt(async () => {
        const found: PolicyAssignment[] = [];
        const url = address(scope, '', '&$filter=atExactScope()');
        for await (const resource of listArm<AssignmentResource>(arm, url))
          found.push(assignmentOf(resource));
        return found;
      }),

    assign: (scope, { name, displayName, definitionId, effect, enforced }) =>
      attempt(async () => {
        const properties = {
          displayName,
          policyDefinitionId: definitionId,
          ...(effect === null ? {} : { parameters: { effect: { value: effect } } }),
          enforcementMode: enforced ? 'Default' : 'DoNotEnforce',
          metadata: { assignedBy: 'ama-migration' },
        };
        await arm({ method: 'PUT', url: address(scope, name), body: { properties } });
      }),

    unassign: (scope, name) =>
      attempt(async () => {
        await arm({ method: 'DELETE', url: address(scope, name) });
      }),
  };
}

function assignmentOf({ name, properties = {} }: AssignmentResource): PolicyAssignment {
  const effect = properties.parameters?.effect?.value;
  return {
    name: name ?? '',
    displayName: properties.displayName ?? '',
    definitionId: properties.policyDefinitionId ?? '',
    effect: typeof effect === 'string' ? effect : null,
    enforced: !/^donotenforce$/i.test(properties.enforcementMode ?? ''),
  };
}
