import { describe, expect, it } from 'vitest';
import { changeTracking } from '../../../../shared/rules/convert/kinds/change-tracking.ts';
import type { Converted, SettingsSource } from '../../../../shared/rules/convert/model.ts';
import { aSource, lossesOf, originsOf, run } from './kind-fixtures.ts';

const convert = (...sources: readonly SettingsSource[]) => run(changeTracking, sources, ['ChangeTracking']);
const settingsOf = ({ wanted }: Converted, os: 'windows' | 'linux') =>
  wanted
    .map(({ collected }) => collected)
    .flatMap((one) => (one.what === 'extension' && one.os === os ? [one.settings ?? {}] : []))[0] ?? {};

const dataType = (name: string, DataTypeId: string, Enabled: unknown) =>
  aSource('ChangeTrackingDataTypeConfiguration', name, { DataTypeId, Enabled });

describe('change tracking', () => {
  it('is a rule per system with the defaults of the published rules', () => {
    const result = convert();

    expect(result.wanted.map(({ collected }) => collected)).toEqual([
      {
        what: 'extension',
        os: 'windows',
        extensionName: 'ChangeTracking-Windows',
        streams: [
          'Microsoft-ConfigurationChange',
          'Microsoft-ConfigurationChangeV2',
          'Microsoft-ConfigurationData',
        ],
        settings: {
          enableFiles: true,
          enableSoftware: true,
          enableRegistry: true,
          enableServices: true,
          enableInventory: true,
          registrySettings: { registryCollectionFrequency: 3000, registryInfo: [] },
          fileSettings: { fileCollectionFrequency: 2700 },
          softwareSettings: { softwareCollectionFrequency: 1800 },
          inventorySettings: { inventoryCollectionFrequency: 36_000 },
          servicesSettings: { serviceCollectionFrequency: 1800 },
        },
      },
      expect.objectContaining({ os: 'linux', extensionName: 'ChangeTracking-Linux' }),
    ]);
    expect(settingsOf(result, 'linux')).toMatchObject({
      enableRegistry: false,
      fileSettings: { fileCollectionFrequency: 900 },
    });
    expect(settingsOf(result, 'linux')).not.toHaveProperty('registrySettings');
    expect(lossesOf(result)).toEqual(['changetracking · ChangeTracking · extensionNeeded']);
  });

  it('goes without what a setting need not say', () => {
    const result = convert(
      aSource('ChangeTrackingLinuxPath', 'etc', { enabled: 'true', destinationPath: '/etc/*.conf' }),
      aSource('ChangeTrackingServices', 's', { CollectionTimeInterval: 900 }),
    );

    expect(settingsOf(result, 'linux')).toMatchObject({
      fileSettings: { fileInfo: [{ name: 'etc', destinationPath: '/etc/*.conf' }] },
    });
    expect(settingsOf(result, 'windows')).toMatchObject({
      servicesSettings: { serviceCollectionFrequency: 900 },
    });
    expect(lossesOf(result)).toEqual(['changetracking · ChangeTracking · extensionNeeded']);
  });

  it('takes the paths and keys, with what is switched off', () => {
    const result = convert(
      aSource('ChangeTrackingCustomPath', 'hosts', {
        checksum: 'MD5',
        enabled: true,
        groupTag: 'Security',
        path: '%winDir%\\System32\\Drivers\\etc\\hosts',
        pathType: 'File',
        recurse: 'false',
        maxOutputSize: 0,
      }),
      aSource('ChangeTrackingDefaultRegistry', 'run', {
        enabled: 'false',
        recurse: true,
        groupTag: '',
        keyName: 'HKEY_LOCAL_MACHINE\\Software\\Run',
        valueName: '',
      }),
      aSource('ChangeTrackingLinuxPath', 'networks', {
        enabled: true,
        destinationPath: '/etc/networks/*.*',
        useSudo: 'true',
        recurse: true,
        MaxContentsReturnable: '4000',
        MaxOutputSize: '5000000',
        links: 'Follow',
        checksum: 'MD5',
        groupTag: 'custom',
        pathType: 'File',
        type: 'File',
      }),
    );

    expect(settingsOf(result, 'windows')).toMatchObject({
      fileSettings: {
        fileInfo: [
          {
            name: 'hosts',
            enabled: true,
            description: '',
            path: '%winDir%\\System32\\Drivers\\etc\\hosts',
            recurse: false,
            maxContentsReturnable: 5_000_000,
            maxOutputSize: 500_000,
            checksum: 'MD5',
            pathType: 'File',
            groupTag: 'Security',
          },
        ],
      },
      registrySettings: {
        registryInfo: [{ name: 'run', enabled: false, groupTag: 'Recommended', valueName: '' }],
      },
    });
    expect(settingsOf(result, 'linux')).toMatchObject({
      fileSettings: {
        fileInfo: [
          { name: 'networks', useSudo: true, maxContentsReturnable: 4000, maxOutputSize: 5_000_000 },
        ],
      },
    });
    expect(originsOf(result, 0)).toEqual(['changetracking · ChangeTracking', 'hosts · hosts', 'run · run']);
    expect(originsOf(result, 1)).toEqual(['changetracking · ChangeTracking', 'networks · networks']);
  });

  it.each([
    ['Daemons', { windows: {}, linux: { enableServices: false } }],
    ['WindowsServices', { windows: { enableServices: false }, linux: { enableServices: true } }],
    ['Registry', { windows: { enableRegistry: false }, linux: { enableRegistry: false } }],
    ['Files', { windows: { enableFiles: false }, linux: { enableFiles: false } }],
    ['inventory', { windows: { enableInventory: false }, linux: { enableInventory: false } }],
    ['Software', { windows: { enableSoftware: false }, linux: { enableSoftware: false } }],
  ])('switches %s off where the workspace does', (type, { windows, linux }) => {
    const result = convert(dataType('t', type, 'False'));

    expect(settingsOf(result, 'windows')).toMatchObject(windows);
    expect(settingsOf(result, 'linux')).toMatchObject(linux);
    expect(lossesOf(result)).toContain(`t · ${type} · disabled`);
    expect(settingsOf(convert(dataType('t', type, true)), 'windows')).toEqual(
      settingsOf(convert(), 'windows'),
    );
  });

  it.each([
    [12, 600, true],
    ['900', 900, false],
    [86_400, 1800, true],
  ])('looks at services every %s seconds: every %s', (asked, used, isLoss) => {
    const result = convert(
      aSource('ChangeTrackingServices', 's', { ListType: 'Blacklist', CollectionTimeInterval: asked }),
    );

    expect(settingsOf(result, 'windows')).toMatchObject({
      servicesSettings: { serviceCollectionFrequency: used },
    });
    expect(lossesOf(result).includes('s · s · intervalOutOfRange')).toBe(isLoss);
  });

  it.each([
    ['ChangeTrackingCustomPath', { path: 'C:\\a' }, 'malformed'],
    ['ChangeTrackingCustomPath', { enabled: true, file: 'C:\\a' }, 'malformed'],
    ['ChangeTrackingLinuxPath', { enabled: 'perhaps', destinationPath: '/a' }, 'malformed'],
    ['ChangeTrackingRegistry', null, 'malformed'],
    ['ChangeTrackingServices', { CollectionTimeInterval: 'soon' }, 'malformed'],
    ['ChangeTrackingDataTypeConfiguration', { DataTypeId: 'FileRecursive', Enabled: 'false' }, 'noTarget'],
    ['ChangeTrackingContentLocation', {}, 'noTarget'],
  ])('reports %s %j and goes on', (kind, properties, code) => {
    const result = convert(aSource(kind, 'x', properties), dataType('t', 'Files', true));

    expect(
      result.losses.filter(({ origin }) => origin.sourceId.endsWith('/x')).map((one) => one.code),
    ).toContain(code);
    expect(result.wanted).toHaveLength(2);
  });

  it('needs its solution, which brings the tables', () => {
    const result = run(changeTracking, [dataType('t', 'Files', true)], []);

    expect(result.wanted).toEqual([]);
    expect(lossesOf(result)).toEqual(['t · t · solutionMissing']);
  });
});
