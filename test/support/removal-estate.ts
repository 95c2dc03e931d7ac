import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { GROUP, LINUX_VM, smallEstate } from './small-estate.ts';

export const OTHER_WORKSPACE = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/law-other`;
export const OTHER_CUSTOMER = '33333333-3333-4333-8333-333333333333';
/** Goes on whatever becomes of single machines. */
export const TOLERANT_GATE = { gate: { maxNotVerifiedShare: 1, maxFailed: 10 } };

type Behaviour = NonNullable<EstateFile['behaviour']>;

/** The small estate with a second workspace; the given machines have no legacy extension. */
export function removalEstate(
  { withoutExtension = [] as readonly string[], behaviour = {} as Behaviour } = {},
  changes: Partial<EstateFile> = {},
): EstateFile {
  const base = smallEstate();
  return {
    ...base,
    resources: [
      ...base.resources.filter(
        ({ id }) => !withoutExtension.some((machine) => id.startsWith(`${machine}/extensions/`)),
      ),
      {
        id: OTHER_WORKSPACE,
        name: 'law-other',
        type: 'microsoft.operationalinsights/workspaces',
        location: 'westeurope',
        properties: { customerId: OTHER_CUSTOMER },
      },
    ],
    // Shortly before the start: what the new agent brings is held against a fresh past.
    behaviour: { legacyIngestionEnds: '2026-11-21T07:40:00Z', ...behaviour },
    ...changes,
  };
}

/** The dependency agent as an extension without settings, as it was put beside the legacy agent. */
export function dependencyAgent(machine: string): EstateFile['resources'][number] {
  const windows = machine !== LINUX_VM;
  return {
    id: `${machine}/extensions/DAExtension`,
    name: 'DAExtension',
    location: 'westeurope',
    properties: {
      publisher: 'Microsoft.Azure.Monitoring.DependencyAgent',
      type: windows ? 'DependencyAgentWindows' : 'DependencyAgentLinux',
      typeHandlerVersion: '9.10',
      provisioningState: 'Succeeded',
    },
  };
}
