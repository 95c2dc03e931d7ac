import { AMA_EXTENSION, AMA_PUBLISHER, type OsType } from '../model/agents.ts';
import { contentHash, type MachineKind } from '../model/ids.ts';
import type { ProxyProfile } from '../model/policy.ts';

/** The extension resource to send. Arc takes no handler version: its service picks the current one (facts file 3.2). */
export interface ExtensionBody {
  readonly location: string;
  readonly properties: {
    readonly publisher: string;
    readonly type: string;
    readonly typeHandlerVersion?: string;
    readonly autoUpgradeMinorVersion: boolean;
    readonly enableAutomaticUpgrade?: boolean;
    readonly settings?: object;
    readonly protectedSettings?: { readonly proxy: ProxyCredentials } | { readonly workspaceKey: string };
  };
}

/** Public settings of Azure Monitor Agent. Facts file 3.3: `auth` is a string. */
export interface Settings {
  readonly proxy?:
    | { readonly mode: 'none' }
    | { readonly mode: 'application'; readonly address: string; readonly auth: 'true' | 'false' };
  readonly authentication?: {
    readonly managedIdentity: {
      readonly 'identifier-name': 'mi_res_id';
      readonly 'identifier-value': string;
    };
  };
}

export interface DesiredAgent {
  readonly kind: MachineKind;
  readonly os: OsType;
  readonly region: string;
  /** undefined: no profile applies and the agent keeps its default (system proxy, or the Arc agent's). */
  readonly proxy: ProxyProfile | undefined;
  readonly userAssignedIdentityId: string | null;
}

/** The public settings a machine should have; undefined where the agent's defaults are wanted. */
export function desiredSettings(desired: DesiredAgent): Settings | undefined {
  const proxy = desired.proxy === undefined ? undefined : proxySettings(desired.proxy);
  const identity = desired.userAssignedIdentityId;
  const settings: Settings = {
    ...(proxy === undefined ? {} : { proxy }),
    ...(identity === null || desired.kind === 'arcServer'
      ? {}
      : {
          authentication: {
            managedIdentity: { 'identifier-name': 'mi_res_id', 'identifier-value': identity },
          },
        }),
  };
  return Object.keys(settings).length === 0 ? undefined : settings;
}

function proxySettings(profile: ProxyProfile): NonNullable<Settings['proxy']> {
  switch (profile.kind) {
    case 'none':
    case 'privateLink':
      return { mode: 'none' };
    case 'proxy':
    case 'gateway':
      return { mode: 'application', address: profile.address, auth: 'false' };
    case 'proxyWithCredentials':
      return { mode: 'application', address: profile.address, auth: 'true' };
  }
}

export interface ProxyCredentials {
  readonly username: string;
  readonly password: string;
}

/** The whole extension body. Credentials exist only here and in the request that carries them (D11). */
export function extensionBody(desired: DesiredAgent, credentials?: ProxyCredentials): ExtensionBody {
  return bodyWithSettings(desired, desiredSettings(desired), credentials);
}

/** The same with other public settings. */
export function bodyWithSettings(
  { kind, os, region }: Pick<DesiredAgent, 'kind' | 'os' | 'region'>,
  settings: unknown,
  credentials?: ProxyCredentials,
): ExtensionBody {
  const { type, typeHandlerVersion } = AMA_EXTENSION[os];
  return {
    location: region,
    properties: {
      publisher: AMA_PUBLISHER,
      type,
      ...(kind === 'arcServer' ? {} : { typeHandlerVersion }),
      autoUpgradeMinorVersion: true,
      enableAutomaticUpgrade: true,
      ...(settings === undefined || settings === null ? {} : { settings }),
      ...(credentials === undefined ? {} : { protectedSettings: { proxy: credentials } }),
    },
  };
}

/**
 * Whether an installed agent's public settings differ from the wanted ones in proxy or identity.
 * Returns what differs, or undefined. Protected settings cannot be read back, so a change of password
 * alone is not seen here. Old deployments wrote `auth` as a boolean: both forms are equal.
 */
export function settingsDrift(found: unknown, wanted: Settings | undefined): string | undefined {
  const actual = asRecord(found);
  const proxy = comparableProxy(asRecord(actual?.proxy));
  const wantedProxy = comparableProxy(asRecord(wanted?.proxy));
  if (wanted?.proxy !== undefined && proxy !== wantedProxy) {
    return `proxy is ${proxy}, wanted ${wantedProxy}`;
  }
  const identity = identityOf(actual);
  const wantedIdentity = identityOf(asRecord(wanted));
  if (wantedIdentity !== undefined && identity !== wantedIdentity) {
    return `identity is ${identity ?? 'the default'}, wanted ${wantedIdentity}`;
  }
  return undefined;
}

/** Whether two public settings say the same; absent and empty are one, and `auth` may be a boolean. */
export function sameSettings(a: unknown, b: unknown): boolean {
  return contentHash(comparable(a)) === contentHash(comparable(b));
}

function comparable(settings: unknown): object {
  const found = asRecord(settings) ?? {};
  const proxy = asRecord(found.proxy);
  if (proxy?.auth === undefined) return found;
  return { ...found, proxy: { ...proxy, auth: String(proxy.auth) } };
}

/** Whether the agent signs in at its proxy with credentials that are kept out of its public settings. */
export function usesProxyCredentials(settings: unknown): boolean {
  return String(asRecord(asRecord(settings)?.proxy)?.auth) === 'true';
}

function comparableProxy(proxy: Record<string, unknown> | undefined): string {
  if (proxy === undefined) return 'the default';
  if (proxy.mode !== 'application') return String(proxy.mode);
  const auth = String(proxy.auth) === 'true' ? ' with credentials' : '';
  return `${String(proxy.address).toLowerCase()}${auth}`;
}

function identityOf(settings: Record<string, unknown> | undefined): string | undefined {
  const managed = asRecord(asRecord(settings?.authentication)?.managedIdentity);
  const value = managed?.['identifier-value'];
  return typeof value === 'string' ? value.toLowerCase() : undefined;
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
}
