/** One Azure: its hosts and the audiences their tokens are for. Facts file 3.4 names the clouds. */
export interface Cloud {
  readonly arm: string;
  readonly armAudiences: readonly string[];
  readonly logs: string;
  readonly logsAudiences: readonly string[];
  /** Key vaults are `{name}.{vault}`. */
  readonly vault: string;
}

const cloud = (arm: string, classic: string, logs: readonly [string, ...string[]], vault: string): Cloud => ({
  arm,
  armAudiences: [`https://${arm}`, `https://${classic}`],
  logs: logs[0],
  logsAudiences: logs.map((host) => `https://${host}`),
  vault,
});

export const PUBLIC: Cloud = cloud(
  'management.azure.com',
  'management.core.windows.net',
  ['api.loganalytics.io', 'api.loganalytics.azure.com'],
  'vault.azure.net',
);
const GOVERNMENT = cloud(
  'management.usgovcloudapi.net',
  'management.core.usgovcloudapi.net',
  ['api.loganalytics.us'],
  'vault.usgovcloudapi.net',
);
const CHINA = cloud(
  'management.chinacloudapi.cn',
  'management.core.chinacloudapi.cn',
  ['api.loganalytics.azure.cn'],
  'vault.azure.cn',
);
const CLOUDS = [PUBLIC, GOVERNMENT, CHINA];

export type Service = 'arm' | 'logs' | 'vault' | 'identity' | 'elsewhere';

/** What an address is, and in which cloud. */
export function siteOf(host: string, path: string): { readonly service: Service; readonly cloud: Cloud } {
  if (path.startsWith('/identity/token')) return { service: 'identity', cloud: PUBLIC };
  for (const one of CLOUDS) {
    if (host === one.arm) return { service: 'arm', cloud: one };
    if (host === one.logs) return { service: 'logs', cloud: one };
    if (host.endsWith(`.${one.vault}`)) return { service: 'vault', cloud: one };
  }
  return { service: 'elsewhere', cloud: PUBLIC };
}

/** Whether an address is a key vault's. */
export function isVault(url: string): boolean {
  return CLOUDS.some(({ vault }) => url.toLowerCase().split('/')[2]?.endsWith(`.${vault}`));
}
