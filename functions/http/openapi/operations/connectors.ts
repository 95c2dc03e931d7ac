import {
  ConnectorDisabled,
  ConnectorPage,
  ConnectorRestored,
  ImpactPage,
  OneConnector,
} from '../../answers/connectors.ts';
import { GuardsAnswer, PathPage, ProvisioningAnswer } from '../../answers/reinstall-paths.ts';
import { DisableConnectorRequest, RestoreConnectorRequest } from '../../connector-control.ts';
import { ConnectorsQuery, ImpactQuery, InventoryQuery } from '../../connectors.ts';
import { GuardRequest } from '../../guards.ts';
import { DisableProvisioningRequest, PathsQuery } from '../../reinstall-paths.ts';
import { CONNECTORS } from '../choices.ts';
import type { Operation } from '../operation.ts';
import { request } from '../requests.ts';

const path = { workspace: 'Customer id of the workspace: the GUID that agents know it by.' };
const choices = { workspace: CONNECTORS };
const READ = ['inventoryNotFound', 'inventoryNotReady'] as const;
const ONE = [...READ, 'workspaceNotFound'] as const;
const CHANGE = [...ONE, 'missingBy', 'changedMeanwhile', 'azureRefused', 'unavailable'] as const;
const why = { by: 'olive@contoso.example', reason: 'CHG0031337: all machines are verified' };

export const CONNECTOR_OPERATIONS = {
  listConnectors: {
    tag: 'connectors',
    summary: 'List legacy collection',
    description: 'What ends with the legacy agent, workspace by workspace. Read from Azure at every call.',
    query: ConnectorsQuery,
    answers: { 200: { what: 'A page of workspaces.', body: ConnectorPage, csv: true, headers: ['x-next'] } },
    problems: READ,
    flows: { visibility: 'advanced' },
  },
  getConnector: {
    tag: 'connectors',
    summary: 'Get legacy collection of a workspace',
    description: 'As it is now. A switch that can be judged by now is judged, and the verdict kept.',
    path,
    query: InventoryQuery,
    answers: { 200: { what: 'The workspace.', body: OneConnector } },
    problems: ONE,
    flows: { visibility: 'important', choices },
  },
  getConnectorImpact: {
    tag: 'connectors',
    summary: 'List machines that need legacy collection',
    description: 'Machines that would lose legacy collection if it were switched off now.',
    path,
    query: ImpactQuery,
    answers: { 200: { what: 'A page of machines.', body: ImpactPage, csv: true, headers: ['x-next'] } },
    problems: [...ONE, 'azureRefused', 'unavailable'],
    flows: { visibility: 'advanced', choices },
  },
  disableConnectorNow: {
    tag: 'connectors',
    summary: 'Switch legacy collection off',
    description:
      'Says what switching off would do, or does it with `whatIf: false`. While machines depend on it, an override with its reason is needed. The value before is kept.',
    path,
    body: request('DisableConnectorRequest', DisableConnectorRequest),
    example: { ...why, whatIf: true },
    answers: { 200: { what: 'What would be done, or was.', body: ConnectorDisabled } },
    problems: [...CHANGE, 'workspaceInUse'],
    flows: { visibility: 'advanced', choices },
  },
  restoreConnector: {
    tag: 'connectors',
    summary: 'Restore legacy collection',
    description: 'Puts back what was stored before the switch. It can be repeated.',
    path,
    body: request('RestoreConnectorRequest', RestoreConnectorRequest),
    example: { ...why, whatIf: true },
    answers: { 200: { what: 'What would be put back, or was.', body: ConnectorRestored } },
    problems: [...CHANGE, 'nothingToRestore', 'connectorChanged'],
    flows: { visibility: 'advanced', choices },
  },
  listReinstallPaths: {
    tag: 'connectors',
    summary: 'List how the legacy agent comes back',
    description:
      'Policies, provisioning and images that install it again, each with the command that ends it.',
    query: PathsQuery,
    answers: { 200: { what: 'A page of paths.', body: PathPage, csv: true, headers: ['x-next'] } },
    problems: READ,
    flows: { visibility: 'advanced' },
  },
  disableAutoProvisioning: {
    tag: 'connectors',
    summary: 'Turn automatic provisioning off',
    description:
      "Defender's automatic provisioning of the legacy agent, by subscription. One that fails keeps no other from being done.",
    body: request('DisableProvisioningRequest', DisableProvisioningRequest),
    example: { ...why, subscriptionIds: ['11111111-1111-4111-8111-111111111111'] },
    answers: { 200: { what: 'What would be done, or was.', body: ProvisioningAnswer } },
    problems: ['missingBy', 'azureRefused', 'unavailable'],
    result: ProvisioningAnswer,
  },
  postGuards: {
    tag: 'connectors',
    summary: 'Keep the legacy agent out',
    description:
      'Assigns built-in policies that audit or deny the legacy agent in a scope, or removes the assignments.',
    body: request('GuardRequest', GuardRequest),
    example: { scope: '/subscriptions/11111111-1111-4111-8111-111111111111', effect: 'Audit', by: why.by },
    answers: { 200: { what: 'What would be done, or was.', body: GuardsAnswer } },
    problems: [
      ...READ,
      'missingBy',
      'guardNameTaken',
      'inventoryTooOld',
      'scopeNotClean',
      'azureRefused',
      'unavailable',
    ],
  },
} as const satisfies Record<string, Operation>;
