import { dig } from '../json.ts';
import type { Other } from '../state/state.ts';
import { dynamic, hasAny, nameOf, str } from './kusto.ts';

type Row = Record<string, unknown>;

export function assignmentRow(one: Other): Row {
  const p = one.resource['properties'];
  return {
    id: one.id,
    name: nameOf(one),
    displayName: str(dig(p, 'displayName')),
    scope: str(dig(p, 'scope')),
    definitionId: str(dig(p, 'policyDefinitionId')),
    parameters: dynamic(dig(p, 'parameters')),
    enforcementMode: str(dig(p, 'enforcementMode')),
  };
}

/** What the query's filter lets through: custom definitions that speak of a legacy agent. */
const WORDS = [
  'MicrosoftMonitoringAgent',
  'OmsAgentForLinux',
  'EnterpriseCloud.Monitoring',
  'autoProvisioningSettings',
];

export function concernsAgents({ resource }: Other): boolean {
  const p = resource['properties'];
  return str(dig(p, 'policyType')).toLowerCase() === 'custom' && hasAny(str(dig(p, 'policyRule')), WORDS);
}

export function definitionRow(one: Other): Row {
  const p = one.resource['properties'];
  return {
    id: one.id,
    name: nameOf(one),
    displayName: str(dig(p, 'displayName')),
    policyRule: dynamic(dig(p, 'policyRule')),
  };
}

export function policySetRow(one: Other): Row {
  const p = one.resource['properties'];
  return {
    id: one.id,
    name: nameOf(one),
    displayName: str(dig(p, 'displayName')),
    definitions: dynamic(dig(p, 'policyDefinitions')),
  };
}
