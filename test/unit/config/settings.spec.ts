import { describe, expect, it } from 'vitest';
import { readSettings, SETTINGS } from '../../../shared/config/settings.ts';

function faultOf(environment: Record<string, string>): string {
  try {
    readSettings(environment);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

const TABLE = 'https://account.table.core.windows.net';
const EMULATOR = 'http://127.0.0.1:10002/devstoreaccount1';
const ESTATE = { AMA_ESTATE_URL: 'http://127.0.0.1:8080', IDENTITY_ENDPOINT: 'http://127.0.0.1:8080/token' };
const CLIENT_ID = '22222222-2222-4222-8222-222222222222';

describe('readSettings', () => {
  it('needs nothing: every setting has a default or is optional', () => {
    const settings = readSettings({});

    expect(settings).toMatchObject({
      callConcurrency: 8,
      discoveryDeadlineMinutes: 180,
      historyRetentionDays: 30,
      watchSchedule: '0 */5 * * * *',
    });
    expect(settings.estateUrl).toBeUndefined();
    expect(settings.managedIdentityClientId).toBeUndefined();
  });

  it.each(Object.entries(SETTINGS))(
    '%s has a name, a sentence, and a default its own schema accepts',
    (_, setting) => {
      expect(setting.name).toMatch(/^AMA_[A-Z_]+$/);
      expect(setting.description).toMatch(/^[A-Z].+\.$/);
      expect(setting.schema.safeParse(setting.default).success).toBe(true);
    },
  );

  it('no two settings share a name', () => {
    const names = Object.values(SETTINGS).map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
  });

  it('takes white space and empty values for "not set"', () => {
    expect(readSettings({ AMA_CALL_CONCURRENCY: '  ', AMA_ESTATE_URL: '' })).toEqual(readSettings({}));
    expect(readSettings({ AMA_CALL_CONCURRENCY: ' 12 ' }).callConcurrency).toBe(12);
  });

  it.each([
    ['AMA_CALL_CONCURRENCY', '0'],
    ['AMA_CALL_CONCURRENCY', '65'],
    ['AMA_CALL_CONCURRENCY', 'many'],
    ['AMA_CALL_CONCURRENCY', '2.5'],
    ['AMA_DISCOVERY_HEARTBEAT_DAYS', '-1'],
    ['AMA_HISTORY_RETENTION_DAYS', '0'],
    ['AMA_MANAGED_IDENTITY_CLIENT_ID', 'my-identity'],
    ['AMA_WATCH_SCHEDULE', '*/5 * * * *'],
    ['AMA_WATCH_SCHEDULE', 'every five minutes please or so'],
    ['AMA_WATCH_SCHEDULE', '0 60 * * * *'],
    ['AMA_CLEANUP_SCHEDULE', '0 30 24 * * *'],
    ['AMA_CLEANUP_SCHEDULE', '0 30 2 * 13 *'],
    ['AMA_CLEANUP_SCHEDULE', '0 30 2 0 * *'],
    ['AMA_CLEANUP_SCHEDULE', '0 30 2 * * 7'],
    ['AMA_WATCH_SCHEDULE', '0 */0 * * * *'],
    ['AMA_WATCH_SCHEDULE', '0 5/00 * * * *'],
    ['AMA_WATCH_SCHEDULE', '0 */ * * * *'],
    ['AMA_WATCH_SCHEDULE', '0 1,,2 * * * *'],
    ['AMA_WATCH_SCHEDULE', '0 5- * * * *'],
    ['AMA_WATCH_SCHEDULE', '0 * * * Foo *'],
    // A name in another field than its own.
    ['AMA_WATCH_SCHEDULE', '0 * Jan * * *'],
    ['AMA_WATCH_SCHEDULE', '0 * * * Mon *'],
    ['AMA_WATCH_SCHEDULE', '0 * * * * Jan'],
    ['AMA_DISCOVERY_DEADLINE_MINUTES', '0'],
    ['AMA_DISCOVERY_DEADLINE_MINUTES', '1441'],
    ['AMA_ESTATE_URL', 'https://127.0.0.1:8080'],
    ['AMA_ESTATE_URL', 'http://estate.example:8080'],
    ['AMA_ESTATE_URL', 'http://127.0.0.1.example:8080'],
    ['AMA_ESTATE_URL', 'http://user@evil.example/?http://localhost'],
    ['AMA_ESTATE_URL', 'localhost:8080'],
    ['AMA_LEDGER_TABLE_ENDPOINT', 'account'],
    ['AMA_LEDGER_TABLE_ENDPOINT', 'http://account.table.core.windows.net'],
    ['AMA_LEDGER_TABLE_ENDPOINT', 'https://account.blob.core.windows.net'],
    ['AMA_LEDGER_TABLE_ENDPOINT', 'https://account.table.core.windows.net.evil.example'],
    ['AMA_LEDGER_TABLE_ENDPOINT', 'https://evil.example/account.table.core.windows.net'],
    ['AMA_LEDGER_TABLE_ENDPOINT', 'https://Account.table.core.windows.net'],
    ['AMA_LEDGER_TABLE_ENDPOINT', 'https://account.table.core.windows.net?sv=2024&sig=abc'],
    ['AMA_LEDGER_TABLE_ENDPOINT', 'https://127.0.0.1:10002/devstoreaccount1'],
    ['AMA_LEDGER_TABLE_ENDPOINT', 'http://10.0.0.4:10002/devstoreaccount1'],
    ['AMA_LEDGER_TABLE_ENDPOINT', 'http://127.0.0.1:10002'],
    ['AMA_LEDGER_TABLE', 'a'],
    ['AMA_LEDGER_TABLE', 'ama-ledger'],
    ['AMA_LEDGER_TABLE', '1ledger'],
    ['AMA_LEDGER_TABLE', 'Tables'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(faultOf({ [name]: value })).toContain(`${name}: `);
  });

  it.each([
    '0 */5 * * * *',
    '0 30 2 * * *',
    '0 0 9-17 * * 1-5',
    '0 0,30 2 * Jan Mon',
    '0 0 2 * jan-MAR Mon-Fri',
    '0 10-50/10 0 1,15 1 0',
    '59 59 23 31 12 6',
  ])('accepts the schedule %s', (schedule) => {
    expect(readSettings({ AMA_WATCH_SCHEDULE: schedule }).watchSchedule).toBe(schedule);
  });

  it.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])(
    'accepts the estate at %s',
    (url) => {
      expect(
        readSettings({ AMA_ESTATE_URL: url, IDENTITY_ENDPOINT: `${url}/identity/token` }).estateUrl,
      ).toBe(url);
    },
  );

  it('names every fault in one message', () => {
    const message = faultOf({
      AMA_CALL_CONCURRENCY: 'x',
      AMA_HISTORY_RETENTION_DAYS: 'y',
      AMA_ESTATE_URL: 'z',
    });

    expect(message.split('\n')).toHaveLength(5);
    for (const name of ['AMA_CALL_CONCURRENCY', 'AMA_HISTORY_RETENTION_DAYS', 'AMA_ESTATE_URL'])
      expect(message).toContain(name);
  });

  it.each([
    [
      'an estate in Azure',
      { WEBSITE_INSTANCE_ID: 'abc', AMA_LEDGER_TABLE_ENDPOINT: TABLE },
      'AMA_ESTATE_URL: must not be set in Azure',
    ],
    [
      'an estate and an identity',
      { AMA_MANAGED_IDENTITY_CLIENT_ID: CLIENT_ID },
      'AMA_MANAGED_IDENTITY_CLIENT_ID: has no meaning',
    ],
  ])('refuses the contradiction of %s', (_, environment, fault) => {
    expect(faultOf({ AMA_ESTATE_URL: 'http://127.0.0.1:8080', ...environment })).toContain(fault);
    expect(faultOf(environment)).toBe('');
  });

  it('a blank setting contradicts nothing', () => {
    expect(
      faultOf({ AMA_ESTATE_URL: ' ', WEBSITE_INSTANCE_ID: 'abc', AMA_LEDGER_TABLE_ENDPOINT: TABLE }),
    ).toBe('');
  });

  it.each([
    [TABLE, {}],
    [`${TABLE}/`, {}],
    ['https://account.table.core.usgovcloudapi.net', { AMA_CLOUD: 'government' }],
    ['https://account.table.core.chinacloudapi.cn', { AMA_CLOUD: 'china' }],
    [TABLE, { WEBSITE_INSTANCE_ID: 'abc', AMA_LEDGER_TABLE: 'Ledger2' }],
    [EMULATOR, {}],
    [EMULATOR, ESTATE],
    ['http://localhost:40123/devstoreaccount1', { AMA_CLOUD: 'china' }],
  ])('accepts the table at %s with %j', (endpoint, environment) => {
    const settings = readSettings({ AMA_LEDGER_TABLE_ENDPOINT: endpoint, ...environment });

    expect(settings.ledgerTableEndpoint).toBe(endpoint.replace(/\/$/, ''));
  });

  it.each([
    ['a file in Azure', { WEBSITE_INSTANCE_ID: 'abc' }, 'AMA_LEDGER_TABLE_ENDPOINT: is missing'],
    [
      'an emulator in Azure',
      { WEBSITE_INSTANCE_ID: 'abc', AMA_LEDGER_TABLE_ENDPOINT: EMULATOR },
      'AMA_LEDGER_TABLE_ENDPOINT: must not be an emulator in Azure',
    ],
    [
      'a table and a file',
      { AMA_LEDGER_TABLE_ENDPOINT: TABLE, AMA_LEDGER_PATH: 'ledger.sqlite' },
      'AMA_LEDGER_PATH: has no meaning',
    ],
    [
      'a real table and an estate',
      { AMA_LEDGER_TABLE_ENDPOINT: TABLE, ...ESTATE },
      'AMA_LEDGER_TABLE_ENDPOINT: must be an emulator with AMA_ESTATE_URL',
    ],
    [
      'a table in another cloud',
      { AMA_LEDGER_TABLE_ENDPOINT: TABLE, AMA_CLOUD: 'china' },
      'AMA_LEDGER_TABLE_ENDPOINT: must end in .table.core.chinacloudapi.cn, as AMA_CLOUD is china',
    ],
    [
      'a table of another cloud',
      { AMA_LEDGER_TABLE_ENDPOINT: 'https://account.table.core.usgovcloudapi.net' },
      'AMA_LEDGER_TABLE_ENDPOINT: must end in .table.core.windows.net, as AMA_CLOUD is public',
    ],
  ])('refuses %s', (_, environment, fault) => {
    expect(faultOf(environment)).toContain(fault);
  });

  it('asks where to sign in when the estate is simulated', () => {
    expect(() => readSettings({ AMA_ESTATE_URL: 'http://127.0.0.1:7199' })).toThrow(
      'IDENTITY_ENDPOINT: is missing',
    );
  });
});

describe('who may call', () => {
  const AZURE = {
    WEBSITE_INSTANCE_ID: 'i',
    AMA_LEDGER_TABLE_ENDPOINT: 'https://contoso.table.core.windows.net',
  };
  const access = (environment: Record<string, string>) => {
    const { signIn, keyRoles } = readSettings(environment);
    return [signIn, keyRoles.join(',')];
  };

  it.each<[string, Record<string, string>, string[]]>([
    ['outside Azure keys give everything', {}, ['off', 'reader,operator,approver']],
    ['in Azure without sign-in a key cannot approve', AZURE, ['off', 'reader,operator']],
    ['unless somebody says so', { ...AZURE, AMA_KEY_ROLES: 'approver,reader' }, ['off', 'reader,approver']],
    ['behind the sign-in a key gives nothing', { ...AZURE, WEBSITE_AUTH_ENABLED: 'True' }, ['platform', '']],
    [
      'or what the setting says',
      { WEBSITE_AUTH_ENABLED: 'true', AMA_KEY_ROLES: 'reader' },
      ['platform', 'reader'],
    ],
    ['the platform may say no', { ...AZURE, WEBSITE_AUTH_ENABLED: 'False' }, ['off', 'reader,operator']],
    [
      'a person may say no',
      { WEBSITE_AUTH_ENABLED: 'True', AMA_SIGN_IN: 'off', AMA_KEY_ROLES: 'none' },
      ['off', ''],
    ],
    ['or yes', { AMA_SIGN_IN: 'platform' }, ['platform', '']],
  ])('%s', (_, environment, expected) => {
    expect(access(environment)).toEqual(expected);
  });
});
