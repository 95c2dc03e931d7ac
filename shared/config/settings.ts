import { z } from 'zod';
import { ROLES, type Role } from '../model/caller.ts';
import type { CloudName } from '../model/clouds.ts';

/**
 * Every setting of the app, once: name, meaning, default, whether it is secret (D12). Documentation, the
 * sample file and the infrastructure check are made from this table.
 */
export interface SettingDefinition {
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodType<unknown>;
  /** As it would be written in an environment variable; undefined: the setting has no value unless set. */
  readonly default: string | undefined;
  readonly secret: boolean;
}

function define<T>(
  name: string,
  schema: z.ZodType<T>,
  description: string,
  fallback?: string,
): SettingDefinition & { readonly schema: z.ZodType<T> } {
  return { name, schema, description, default: fallback, secret: false };
}

const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
/** Six fields, seconds first, as the timer trigger reads them. */
const ncrontab = z
  .string()
  .regex(
    /^\S+( \S+){5}$/,
    'must be an NCRONTAB expression of six fields: second minute hour day month weekday',
  )
  .refine(
    (text) => text.split(' ').every((field, i) => isField(field, NCRONTAB_FIELDS[i] ?? { min: 0, max: 0 })),
    {
      message: 'has a field that is out of range or malformed',
    },
  );
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ');
const NCRONTAB_FIELDS: readonly { min: number; max: number; names?: readonly string[] }[] = [
  { min: 0, max: 59 },
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: WEEKDAYS },
];

function isField(field: string, { min, max, names = [] }: (typeof NCRONTAB_FIELDS)[number]): boolean {
  const isValue = (value: string | undefined) =>
    value === undefined ||
    names.includes(value.toLowerCase()) ||
    (/^\d+$/.test(value) && Number(value) >= min && Number(value) <= max);
  return field.split(',').every((part) => {
    const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/([1-9]\d*))?$/.exec(part);
    return match !== null && isValue(match[1]) && isValue(match[2]);
  });
}

const hostList = z
  .string()
  .transform((text) => text.split(',').flatMap((host) => host.trim().toLowerCase() || []))
  .refine((hosts) => hosts.every((host) => /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/.test(host)), {
    message: 'must be names of hosts, apart by commas; no addresses, ports or wildcards',
  });
const keyRoles = z
  .string()
  .transform((text) => (text === 'auto' ? 'auto' : text.split(',').flatMap((role) => role.trim() || [])))
  .refine(
    (roles): roles is 'auto' | Role[] =>
      roles === 'auto' ||
      roles.every((role) => role === 'none' || (ROLES as readonly string[]).includes(role)),
    { message: `must be "auto", "none" or roles, apart by commas: ${ROLES.join(', ')}` },
  )
  .transform((roles) => (roles === 'auto' ? roles : ROLES.filter((role) => roles.includes(role))));
const tenantList = z
  .string()
  .transform((text) => text.split(',').flatMap((id) => id.trim().toLowerCase() || []))
  .pipe(z.array(z.guid('must be ids of tenants, apart by commas')));
const loopbackUrl = z
  .url({ protocol: /^http$/, hostname: /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/ })
  .describe('an http address on loopback');

/** Account names: 3 to 24 lower-case letters and digits ("Storage account overview", Storage account name). */
const TABLE_HOST = /^https:\/\/[a-z0-9]{3,24}\.table\.([a-z0-9.]+)\/?$/;
const EMULATED_TABLE = /^http:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\]):\d{1,5}\/[a-z0-9]{3,24}\/?$/;
const TABLE_SUFFIXES: Readonly<Record<CloudName, string>> = {
  public: 'core.windows.net',
  government: 'core.usgovcloudapi.net',
  china: 'core.chinacloudapi.cn',
};
const tableEndpoint = z
  .string()
  .refine(
    (url) =>
      EMULATED_TABLE.test(url) || Object.values(TABLE_SUFFIXES).includes(TABLE_HOST.exec(url)?.[1] ?? ''),
    {
      message:
        'must be https://ACCOUNT.table.SUFFIX with the suffix of an Azure cloud, or http://127.0.0.1:PORT/ACCOUNT for an emulator',
    },
  )
  .transform((url) => url.replace(/\/$/, ''));

