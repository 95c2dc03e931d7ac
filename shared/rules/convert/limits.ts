/** One limit with where it is written. */
interface Limit {
  readonly value: number;
  readonly source: string;
}

const SERVICE_LIMITS = 'learn.microsoft.com/azure/azure-monitor/service-limits, "Data collection rules"';
const XPATH_PAGE =
  'learn.microsoft.com/azure/azure-monitor/vm/data-collection-windows-events, "XPath queries"';

/**
 * What one data collection rule may hold (facts file 3.6). A limit on file patterns of a log file source is
 * not documented, so none is applied.
 */
const DOCUMENTED = {
  dataSources: { value: 10, source: SERVICE_LIMITS },
  counterSpecifiers: { value: 100, source: SERVICE_LIMITS },
  facilities: { value: 20, source: SERVICE_LIMITS },
  xPathQueries: { value: 100, source: SERVICE_LIMITS },
  dataFlows: { value: 10, source: SERVICE_LIMITS },
  streamsPerFlow: { value: 10, source: SERVICE_LIMITS },
  extensions: { value: 10, source: SERVICE_LIMITS },
  extensionSettingsBytes: { value: 32 * 1024, source: SERVICE_LIMITS },
  transformCharacters: { value: 15_360, source: SERVICE_LIMITS },
  workspaces: { value: 10, source: SERVICE_LIMITS },
  xPathExpressions: { value: 20, source: XPATH_PAGE },
  nameCharacters: { value: 64, source: 'learn.microsoft.com: naming rules, Microsoft.Insights' },
  /** Not documented: seen in refusals of the service, by Sentinel-As-Code (facts file 2.10). */
  descriptionCharacters: { value: 256, source: 'observed' },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof DOCUMENTED;

/** The documents behind each limit. */
export const LIMIT_SOURCES: Readonly<Record<LimitName, Limit>> = DOCUMENTED;

export const LIMITS = Object.fromEntries(
  Object.entries(DOCUMENTED).map(([name, { value }]) => [name, value]),
) as Readonly<Record<LimitName, number>>;
