import { type Fault, faultsOf } from '../model/faults.ts';
import { ProxyProfile } from '../model/policy.ts';

/** What the legacy agent was told; `credentials` is a function so that no log or JSON shows them. */
export interface LegacyProxy {
  readonly ok: true;
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly hasCredentials: boolean;
  readonly credentials: () => { readonly username: string; readonly password: string } | undefined;
}

export type Parsed<T> = T | { readonly ok: false; readonly faults: readonly Fault[] };

const FORM = '[protocol://][user:password@]proxyhost[:port]';
const MESSAGES = {
  empty: `must be the legacy agent's proxy: ${FORM}`,
  protocol: 'must begin with http:// or with the host: the legacy agent knew no other protocol',
  at: 'has more than one @: write each @ of the user name or the password as %40',
  credentials: 'needs user:password before the @, both not empty; write a : in the user name as %3A',
  encoding: 'has a % that begins no percent-encoded UTF-8 character: write a plain % as %25',
  host: 'needs a host name or address after the credentials; write special characters in those percent-encoded',
  path: 'must end with the port: a proxy has no path',
  port: 'needs a port between 1 and 65535: the legacy agent named no default, and Azure Monitor Agent wants one',
} as const;

/** Reads `[protocol://][user:password@]proxyhost[:port]`. No fault repeats any part of the text. */
export function parseLegacyProxy(text: string): Parsed<LegacyProxy> {
  const trimmed = text.trim();
  if (trimmed === '') return fault('empty');
  const [, named, rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(trimmed) ?? [];
  const protocol = named?.toLowerCase() ?? 'http';
  if (protocol !== 'http' && protocol !== 'https') return fault('protocol');
  const parts = rest.split('@');
  if (parts.length > 2) return fault('at');
  const credentials = parts.length === 2 ? readCredentials(parts[0] ?? '') : undefined;
  if (typeof credentials === 'string') return fault(credentials);
  const address = readAddress(parts.at(-1) ?? '');
  if (typeof address === 'string') return fault(address);
  return {
    ok: true,
    protocol,
    ...address,
    hasCredentials: credentials !== undefined,
    credentials: () => credentials,
  };
}

function fault(code: keyof typeof MESSAGES): { ok: false; faults: readonly Fault[] } {
  return { ok: false, faults: [{ path: 'legacyProxy', message: MESSAGES[code] }] };
}

function readCredentials(text: string) {
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1) return 'credentials';
  try {
    return {
      username: decodeURIComponent(text.slice(0, colon)),
      password: decodeURIComponent(text.slice(colon + 1)),
    };
  } catch {
    return 'encoding';
  }
}

const HOST = /^(\[[0-9a-f:.]+\]|[^\s:/?#[\]\\%]+)(.*)$/is;

function readAddress(text: string) {
  const [, host, tail = ''] = HOST.exec(text.replace(/\/$/, '')) ?? [];
  if (host === undefined) return 'host';
  if (/[/?#]/.test(tail)) return 'path';
  const [, digits = ''] = /^:(\d{1,5})$/.exec(tail) ?? [];
  const port = Number(digits);
  return port >= 1 && port <= 65_535 ? { host: host.toLowerCase(), port } : 'port';
}

export interface SecretReferences {
  readonly usernameSecret?: string | undefined;
  readonly passwordSecret?: string | undefined;
}

/** A profile, and what a person still has to do. */
export interface MadeProfile {
  readonly ok: true;
  readonly profile: ProxyProfile;
  readonly notes: readonly string[];
}

const NO_HTTPS =
  'Azure Monitor Agent supports no https proxy. The legacy Linux agent dropped https:// and spoke http to the same port: write http:// if the proxy answers plain HTTP there, else open a port on it that does';
const NO_IPV6 = 'Azure Monitor Agent needs http://host:port: give the proxy a name or an IPv4 address';

/**
 * The proxy profile that stands for a legacy proxy. Credentials of the text go nowhere: a profile names
 * the Key Vault secrets that hold them (D11).
 */
export function toProxyProfile(text: string, secrets: SecretReferences = {}): Parsed<MadeProfile> {
  const proxy = parseLegacyProxy(text);
  if (!proxy.ok) return proxy;
  const { usernameSecret, passwordSecret } = secrets;
  const wanted = proxy.hasCredentials || usernameSecret !== undefined || passwordSecret !== undefined;
  const faults: Fault[] = [
    ...(proxy.protocol === 'https' ? [{ path: 'legacyProxy', message: NO_HTTPS }] : []),
    ...(proxy.host.startsWith('[') ? [{ path: 'legacyProxy', message: NO_IPV6 }] : []),
    ...(wanted ? missing({ usernameSecret, passwordSecret }, proxy.hasCredentials) : []),
  ];
  if (faults.length > 0) return { ok: false, faults };
  const address = `http://${proxy.host}:${proxy.port}`;
  const profile = ProxyProfile.safeParse(
    wanted
      ? { kind: 'proxyWithCredentials', address, usernameSecret, passwordSecret }
      : { kind: 'proxy', address },
  );
  if (!profile.success) {
    return {
      ok: false,
      faults: faultsOf(profile.error).map(({ path, message }) => ({
        path: path === 'address' ? 'legacyProxy' : path,
        message,
      })),
    };
  }
  return { ok: true, profile: profile.data, notes: notesOf(profile.data, proxy.hasCredentials) };
}

function missing(secrets: SecretReferences, inText: boolean): readonly Fault[] {
  const why = inText ? 'the proxy wants credentials' : 'the other secret is given';
  return (['usernameSecret', 'passwordSecret'] as const)
    .filter((path) => secrets[path] === undefined)
    .map((path) => ({
      path,
      message: `is required, because ${why}: the address of a Key Vault secret, https://VAULT.vault.azure.net/secrets/NAME`,
    }));
}

function notesOf(profile: ProxyProfile, inText: boolean): readonly string[] {
  const gateway =
    "If the address is that of a Log Analytics gateway, use the kind 'gateway': it needs a list of allowed hosts.";
  if (profile.kind !== 'proxyWithCredentials') return [gateway];
  const source = inText ? 'of the legacy proxy, with its percent-encoding undone' : 'the proxy wants';
  return [
    `Store the user name ${source} in ${profile.usernameSecret}.`,
    `Store the password ${source} in ${profile.passwordSecret}.`,
    'The app keeps nothing of what was sent: it reads the two secrets when it installs the agent.',
    'The agent signs in to a proxy with basic authentication only. The legacy Linux agent wanted a user and a password even where the proxy asked for none: leave them out if they were made up.',
    gateway,
  ];
}
