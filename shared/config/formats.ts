import { z } from 'zod';
import { ROLES, type Role } from '../model/caller.ts';
import type { CloudName } from '../model/clouds.ts';

/** How the values of settings are written. */

export const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
/** Six fields, seconds first, as the timer trigger reads them. */
export const ncrontab = z
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

/** What stands between commas, without what is empty. */
function listed(text: string): string[] {
  return text.split(',').flatMap((item) => item.trim() || []);
}

export const hostList = z
  .string()
  .transform((text) => listed(text.toLowerCase()))
  .refine((hosts) => hosts.every((host) => /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/.test(host)), {
    message: 'must be names of hosts, apart by commas; no addresses, ports or wildcards',
  });
/** Names of hosts, or `*.` before a name for all below it. */
export const hostPatterns = z
  .string()
  .transform((text) => text.split(',').flatMap((host) => host.trim().toLowerCase() || []))
  .refine((hosts) => hosts.every((host) => /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/.test(host)), {
    message: 'must be names of hosts, apart by commas, "*." before those below which all are meant',
  });
export const apiUrl = z
  .url({ protocol: /^https$/, error: 'must be an https address' })
  .refine((url) => !/[?#]/.test(url), { message: 'must have no query' })
  .transform((url) => url.replace(/\/$/, ''));
export const secretAddress = z
  .string()
  .regex(
    /^https:\/\/[a-z0-9-]{3,24}\.vault\.(azure\.net|usgovcloudapi\.net|azure\.cn)\/secrets\/[A-Za-z0-9-]+$/,
    'must be https://VAULT.vault.azure.net/secrets/NAME, without a version',
  );
/** "Event Grid: Publish events to custom topics", Endpoint; the suffix of each cloud. */
export const topicEndpoint = z
  .string()
  .regex(
    /^https:\/\/[a-z0-9-]{3,50}\.[a-z0-9]+-\d+\.eventgrid\.azure\.(net|us|cn)\/api\/events$/,
    'must be https://TOPIC.REGION-1.eventgrid.azure.net/api/events',
  );
export const keyRoles = z
  .string()
  .transform((text) => (text === 'auto' ? 'auto' : listed(text)))
  .refine(
    (roles): roles is 'auto' | Role[] =>
      roles === 'auto' ||
      roles.every((role) => role === 'none' || (ROLES as readonly string[]).includes(role)),
    { message: `must be "auto", "none" or roles, apart by commas: ${ROLES.join(', ')}` },
  )
  .transform((roles) => (roles === 'auto' ? roles : ROLES.filter((role) => roles.includes(role))));
export const tenantList = z
  .string()
  .transform((text) => listed(text.toLowerCase()))
  .pipe(z.array(z.guid('must be ids of tenants, apart by commas')));
export const loopbackUrl = z
  .url({ protocol: /^http$/, hostname: /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/ })
  .describe('an http address on loopback');

/** Account names: 3 to 24 lower-case letters and digits ("Storage account overview", Storage account name). */
export const TABLE_HOST = /^https:\/\/[a-z0-9]{3,24}\.table\.([a-z0-9.]+)\/?$/;
export const EMULATED_TABLE = /^http:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\]):\d{1,5}\/[a-z0-9]{3,24}\/?$/;
export const TABLE_SUFFIXES: Readonly<Record<CloudName, string>> = {
  public: 'core.windows.net',
  government: 'core.usgovcloudapi.net',
  china: 'core.chinacloudapi.cn',
};
export const tableEndpoint = z
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
