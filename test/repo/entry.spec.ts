import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = new URL('../../', import.meta.url);
const ENTRY = new URL(packageJson.main, ROOT);
const LISTER = fileURLToPath(new URL('../support/contract/list-functions.ts', import.meta.url));

const built = existsSync(ENTRY);
if (!built) console.log(`skipped: ${packageJson.main} is not built (npm run build)`);

/** What answers without a key, wherever the app runs. */
const OPEN = ['health', 'tickets/callback', 'dashboard', 'dashboard/{file}'];

interface Listed {
  readonly name: string;
  readonly trigger: string;
  readonly route?: string;
  readonly methods?: readonly string[];
  readonly authLevel?: string;
  readonly schedule?: string;
}

describe.skipIf(!built)('the entry that Azure loads', () => {
  let plain: readonly Listed[] = [];
  beforeAll(() => {
    plain = list();
  });

  it('registers these functions, and no other', () => {
    const names = (trigger: string) => plain.filter((one) => one.trigger === trigger).map(({ name }) => name);
    expect(names('orchestrationTrigger').sort()).toEqual([
      'batch',
      'cell',
      'deliver',
      'discovery',
      'drift',
      'planRun',
      'ticket',
      'wave',
    ]);
    expect(names('entityTrigger')).toEqual(['budget']);
    expect(names('timerTrigger').sort()).toEqual(['checkDrift', 'cleanUp', 'makeDigests', 'watch']);
    expect(names('activityTrigger').sort()).toEqual([
      'advanceDrift',
      'advanceInventory',
      'advanceRun',
      'advanceWave',
      'associate',
      'confirm',
      'deliverEvents',
      'disableConnector',
      'failDriftRun',
      'failInventory',
      'install',
      'recordHold',
      'recordRunHold',
      'returnLegacy',
      'reverify',
      'syncTicket',
      'undoAssociate',
      'undoConnector',
      'undoInstall',
      'uninstall',
      'verify',
    ]);
    const known = ['httpTrigger', 'timerTrigger', 'orchestrationTrigger', 'entityTrigger', 'activityTrigger'];
    expect(known).toEqual(expect.arrayContaining(plain.map(({ trigger }) => trigger)));
  });

  it('answers these calls', () => {
    const http = plain.filter(({ trigger }) => trigger === 'httpTrigger');
    expect(http.map(({ methods, route }) => `${methods?.join()} ${route}`).sort()).toEqual([
      'DELETE subscriptions/{id}',
      'GET audit',
      'GET audit/check',
      'GET connectors',
      'GET connectors/{workspace}',
      'GET connectors/{workspace}/impact',
      'GET dashboard',
      'GET dashboard/{file}',
      'GET digest',
      'GET drift',
      'GET drift-policy',
      'GET drift/{id}',
      'GET drift/{id}/findings',
      'GET duplicate-ingestion',
      'GET exceptions',
      'GET fleet/history',
      'GET health',
      'GET inventories',
      'GET inventories/{id}',
      'GET inventories/{id}/diff',
      'GET inventories/{id}/findings',
      'GET inventories/{id}/machines',
      'GET inventories/{id}/workspaces',
      'GET machine',
      'GET me',
      'GET openapi.json',
      'GET overview',
      'GET plans',
      'GET plans/{id}',
      'GET plans/{id}/blocked',
      'GET plans/{id}/report',
      'GET plans/{id}/runs',
      'GET plans/{id}/runs/{runId}',
      'GET plans/{id}/waves/{wave}/machines',
      'GET reinstall-paths',
      'GET rulesets',
      'GET rulesets/{id}',
      'GET rulesets/{id}/bicep',
      'GET rulesets/{id}/blast-radius',
      'GET rulesets/{id}/deployments',
      'GET rulesets/{id}/levers',
      'GET subscriptions',
      'GET subscriptions/{id}',
      'GET subscriptions/{id}/dead-letters',
      'GET throttle',
      'GET waves',
      'GET waves/{id}',
      'GET waves/{id}/audit',
      'GET waves/{id}/board',
      'GET waves/{id}/evidence',
      'GET waves/{id}/machines',
      'GET waves/{id}/report',
      'GET waves/{id}/table',
      'GET waves/{id}/timeline',
      'GET waves/{id}/verdicts',
      'POST agent-policies',
      'POST connectors/{workspace}/disable',
      'POST connectors/{workspace}/restore',
      'POST drift',
      'POST drift-policy',
      'POST drift/{id}/remedies/{remedy}/start',
      'POST exceptions',
      'POST exceptions/{id}/revoke',
      'POST guards',
      'POST inventories',
      'POST inventories/{id}/network',
      'POST plans',
      'POST plans/{id}/runs',
      'POST plans/{id}/runs/{runId}/abort',
      'POST plans/{id}/runs/{runId}/hold',
      'POST plans/{id}/runs/{runId}/promote',
      'POST plans/{id}/runs/{runId}/resume',
      'POST proxy-profiles',
      'POST reinstall-paths/auto-provisioning/disable',
      'POST rulesets',
      'POST rulesets/{id}/deploy',
      'POST rulesets/{id}/levers',
      'POST subscriptions',
      'POST subscriptions/{id}/replay',
      'POST tables/migrate',
      'POST tickets/callback',
      'POST waves',
      'POST waves/{id}/abort',
      'POST waves/{id}/approve',
      'POST waves/{id}/hold',
      'POST waves/{id}/machines',
      'POST waves/{id}/promote',
      'POST waves/{id}/resume',
      'POST waves/{id}/retry',
      'POST waves/{id}/rollback',
    ]);
    const open = http.filter(({ authLevel }) => authLevel !== 'function');
    expect(open.map(({ route, authLevel }) => `${route} ${authLevel}`).sort()).toEqual([
      'dashboard anonymous',
      'dashboard/{file} anonymous',
      'health anonymous',
      'tickets/callback anonymous',
    ]);
  });

  it('asks for no key where people sign in and a key gives nothing', () => {
    const levels = (settings: Readonly<Record<string, string>>) => [
      ...new Set(
        list(settings).flatMap(({ authLevel, route }) =>
          OPEN.includes(route ?? '') ? [] : (authLevel ?? []),
        ),
      ),
    ];
    expect(levels({ WEBSITE_AUTH_ENABLED: 'True' })).toEqual(['anonymous']);
    expect(levels({ WEBSITE_AUTH_ENABLED: 'True', AMA_KEY_ROLES: 'reader' })).toEqual(['function']);
    expect(levels({ WEBSITE_AUTH_ENABLED: 'False' })).toEqual(['function']);
    const ledger = { AMA_LEDGER_TABLE_ENDPOINT: 'https://contoso.table.core.windows.net' };
    expect(levels({ WEBSITE_INSTANCE_ID: 'i', ...ledger })).toEqual(['function']);
  });

  it('gives every function a name of its own, whatever the case', () => {
    const names = plain.map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9]{0,126}$/);
  });

  it('takes the schedules of its timers from the settings', () => {
    const schedules = list({ AMA_WATCH_SCHEDULE: '*/7 * * * * *' })
      .filter(({ trigger }) => trigger === 'timerTrigger')
      .map(({ name, schedule }) => [name, schedule]);
    expect(Object.fromEntries(schedules)).toEqual({
      watch: '*/7 * * * * *',
      cleanUp: '0 30 2 * * *',
      checkDrift: '0 0 1 * * *',
      makeDigests: '0 0 6 * * *',
    });
  });

  it.each([
    [{ AMA_CALL_CONCURRENCY: '0' }, 'AMA_CALL_CONCURRENCY: '],
    [{ AMA_CLOUD: 'moon' }, 'AMA_CLOUD: '],
    [{ AMA_CALL_CONCURRENCY: 'many' }, 'AMA_CALL_CONCURRENCY: '],
    [{ AMA_MANAGED_IDENTITY_CLIENT_ID: 'me' }, 'AMA_MANAGED_IDENTITY_CLIENT_ID: '],
    [{ AMA_ESTATE_URL: 'http://estate.example' }, 'AMA_ESTATE_URL: '],
    [
      { AMA_ESTATE_URL: 'http://127.0.0.1:1', WEBSITE_INSTANCE_ID: 'i' },
      'AMA_ESTATE_URL: must not be set in Azure',
    ],
    [{ AMA_KEY_ROLES: 'owner' }, 'AMA_KEY_ROLES: '],
    [{ AMA_SIGN_IN: 'platform', AMA_KEY_ROLES: 'reader,approver' }, 'AMA_KEY_ROLES: must not hold'],
    [{ AMA_SIGN_IN_TENANTS: 'contoso' }, 'AMA_SIGN_IN_TENANTS: '],
    [{ AMA_WATCH_SCHEDULE: 'every five minutes' }, 'AMA_WATCH_SCHEDULE: '],
    [{ AMA_CLEANUP_SCHEDULE: '99 0 * * * *' }, 'AMA_CLEANUP_SCHEDULE: '],
  ])('does not start with %j, and says why once', (settings, message) => {
    const { status, stderr } = run(settings);
    expect(status).not.toBe(0);
    expect(stderr).toContain('The app cannot start, settings are wrong.');
    expect(stderr.split(message)).toHaveLength(2);
  });

  it('names every wrong setting at once', () => {
    const { stderr } = run({ AMA_CALL_CONCURRENCY: '65', AMA_HISTORY_RETENTION_DAYS: '-1' });
    expect(stderr).toContain('AMA_CALL_CONCURRENCY: ');
    expect(stderr).toContain('AMA_HISTORY_RETENTION_DAYS: ');
  });
});

function list(settings: Readonly<Record<string, string>> = {}): readonly Listed[] {
  const { status, stdout, stderr } = run(settings);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Listed[];
}

/** Loads the entry in a Node of its own, with no setting but these. */
function run(settings: Readonly<Record<string, string>>) {
  const { PATH = '' } = process.env;
  const options = { encoding: 'utf8', env: { PATH, ...settings }, timeout: 30_000 } as const;
  return spawnSync(process.execPath, [LISTER, ENTRY.href], options);
}
