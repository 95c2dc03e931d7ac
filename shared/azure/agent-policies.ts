import type { AgentAssignment, AgentPolicyGateway, Remediation } from '../policies/gateway.ts';
import { type Arm, listArm } from './arm.ts';
import { attempt } from './trouble.ts';

/** A version of the Azure SDKs (azure-mgmt-resource, policy v2023_04_01). */
const ASSIGNMENTS = '2023-04-01';
/** The stable version of remediations (azure-rest-api-specs, Microsoft.PolicyInsights/stable). */
const REMEDIATIONS = '2021-10-01';

interface AssignmentResource {
  readonly name?: string;
  readonly location?: string;
  readonly identity?: { readonly principalId?: string } | null;
  readonly properties?: {
    readonly displayName?: string;
    readonly policyDefinitionId?: string;
    readonly parameters?: AgentAssignment['parameters'] | null;
    readonly enforcementMode?: string;
  };
}

interface RemediationResource {
  readonly name?: string;
  readonly properties?: {
    readonly policyAssignmentId?: string;
    readonly provisioningState?: string;
    readonly deploymentStatus?: { readonly totalDeployments?: number; readonly failedDeployments?: number };
  };
}

/** Policies that install agents: assignments with identities, and their remediations. */
export function createAgentPolicyGateway(arm: Arm): AgentPolicyGateway {
  const assignment = (scope: string, name = '') =>
    `${scope}/providers/Microsoft.Authorization/policyAssignments${name && `/${encodeURIComponent(name)}`}?api-version=${ASSIGNMENTS}`;
  const remediation = (scope: string, name = '') =>
    `${scope}/providers/Microsoft.PolicyInsights/remediations${name && `/${encodeURIComponent(name)}`}?api-version=${REMEDIATIONS}`;
  return {
    assignments: (scope) =>
      attempt(async () => {
        const found: AgentAssignment[] = [];
        const url = `${assignment(scope)}&$filter=atExactScope()`;
        for await (const one of listArm<AssignmentResource>(arm, url)) found.push(assignmentOf(one));
        return found;
      }),

    assign: (scope, { name, displayName, definitionId, parameters, enforced, location }) =>
      attempt(async () => {
        const properties = {
          displayName,
          policyDefinitionId: definitionId,
          parameters,
          enforcementMode: enforced ? 'Default' : 'DoNotEnforce',
          metadata: { assignedBy: 'ama-migration' },
        };
        const body = { location, identity: { type: 'SystemAssigned' }, properties };
        await arm({ method: 'PUT', url: assignment(scope, name), body });
      }),

    unassign: (scope, name) =>
      attempt(async () => {
        await arm({ method: 'DELETE', url: assignment(scope, name) });
      }),

    remediations: (scope) =>
      attempt(async () => {
        const found: Remediation[] = [];
        for await (const one of listArm<RemediationResource>(arm, remediation(scope)))
          found.push(remediationOf(one));
        return found;
      }),

    remediate: (scope, name, policyAssignmentId) =>
      attempt(async () => {
        const properties = { policyAssignmentId, resourceDiscoveryMode: 'ExistingNonCompliant' };
        await arm({ method: 'PUT', url: remediation(scope, name), body: { properties } });
      }),
  };
}

function assignmentOf({ name, location, identity, properties = {} }: AssignmentResource): AgentAssignment {
  return {
    name: name ?? '',
    displayName: properties.displayName ?? '',
    definitionId: properties.policyDefinitionId ?? '',
    parameters: properties.parameters ?? {},
    enforced: !/^donotenforce$/i.test(properties.enforcementMode ?? ''),
    location: location ?? null,
    principalId: identity?.principalId ?? null,
  };
}

function remediationOf({ name, properties = {} }: RemediationResource): Remediation {
  return {
    name: name ?? '',
    assignmentId: properties.policyAssignmentId ?? '',
    state: properties.provisioningState ?? '',
    total: properties.deploymentStatus?.totalDeployments ?? 0,
    failed: properties.deploymentStatus?.failedDeployments ?? 0,
  };
}
