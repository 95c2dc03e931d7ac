import { z } from 'zod';
import type { OsType } from '../../../model/agents.ts';
import type { Loss, SettingsSource } from '../model.ts';
import { readProperties } from '../properties.ts';
import { type Asked, isKind, loss, originOf } from '../wanted.ts';
import type { Change, DataType } from './change-tracking-settings.ts';
import { LinuxFile, linuxFile, RegistryKey, registryKey, WindowsFile, windowsFile } from './tracked-paths.ts';

/** Seconds between looks at Windows services: 10 to 30 minutes (learn.microsoft.com, "Change Tracking and Inventory"). */
const SERVICES = { least: 600, most: 1800 };
const Services = z.object({
  collectiontimeinterval: z.union([z.number(), z.string().regex(/^\d{1,9}$/)]).transform(Number),
  listtype: z.unknown().optional(),
});
const TypeSwitch = z.object({ datatypeid: z.string(), enabled: z.union([z.boolean(), z.string()]) });

/** The extensions with a switch for a data type. Source: CTWorkSpaceSettingstoDCR.ps1 (facts file 2.1). */
const DATA_TYPES: ReadonlyMap<string, { readonly type: DataType; readonly on: readonly OsType[] }> = new Map([
  ['daemons', { type: 'services', on: ['linux'] }],
  ['windowsservices', { type: 'services', on: ['windows'] }],
  ['registry', { type: 'registry', on: ['windows'] }],
  ['files', { type: 'files', on: ['windows', 'linux'] }],
  ['inventory', { type: 'inventory', on: ['windows', 'linux'] }],
  ['software', { type: 'software', on: ['windows', 'linux'] }],
]);

interface Changes {
  readonly changes: readonly Asked<Change>[];
  readonly losses: readonly Loss[];
}

/** What one data source of change tracking says to the extensions. */
export function readTracking(source: SettingsSource): Changes {
  const plain = { ...source, properties: lowerKeys(source.properties) };
  if (isAny(source, 'ChangeTrackingServices')) return readServices(plain);
  if (isAny(source, 'ChangeTrackingDataTypeConfiguration')) return readDataType(plain);
  if (isAny(source, 'ChangeTrackingCustomPath', 'ChangeTrackingPath')) {
    return readOne(plain, WindowsFile, (value) => ({ os: 'windows', file: windowsFile(source.name, value) }));
  }
  if (isAny(source, 'ChangeTrackingDefaultRegistry', 'ChangeTrackingRegistry')) {
    return readOne(plain, RegistryKey, (value) => ({ os: 'windows', key: registryKey(source.name, value) }));
  }
  if (isAny(source, 'ChangeTrackingLinuxPath', 'LinuxChangeTrackingPath')) {
    return readOne(plain, LinuxFile, (value) => ({ os: 'linux', file: linuxFile(source.name, value) }));
  }
  return { changes: [], losses: [loss(originOf(source), 'noTarget', 'copies of changed files')] };
}

function readOne<T extends z.ZodRawShape>(
  source: SettingsSource,
  schema: z.ZodObject<T>,
  changeOf: (value: z.infer<z.ZodObject<T>>) => Change,
): Changes {
  const { value, losses } = readProperties(source, schema);
  if (value === undefined) return { changes: [], losses };
  return { changes: [{ origin: originOf(source), value: changeOf(value) }], losses };
}

function readServices(source: SettingsSource): Changes {
  const { value, losses } = readProperties(source, Services);
  if (value === undefined) return { changes: [], losses };
  const asked = value.collectiontimeinterval;
  const servicesSeconds = Math.min(SERVICES.most, Math.max(SERVICES.least, Math.round(asked)));
  const origin = originOf(source);
  const range = `services every ${asked} seconds; ${servicesSeconds} are used`;
  return {
    changes: [{ origin, value: { os: 'windows', servicesSeconds } }],
    losses: asked === servicesSeconds ? losses : [...losses, loss(origin, 'intervalOutOfRange', range)],
  };
}

function readDataType(source: SettingsSource): Changes {
  const { value, losses } = readProperties(source, TypeSwitch);
  if (value === undefined) return { changes: [], losses };
  const origin = originOf(source, value.datatypeid);
  const known = DATA_TYPES.get(value.datatypeid.trim().toLowerCase());
  if (known === undefined) {
    return { changes: [], losses: [...losses, loss(origin, 'noTarget', 'a data type without a switch')] };
  }
  // Only a plain no switches off, as in the script of facts file 2.1.
  const isOff = String(value.enabled).trim().toLowerCase() === 'false';
  return {
    changes: known.on.map((os) => ({ origin, value: isOff ? { os, off: known.type } : { os } })),
    losses: isOff ? [...losses, loss(origin, 'disabled')] : losses,
  };
}

function isAny(source: SettingsSource, ...kinds: readonly string[]): boolean {
  return kinds.some((kind) => isKind(source, kind));
}

/** Azure gives `Enabled` and `enabled`, `MaxOutputSize` and `maxOutputSize`: seen in exported templates. */
function lowerKeys(properties: unknown): unknown {
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return properties;
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key.toLowerCase(), value]));
}
