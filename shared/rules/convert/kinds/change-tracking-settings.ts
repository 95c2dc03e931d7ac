import type { OsType } from '../../../model/agents.ts';
import type { Tracked } from './tracked-paths.ts';

/** What can be switched off. */
export type DataType = 'files' | 'software' | 'registry' | 'services' | 'inventory';

/** What one setting of the workspace says. */
export interface Change {
  readonly os: OsType;
  readonly off?: DataType;
  readonly servicesSeconds?: number;
  readonly file?: Tracked;
  readonly key?: Tracked;
}

/** Seconds. Source: CTWorkSpaceSettingstoDCR.ps1 (facts file 2.1) and the ALZ rule for change tracking (facts file 7). */
const SECONDS = {
  windows: { files: 2700, software: 1800, services: 1800 },
  linux: { files: 900, software: 300, services: 300 },
} as const satisfies Record<OsType, Record<string, number>>;
const INVENTORY_SECONDS = 36_000;
const REGISTRY_SECONDS = 3000;

/**
 * Settings of `ChangeTracking-Windows` and `-Linux`. The script writes the registry below `registrySettingsObjectList`;
 * the ALZ rule, which is deployed widely, has `registrySettings`, and so has this.
 */
export function extensionSettings(os: OsType, changes: readonly Change[]): Readonly<Record<string, unknown>> {
  const isOn = (what: DataType) => !changes.some(({ off }) => off === what);
  const files = changes.flatMap(({ file }) => file ?? []);
  const keys = changes.flatMap(({ key }) => key ?? []);
  const { servicesSeconds } = changes.findLast((change) => change.servicesSeconds !== undefined) ?? {};
  const seconds = SECONDS[os];
  return {
    enableFiles: isOn('files'),
    enableSoftware: isOn('software'),
    enableRegistry: os === 'windows' && isOn('registry'),
    enableServices: isOn('services'),
    enableInventory: isOn('inventory'),
    ...(os === 'windows'
      ? { registrySettings: { registryCollectionFrequency: REGISTRY_SECONDS, registryInfo: keys } }
      : {}),
    fileSettings: {
      fileCollectionFrequency: seconds.files,
      ...(files.length === 0 ? {} : { fileInfo: files }),
    },
    softwareSettings: { softwareCollectionFrequency: seconds.software },
    inventorySettings: { inventoryCollectionFrequency: INVENTORY_SECONDS },
    servicesSettings: { serviceCollectionFrequency: servicesSeconds ?? seconds.services },
  };
}
