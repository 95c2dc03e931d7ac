import type { OsType } from '../../../model/agents.ts';
import type { KindConverter } from '../model.ts';
import { converted, hasSolution, inOrder, loss, originOf, wanted } from '../wanted.ts';
import { extensionSettings } from './change-tracking-settings.ts';
import { readTracking } from './change-tracking-sources.ts';
import { solutionOrigin } from './solution-names.ts';

/** Kinds of `dataSources` that this converter takes. REST specification of dataSources, 2020-08-01. */
export const CHANGE_TRACKING_KINDS = [
  'ChangeTrackingServices',
  'ChangeTrackingCustomPath',
  'ChangeTrackingPath',
  'ChangeTrackingDefaultRegistry',
  'ChangeTrackingRegistry',
  'ChangeTrackingLinuxPath',
  'LinuxChangeTrackingPath',
  'ChangeTrackingDataTypeConfiguration',
  'ChangeTrackingContentLocation',
] as const;

/** Facts file 2.1. */
const STREAMS = [
  'Microsoft-ConfigurationChange',
  'Microsoft-ConfigurationChangeV2',
  'Microsoft-ConfigurationData',
];
const EXTENSIONS: Readonly<Record<OsType, string>> = {
  windows: 'ChangeTracking-Windows',
  linux: 'ChangeTracking-Linux',
};

/** One rule per OS with all settings of change tracking in it: the extension takes them together. */
export const changeTracking: KindConverter = (sources, settings) => {
  const own = inOrder(sources);
  if (!hasSolution(settings, 'ChangeTracking')) {
    // The solution brings the tables; a rule without them is refused with InvalidOutputTable.
    const missing = own.map((source) => loss(originOf(source), 'solutionMissing', 'ChangeTracking'));
    return converted([], missing);
  }
  const solution = solutionOrigin(settings, 'ChangeTracking');
  const read = own.map(readTracking);
  const rules = (['windows', 'linux'] as const).map((os) => {
    const ours = read.flatMap(({ changes }) => changes).filter(({ value }) => value.os === os);
    const values = ours.map(({ value }) => value);
    const streams = STREAMS;
    const extension = { what: 'extension', os, extensionName: EXTENSIONS[os], streams } as const;
    return wanted({ ...extension, settings: extensionSettings(os, values) }, [{ origin: solution }, ...ours]);
  });
  const needs =
    'ChangeTracking-Windows or ChangeTracking-Linux of Microsoft.Azure.ChangeTrackingAndInventory';
  const losses = read.flatMap((one) => one.losses);
  return converted(rules, [loss(solution, 'extensionNeeded', needs), ...losses]);
};
