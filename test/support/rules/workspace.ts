import type { Registration } from '../../../shared/rules/convert/kinds/index.ts';
import type {
  Collected,
  SettingsSource,
  Wanted,
  WorkspaceSettings,
} from '../../../shared/rules/convert/model.ts';

const ID =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/contoso-logs';

export const WORKSPACE: WorkspaceSettings['workspace'] = {
  id: ID.toLowerCase(),
  resourceId: ID,
  name: 'contoso-logs',
  region: 'westeurope',
  customerId: '00000000-0000-0000-0000-0000000000aa',
};

/** Takes sources whose properties are what they want, so that a test need not speak of kinds. */
export const LITERAL: Registration = {
  kinds: ['Literal'],
  convert: (sources) => ({
    wanted: sources.map(({ id, kind, name, properties }) => ({
      collected: properties as Collected,
      origins: [{ sourceId: id, kind, item: name }],
    })),
    losses: [],
  }),
};

export function literalSource(name: string, properties: Collected): SettingsSource {
  return { id: `${WORKSPACE.id}/datasources/${name}`, name, kind: 'Literal', properties };
}

export function settingsOf(sources: readonly SettingsSource[]): WorkspaceSettings {
  return { workspace: WORKSPACE, sources, solutions: [], unread: [] };
}

export function literalSettings(wanted: readonly Wanted[]): WorkspaceSettings {
  return settingsOf(wanted.map(({ collected }, i) => literalSource(`source ${i}`, collected)));
}
