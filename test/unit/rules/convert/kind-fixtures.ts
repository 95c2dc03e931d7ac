import type {
  Collected,
  Converted,
  KindConverter,
  SettingsSource,
  WorkspaceSettings,
} from '../../../../shared/rules/convert/model.ts';

export const WORKSPACE =
  '/subscriptions/s/resourcegroups/rg/providers/microsoft.operationalinsights/workspaces/law';

/** A data source whose id ends with its name. */
export function aSource(kind: string, name: string, properties: unknown): SettingsSource {
  return { id: `${WORKSPACE}/datasources/${name}`, name, kind, properties };
}

export function settingsWith(
  sources: readonly SettingsSource[],
  solutions: readonly string[] = [],
): WorkspaceSettings {
  return {
    workspace: {
      id: WORKSPACE,
      resourceId: WORKSPACE,
      name: 'law',
      region: 'westeurope',
      customerId: '00000000-0000-0000-0000-000000000001',
    },
    sources,
    solutions,
    unread: [],
  };
}

export function run(
  converter: KindConverter,
  sources: readonly SettingsSource[],
  solutions: readonly string[] = [],
): Converted {
  return converter(sources, settingsWith(sources, solutions));
}

/** What is collected, in short. */
export function collectedBy({ wanted }: Converted): readonly string[] {
  return wanted.map(({ collected }) => short(collected));
}

/** Losses in short: `name of the source · item · code`. */
export function lossesOf({ losses }: Converted): readonly string[] {
  return losses.map(({ origin, code }) => `${nameOf(origin.sourceId)} · ${origin.item} · ${code}`);
}

/** Who asks for the first thing that is collected. */
export function originsOf({ wanted }: Converted, index = 0): readonly string[] {
  return (wanted[index]?.origins ?? []).map(({ sourceId, item }) => `${nameOf(sourceId)} · ${item}`);
}

function nameOf(sourceId: string): string {
  return sourceId.split('/').at(-1) ?? '';
}

function short(collected: Collected): string {
  switch (collected.what) {
    case 'counter':
      return `${collected.specifier} @${collected.intervalSeconds}`;
    case 'event':
      return `${collected.stream}: ${collected.xPath}`;
    case 'syslog':
      return `${collected.stream}: ${collected.facility} ${collected.levels.join(' ')}`;
    default:
      return collected.what;
  }
}