export const SETTINGS = {
  ledgerTableEndpoint: define(
    'AMA_LEDGER_TABLE_ENDPOINT',
    tableEndpoint.optional(),
    'Table service that holds the ledger: "https://ACCOUNT.table.core.windows.net", signed in as the app. Empty: the embedded ledger, which is refused in Azure. An emulator is reached at "http://127.0.0.1:10002/devstoreaccount1".',
  ),
  ledgerTable: define(
    'AMA_LEDGER_TABLE',
    // "Understanding the Table service data model", Table names.
    z
      .string()
      .regex(/^(?!tables$)[a-z][a-z0-9]{2,62}$/i, 'must be 3 to 63 letters and digits, a letter first'),
    "Name of the ledger's table; made on first use.",
    'amaledger',
  ),
  ledgerPath: define(
    'AMA_LEDGER_PATH',
    z.string().min(1),
    'File of the embedded ledger (SQLite), or ":memory:". For one process at a time.',
    '.data/ledger.sqlite',
  ),
  managedIdentityClientId: define(
    'AMA_MANAGED_IDENTITY_CLIENT_ID',
    z.uuid().optional(),
    'Client id of the user-assigned identity the app signs in with. Empty: the default credential chain.',
  ),
  cloud: define(
    'AMA_CLOUD',
    z.enum(['public', 'government', 'china']),
    'The Azure cloud the estate is in: "public", "government" or "china". Decides every address the app and the agents speak to.',
    'public',
  ),
  estateUrl: define(
    'AMA_ESTATE_URL',
    loopbackUrl.optional(),
    'Address of a simulated Azure on loopback. Never set it in Azure; the app refuses to start there with it.',
  ),
  callConcurrency: define(
    'AMA_CALL_CONCURRENCY',
    integer(1, 64),
    'Requests to Azure that one activity has under way at the same time.',
    '8',
  ),
  discoveryHeartbeatDays: define(
    'AMA_DISCOVERY_HEARTBEAT_DAYS',
    integer(1, 730),
    'How far back discovery looks for agent heartbeats, in days. Legacy agents last wrote in early 2026, and only their old heartbeats say that SCOM needs one.',
    '400',
  ),
  discoveryDeadlineMinutes: define(
    'AMA_DISCOVERY_DEADLINE_MINUTES',
    integer(1, 1440),
    'How long taking an inventory may last before it is given up, in minutes.',
    '180',
  ),
  watchSchedule: define(
    'AMA_WATCH_SCHEDULE',
    ncrontab,
    'When the timer that watches waves runs (NCRONTAB, UTC).',
    '0 */5 * * * *',
  ),
  cleanupSchedule: define(
    'AMA_CLEANUP_SCHEDULE',
    ncrontab,
    'When the clean-up timer runs (NCRONTAB, UTC).',
    '0 30 2 * * *',
  ),
  checkHosts: define(
    'AMA_CHECK_HOSTS',
    hostList,
    'Hosts that checks of a plan may ask by https, apart by commas: "status.contoso.com". They are asked at public addresses on port 443. Empty: none.',
    '',
  ),
  signIn: define(
    'AMA_SIGN_IN',
    z.enum(['auto', 'platform', 'off']),
    'Whether App Service authentication stands in front of the app, so that its headers can be believed: "auto" asks the platform, "platform" says yes, "off" says no. Never say "platform" where nothing takes these headers off incoming requests.',
    'auto',
  ),
  signInTenants: define(
    'AMA_SIGN_IN_TENANTS',
    tenantList,
    'Ids of the tenants whose principals may call, apart by commas. Empty: those that App Service authentication lets through.',
    '',
  ),
  keyRoles: define(
    'AMA_KEY_ROLES',
    keyRoles,
    'Roles that a function key without a sign-in gives: "none", or some of "reader,operator,approver". With "auto" none where people sign in, "reader,operator" in Azure without sign-in, and all elsewhere.',
    'auto',
  ),
  callsPerMinute: define(
    'AMA_CALLS_PER_MINUTE',
    integer(10, 1_000_000),
    'Calls a minute that one instance of the app answers to one caller; more get 429.',
    '1200',
  ),
  inventoryRetentionDays: define(
    'AMA_INVENTORY_RETENTION_DAYS',
    integer(1, 3650),
    'Days after which an inventory is deleted. The newest completed one stays, and every one that a plan was made from.',
    '180',
  ),
  waveRetentionDays: define(
    'AMA_WAVE_RETENTION_DAYS',
    integer(1, 3650),
    'Days after the end of a wave after which its machines and their evidence are deleted, and it can no longer be rolled back. Its record, counts and audit trail stay.',
    '1095',
  ),
  historyRetentionDays: define(
    'AMA_HISTORY_RETENTION_DAYS',
    integer(1, 3650),
    'Days after which the durable history of finished orchestrations is purged; the ledger keeps the facts.',
    '30',
  ),
} as const;

type Parsed = {
  readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K]['schema'] extends z.ZodType<infer T>
    ? T
    : never;
};

