import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import hostJson from '../../host.json' with { type: 'json' };
import roles from '../../infra/estate/roles.json' with { type: 'json' };
import packageJson from '../../package.json' with { type: 'json' };
import { SETTINGS } from '../../shared/config/settings.ts';
import { PHASES } from '../../shared/model/phase.ts';
import { createBinder } from '../support/contract/kusto.ts';
import { ROOT, readText } from '../support/contract/sources.ts';
import { bicepFile } from '../support/infra/bicep-file.ts';
import { literal } from '../support/infra/syntax.ts';
import { TELEMETRY_TABLES, workbookQueries } from '../support/infra/telemetry.ts';
import { knownValue } from '../support/infra/values.ts';

const APP = 'infra/modules/plan-and-app.bicep';
const ALERTS = 'infra/modules/alerts.bicep';
const app = bicepFile(APP, readText(APP));
const alerts = bicepFile(ALERTS, readText(ALERTS));

function keysOf(variable: string): string[] {
  const node = app.variables.get(variable);
  if (node === undefined) throw new Error(`${APP} has no variable ${variable}`);
  return Object.keys(knownValue(node, app.variables) as object);
}

describe('settings of the deployed app', () => {
  const known = Object.values(SETTINGS).map(({ name }) => name) as string[];
  const own = [...keysOf('ownSettings'), ...keysOf('ledgerSettings'), ...keysOf('eventSettings')];

  it('are known to the app by name', () => {
    expect(strangers(own)).toEqual([]);
    expect(own).toEqual(expect.arrayContaining(['AMA_CLOUD', 'AMA_MANAGED_IDENTITY_CLIENT_ID']));
    expect(strangers(['AMA_CLOUDS'])).toEqual(['AMA_CLOUDS']);
  });

  it('never name a simulated Azure', () => {
    const all = readdirSync(new URL('infra/', ROOT), { recursive: true, encoding: 'utf8' });
    for (const path of all.filter((one) => /\.(bicep|bicepparam|json)$/.test(one)))
      expect(readText(`infra/${path}`), path).not.toContain('AMA_ESTATE_URL');
  });

  it('give each cloud of Azure the name the app knows it by', () => {
    const clouds = knownValue(app.variables.get('clouds') ?? app.root, app.variables) as object;
    for (const name of Object.values(clouds))
      expect(SETTINGS.cloud.schema.safeParse(name).success).toBe(true);
    expect(Object.values(clouds).sort()).toEqual(['china', 'government', 'public']);
  });

  it('reach blobs, queues and tables without a key', () => {
    const storage = keysOf('storageSettings').map((name) => name.replace('AzureWebJobsStorage__', ''));
    expect(storage.sort()).toEqual([
      'blobServiceUri',
      'clientId',
      'credential',
      'queueServiceUri',
      'tableServiceUri',
    ]);
    const every = ['storageSettings', 'telemetrySettings', 'durableSettings', 'ownSettings'];
    expect(every.flatMap((one) => app.variables.get(one)?.text ?? '').join()).not.toMatch(
      /AccountKey|listKeys|password/i,
    );
  });

  it('take the task hub of host.json for the scheduler as well', () => {
    const durable = bicepFile('d', readText('infra/modules/durable.bicep'));
    const hub = durable.root
      .descendantsOfType('parameter_declaration')
      .find(({ text }) => /taskHubName/.test(text));
    expect(literal(hub?.namedChildren.at(-1))).toBe(hostJson.extensions.durableTask.hubName);
  });

  function strangers(names: readonly string[]): string[] {
    return names.filter((name) => !known.includes(name));
  }
});

