import { convertWorkspace } from '../../shared/rules/convert/convert.ts';
import type { SettingsSource, WorkspaceSettings } from '../../shared/rules/convert/model.ts';

export interface RuleSetResult {
  readonly sources: number;
  readonly rules: number;
  readonly losses: number;
  /** Size of the Bicep file. */
  readonly bicepBytes: number;
  /** Bodies, Bicep, losses and explanations. */
  readonly milliseconds: number;
}

/** Settings of one workspace: about seven counters to two event logs to one custom log, and the case of the goal. */
const SIZES = [
  { counters: 7, events: 2, logs: 1 },
  { counters: 70, events: 20, logs: 10 },
  { counters: 700, events: 200, logs: 100 },
  { counters: 1000, events: 300, logs: 100 },
];

/** Every size once, after one that warms up. */
export function benchRuleSets(): RuleSetResult[] {
  benchRuleSet(SIZES[0] ?? { counters: 1, events: 1, logs: 1 });
  return SIZES.map(benchRuleSet);
}

export function printRuleSets(results: readonly RuleSetResult[]): void {
  process.stdout.write('\nConversion of one workspace (goal: 1,400 settings in under 1,000 ms):\n');
  const rows = results.map(({ sources, rules, losses, bicepBytes, milliseconds }) => [
    sources,
    rules,
    losses,
    Math.round(bicepBytes / 1024),
    milliseconds,
  ]);
  for (const row of [['settings', 'rules', 'losses', 'Bicep KiB', 'ms'], ...rows])
    process.stdout.write(`${row.map((cell) => String(cell).padStart(10)).join('')}\n`);
}

/** Converts a workspace with this many settings, with the converters of the app. */
export function benchRuleSet(size: { counters: number; events: number; logs: number }): RuleSetResult {
  const settings = workspaceOf(size);
  const began = performance.now();
  const { rules, losses, bicep } = convertWorkspace(settings, { existingRules: [] });
  const milliseconds = Math.round(performance.now() - began);
  return {
    ...{ sources: settings.sources.length, rules: rules.length, losses: losses.length },
    ...{ bicepBytes: bicep.length, milliseconds },
  };
}

const ID = '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/bench';

function workspaceOf({
  counters,
  events,
  logs,
}: {
  counters: number;
  events: number;
  logs: number;
}): WorkspaceSettings {
  const many = (count: number, kind: string, properties: (i: number) => unknown): SettingsSource[] =>
    Array.from({ length: count }, (_, i) => ({
      ...{ id: `${ID}/dataSources/${kind}-${i}`, name: `${kind}-${i}`, kind, properties: properties(i) },
    }));
  const sources = [
    ...many(counters, 'WindowsPerformanceCounter', (i) => ({
      ...{ objectName: `Object ${i % 40}`, instanceName: '*', counterName: `Counter ${i}` },
      intervalSeconds: [10, 60, 300][i % 3],
    })),
    ...many(events, 'WindowsEvent', (i) => ({
      eventLogName: `Vendor-Product-${i}/Operational`,
      eventTypes: [{ eventType: 'Error' }, { eventType: 'Warning' }],
    })),
    ...many(logs, 'CustomLog', (i) => ({
      ...{ customLogName: `App${i}_CL`, description: '' },
      inputs: [
        {
          location: {
            fileSystemLocations: {
              windowsFileTypeLogPaths: [`C:\\logs\\${i}\\*.log`],
              linuxFileTypeLogPaths: null,
            },
          },
          recordDelimiter: { regexDelimiter: { pattern: '\\n', matchIndex: 0 } },
        },
      ],
      extractions: [],
    })),
  ];
  return {
    workspace: { id: ID.toLowerCase(), resourceId: ID, name: 'bench', region: 'westeurope', customerId: 'c' },
    ...{ sources, solutions: [], unread: [] },
  };
}
