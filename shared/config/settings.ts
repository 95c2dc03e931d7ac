import { z } from 'zod';
import { type Access, accessOf } from './access.ts';
import { contradictions } from './contradictions.ts';
import { define } from './define.ts';
import {
  apiUrl,
  hostList,
  hostPatterns,
  integer,
  keyRoles,
  loopbackUrl,
  ncrontab,
  secretAddress,
  tableEndpoint,
  tenantList,
  topicEndpoint,
} from './formats.ts';
import { TICKET_SETTINGS } from './ticket-settings.ts';

export type { SettingDefinition } from './define.ts';

/**
 * Every setting of the app, once: name, meaning, default, whether it is secret (D12). Documentation, the
 * sample file and the infrastructure check are made from this table.
 */
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
  driftSchedule: define(
    'AMA_DRIFT_SCHEDULE',
    ncrontab,
    'When the drift check runs (NCRONTAB, UTC). It takes an inventory, and remedies only what the drift policy lets it.',
    '0 0 1 * * *',
  ),
  digestSchedule: define(
    'AMA_DIGEST_SCHEDULE',
    ncrontab,
    'When digests of the day and the week before are made, unless they were (NCRONTAB, UTC).',
    '0 0 6 * * *',
  ),
  checkHosts: define(
    'AMA_CHECK_HOSTS',
    hostList,
    'Hosts that checks of a plan may ask by https, apart by commas: "status.contoso.com". They are asked at public addresses on port 443. Empty: none.',
    '',
  ),
  apiUrl: define(
    'AMA_API_URL',
    apiUrl.optional(),
    'Where people and tools reach the API: "https://APP.azurewebsites.net/api". Events name it as their source and link there. Empty: links are paths.',
  ),
  eventHosts: define(
    'AMA_EVENT_HOSTS',
    hostPatterns,
    'Hosts that events may be sent to by https, apart by commas: "siem.contoso.com,*.logic.azure.com". They are called at public addresses on port 443. Empty: none.',
    '',
  ),
  eventKeySecret: define(
    'AMA_EVENT_KEY_SECRET',
    secretAddress.optional(),
    'Address of the Key Vault secret that seals addresses of subscriptions in the ledger: "https://VAULT.vault.azure.net/secrets/NAME". Empty: addresses are taken as Key Vault references alone.',
  ),
  eventGridTopic: define(
    'AMA_EVENT_GRID_TOPIC',
    topicEndpoint.optional(),
    'Endpoint of an Event Grid topic with the CloudEvents schema that gets every event: "https://TOPIC.REGION-1.eventgrid.azure.net/api/events". Empty: none.',
  ),
  eventRetryHours: define(
    'AMA_EVENT_RETRY_HOURS',
    integer(1, 168),
    'Hours for which an event is sent again before it becomes a dead letter.',
    '72',
  ),
  eventRetentionDays: define(
    'AMA_EVENT_RETENTION_DAYS',
    integer(8, 3650),
    'Days after the last event of a wave, run or inventory after which its events and dead letters are deleted.',
    '60',
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
  answerSeconds: define(
    'AMA_ANSWER_SECONDS',
    integer(1, 225),
    'Seconds that a call of the API may take; one that takes longer gets 504, and asks Azure for nothing more. Azure itself cuts a call off after 230.',
    '200',
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
  driftRetentionDays: define(
    'AMA_DRIFT_RETENTION_DAYS',
    integer(1, 3650),
    'Days after which a drift check and the inventory it took are deleted; the newest stays.',
    '30',
  ),
  historyRetentionDays: define(
    'AMA_HISTORY_RETENTION_DAYS',
    integer(1, 3650),
    'Days after which the durable history of finished orchestrations is purged; the ledger keeps the facts.',
    '30',
  ),
  ...TICKET_SETTINGS,
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
  faults.push(...contradictions(environment));
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
