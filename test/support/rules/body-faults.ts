import type { DataSources, RuleBody } from '../../../shared/rules/convert/arm.ts';
import { settingsBytes } from '../../../shared/rules/convert/check-limits.ts';
import { LIMITS } from '../../../shared/rules/convert/limits.ts';

/** What is wrong with a rule under the documented limits and its own references; empty for a good one. */
export function bodyFaults(name: string, body: RuleBody): readonly string[] {
  const { dataSources, dataFlows, destinations, description, streamDeclarations = {} } = body.properties;
  const all: readonly { readonly name: string; readonly streams: readonly string[] }[] =
    Object.values(dataSources).flat();
  const count = (key: keyof DataSources, field: string): number =>
    (dataSources[key] ?? []).reduce((sum, one) => {
      const values = (one as unknown as Record<string, unknown>)[field];
      return sum + (Array.isArray(values) ? values.length : 0);
    }, 0);
  const produced = new Set(all.flatMap(({ streams }) => streams));
  const flowing = dataFlows.flatMap(({ streams }) => streams);
  const settings = (dataSources.extensions ?? []).reduce(
    (sum, one) => sum + settingsBytes(one.extensionSettings ?? null),
    0,
  );
  const names = destinations.logAnalytics.map((one) => one.name);
  const rules: readonly (readonly [string, boolean])[] = [
    ['name', /^[a-z0-9][a-z0-9-]*[a-z0-9]$/.test(name) && name.length <= LIMITS.nameCharacters],
    ['description', description.length <= LIMITS.descriptionCharacters],
    ['at least one source', all.length > 0],
    ['data sources', all.length <= LIMITS.dataSources],
    ['unique source names', new Set(all.map((one) => one.name)).size === all.length],
    ['short source names', all.every((one) => one.name.length <= 32 && /^[\w-]+$/.test(one.name))],
    ['counters', count('performanceCounters', 'counterSpecifiers') <= LIMITS.counterSpecifiers],
    ['facilities', count('syslog', 'facilityNames') <= LIMITS.facilities],
    ['xPaths', count('windowsEventLogs', 'xPathQueries') <= LIMITS.xPathQueries],
    ['extensions', (dataSources.extensions ?? []).length <= LIMITS.extensions],
    ['extension settings', settings <= LIMITS.extensionSettingsBytes],
    ['flows', dataFlows.length <= LIMITS.dataFlows],
    ['streams of a flow', dataFlows.every(({ streams }) => streams.length <= LIMITS.streamsPerFlow)],
    [
      'transformations',
      dataFlows.every((one) => (one.transformKql ?? '').length <= LIMITS.transformCharacters),
    ],
    ['destinations', dataFlows.every((one) => one.destinations.every((to) => names.includes(to)))],
    ['every stream flows', [...produced].every((stream) => flowing.includes(stream))],
    ['every flow has a source', flowing.every((stream) => produced.has(stream))],
    ['one flow per stream', new Set(flowing).size === flowing.length],
    [
      'declared streams',
      flowing
        .filter((stream) => stream.startsWith('Custom-Input-'))
        .every((stream) => stream in streamDeclarations),
    ],
  ];
  return rules.filter(([, good]) => !good).map(([what]) => what);
}