export type Settings = Omit<Parsed, 'signIn' | 'keyRoles'> & Access;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings from an environment; throws one error that names every fault. */
export function readSettings(environment: Environment): Settings {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, { name, schema, default: fallback }] of Object.entries(SETTINGS)) {
    const given = environment[name]?.trim();
    const parsed = schema.safeParse(given ? given : fallback);
    if (parsed.success) values[key] = parsed.data;
    else faults.push(`${name}: ${parsed.error.issues.map(({ message }) => message).join('; ')}`);
  }
  faults.push(...contradictions(environment), ...ledgerContradictions(environment));
  const access = accessOf(values as Parsed, environment);
  if (access.signIn === 'platform' && access.keyRoles.includes('approver'))
    faults.push(
      'AMA_KEY_ROLES: must not hold "approver" where people sign in; a key could approve under any name',
    );
  if (faults.length > 0) {
    const error = new Error(`The app cannot start, settings are wrong.\n  ${faults.join('\n  ')}`);
    error.name = 'SettingsError';
    throw error;
  }
  return { ...(values as Parsed), ...access };
}

/** Who may call, once it is known where the app runs. */
export interface Access {
  readonly signIn: 'platform' | 'off';
  readonly keyRoles: readonly Role[];
}

/**
 * `WEBSITE_AUTH_ENABLED` is put there by the platform and says whether App Service authentication is on (Microsoft
 * Learn, "Environment variables and app settings in Azure App Service", "Authentication & Authorization").
 */
function accessOf({ signIn, keyRoles: given }: Parsed, environment: Environment): Access {
  const platform =
    signIn === 'auto' ? /^(true|1)$/i.test(environment['WEBSITE_AUTH_ENABLED'] ?? '') : signIn === 'platform';
  if (given !== undefined && given !== 'auto')
    return { signIn: platform ? 'platform' : 'off', keyRoles: given };
  if (platform) return { signIn: 'platform', keyRoles: [] };
  // Without sign-in nobody can tell who approves: in Azure somebody has to take that on by name of the setting.
  const inAzure = Boolean(environment['WEBSITE_INSTANCE_ID']?.trim());
  return { signIn: 'off', keyRoles: inAzure ? ['reader', 'operator'] : ROLES };
}

function contradictions(environment: Environment): string[] {
  const faults: string[] = [];
  const isSet = (name: string) => Boolean(environment[name]?.trim());
  if (isSet('AMA_ESTATE_URL') && isSet('WEBSITE_INSTANCE_ID')) {
    faults.push('AMA_ESTATE_URL: must not be set in Azure, or a real fleet would seem migrated that is not');
  }
  if (isSet('AMA_ESTATE_URL') && !isSet('IDENTITY_ENDPOINT')) {
    faults.push(
      'IDENTITY_ENDPOINT: is missing; with AMA_ESTATE_URL the app signs in at the simulated Azure, which prints the value',
    );
  }
  if (isSet('AMA_ESTATE_URL') && isSet('AMA_MANAGED_IDENTITY_CLIENT_ID')) {
    faults.push('AMA_MANAGED_IDENTITY_CLIENT_ID: has no meaning with AMA_ESTATE_URL; remove one of them');
  }
  return faults;
}

function ledgerContradictions(environment: Readonly<Record<string, string | undefined>>): string[] {
  const given = (name: string) => environment[name]?.trim() ?? '';
  const endpoint = given('AMA_LEDGER_TABLE_ENDPOINT');
  const isInAzure = given('WEBSITE_INSTANCE_ID') !== '';
  if (endpoint === '') {
    return isInAzure
      ? [
          'AMA_LEDGER_TABLE_ENDPOINT: is missing; in Azure the embedded ledger would be lost with the instance that holds it',
        ]
      : [];
  }
  const faults: string[] = [];
  if (given('AMA_LEDGER_PATH') !== '')
    faults.push('AMA_LEDGER_PATH: has no meaning with AMA_LEDGER_TABLE_ENDPOINT; remove one of them');
  if (EMULATED_TABLE.test(endpoint)) {
    if (isInAzure) faults.push('AMA_LEDGER_TABLE_ENDPOINT: must not be an emulator in Azure');
    return faults;
  }
  if (given('AMA_ESTATE_URL') !== '') {
    faults.push(
      'AMA_LEDGER_TABLE_ENDPOINT: must be an emulator with AMA_ESTATE_URL, or a rehearsal would be written into a real ledger',
    );
  }
  const cloud = (given('AMA_CLOUD') || 'public') as CloudName;
  const suffix = TABLE_SUFFIXES[cloud];
  if (suffix !== undefined && TABLE_HOST.exec(endpoint)?.[1] !== suffix)
    faults.push(`AMA_LEDGER_TABLE_ENDPOINT: must end in .table.${suffix}, as AMA_CLOUD is ${cloud}`);
  return faults;
}