describe('what azd deploys', () => {
  const azure = readText('azure.yaml');

  it('is what the package script lays out', () => {
    expect(azure).toMatch(/project: \.package\n/);
    for (const [, script = ''] of azure.matchAll(/npm run (?:-s )?(\w+)/g))
      expect(Object.keys(packageJson.scripts)).toContain(script);
    expect(readText('infra/main.bicep')).toContain(
      `output AMA_API_URL string = 'https://\${app.outputs.hostName}/api'`,
    );
    expect(hostJson.extensions.http.routePrefix).toBe('api');
  });

  it('goes to the app that carries the name of the service', () => {
    const service = /services:\n {2}(\w+):/.exec(azure)?.[1];
    expect(readText(APP)).toContain(`'azd-service-name': '${service}'`);
  });

  it('runs on a Node that the app takes', () => {
    const version = /runtime: \{ name: 'node', version: '(\d+)' \}/.exec(readText(APP))?.[1];
    expect(Number(version)).toBeGreaterThanOrEqual(Number(/\d+/.exec(packageJson.engines.node)?.[0]));
  });

  it.skipIf(!existsSync(new URL('dist/index.js', ROOT)))('loads from the package alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'package-'));
    const run = (...args: string[]) =>
      spawnSync(process.execPath, args, {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] ?? '' },
      });
    try {
      const made = run(fileURLToPath(new URL('scripts/package.ts', ROOT)), folder);
      expect(made.stderr).toBe('');
      expect(readdirSync(folder).sort()).toEqual(['dist', 'host.json', 'package.json']);
      const lister = fileURLToPath(new URL('test/support/contract/list-functions.ts', ROOT));
      const listed = run(lister, pathToFileURL(join(folder, packageJson.main)).href);
      expect(listed.stderr).toBe('');
      expect(JSON.parse(listed.stdout).length).toBeGreaterThan(60);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('alerts and workbook', () => {
  const bind = createBinder(TELEMETRY_TABLES);
  const queries = [...alertQueries(), ...workbookQueries(readText('infra/workbook/fleet.json'))];
  const complaints = (text: string) =>
    bind(text).diagnostics.filter(({ severity }) => severity !== 'Suggestion');

  it('ask what can be asked', () => {
    expect(queries.length).toBeGreaterThan(8);
    for (const { name, text } of queries) expect(complaints(text), name).toEqual([]);
    expect(complaints('AppTraces | where Massage has "x"')).not.toEqual([]);
  });

  it('look for what the app says', () => {
    const watch = readText('functions/timers/watch.ts');
    const standing = readText('functions/timers/standing.ts');
    const looked = queries.flatMap(({ text }) =>
      [...text.matchAll(/Message has "([^"]+)"/g)].map((match) => match[1] ?? ''),
    );
    expect(new Set(looked)).toEqual(
      new Set(['waveStanding', 'subscriptionStanding', 'had no live orchestration and was started']),
    );
    const events = readText('functions/timers/watch-events.ts');
    for (const text of new Set(looked)) expect(watch + standing + events).toContain(text);
    expect(readText('functions/index.ts')).toContain("['watch', settings.watchSchedule]");
  });

  it('know the phases of a wave', () => {
    const named = queries.flatMap(({ text }) =>
      [...text.matchAll(/phase == "(\w+)"/g)].map((match) => match[1] ?? ''),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(PHASES).toEqual(expect.arrayContaining(named));
  });

  it('read the fields of a standing', () => {
    const fields = queries.flatMap(({ text }) =>
      [...text.matchAll(/standing\.(\w+)/g)].map((match) => match[1] ?? ''),
    );
    // The scenario of the watch timer compares a whole line with these names.
    const told = /toEqual\(\{\s*\.\.\.\{ event: 'waveStanding'[\s\S]*?\}\);/.exec(
      readText('test/scenarios/timers.spec.ts'),
    )?.[0];
    for (const field of new Set(fields)) expect(told, field).toMatch(new RegExp(`\\b${field}\\b`));
  });

  function alertQueries(): { name: string; text: string }[] {
    const { variables } = alerts;
    const standings = literal(variables.get('standings')) ?? '';
    return (variables.get('rules')?.descendantsOfType('object_property') ?? []).flatMap((property) => {
      if (!property.text.startsWith('query:')) return [];
      const text =
        property.namedChildren
          .at(-1)
          ?.text.slice(1, -1)
          .replace(/\$\{standings\}/, () => standings) ?? '';
      return [{ name: text.slice(-60), text }];
    });
  }
});

describe('docs/deploy.md', () => {
  const page = readText('docs/deploy.md');
  const cells = [...page.matchAll(/^\| `([\w-]+)` /gm)].map((match) => match[1] ?? '');

  it('has every option, alert and sample', () => {
    const options = [...readText('infra/main.bicepparam').matchAll(/'(AMA_\w+)'/g)].map(
      (match) => match[1] ?? '',
    );
    const names = [...readText(ALERTS).matchAll(/^ {4}name: '([\w-]+)'/gm)].map((match) => match[1] ?? '');
    const samples = readdirSync(new URL('infra/logic-apps/', ROOT))
      .filter((name) => name.endsWith('.bicep'))
      .map((name) => name.replace('.bicep', ''));
    expect([options.length, names.length, samples.length]).toEqual([9, 6, 4]);
    expect(cells.sort()).toEqual([...options, ...names, ...samples].sort());
  });

  it('counts the actions of the roles', () => {
    expect(page).toContain(`dry runs; ${roles.reader.actions.length} actions, all of them reads`);
    expect(page).toContain(`rollback; ${roles.operator.actions.length} actions`);
  });

  it('names outputs that there are', () => {
    const outputs = bicepFile('main', readText('infra/main.bicep')).outputs;
    const used = [...page.matchAll(/azd env get-value (\w+)/g)].map((match) => match[1] ?? '');
    expect(used.length).toBeGreaterThan(4);
    expect([...outputs]).toEqual(expect.arrayContaining(used));
  });
});
