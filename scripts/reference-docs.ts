import { readFileSync, writeFileSync } from 'node:fs';
import { openApiDocument } from '../functions/http/openapi/document.ts';
import { flowConnector } from '../functions/http/openapi/flow-connector.ts';
import { SETTINGS } from '../shared/config/settings.ts';
import { DRIFT_CODES, driftDefinition } from '../shared/model/drift-codes.ts';
import { FINDINGS } from '../shared/model/findings.ts';
import { REASONS } from '../shared/model/reasons.ts';
import { apiPage, documentText } from './reference-api.ts';
import { cliPage } from './reference-cli.ts';
import { eventsPage } from './reference-events.ts';

/** Writes the reference pages that are made from tables; with --check it only says whether they are current. */
const FILES = {
  'docs/reference/settings.md': settingsPage(),
  'local.settings.sample.json': sampleSettings(),
  'docs/reference/codes.md': codesPage(),
  'docs/reference/api.md': apiPage(),
  'docs/reference/events.md': eventsPage(),
  'docs/reference/cli.md': cliPage(),
  'docs/reference/openapi.json': documentText(openApiDocument()),
  // Its host is the app's own where the app serves it.
  'docs/reference/flow-connector.json': documentText(
    flowConnector(new URL('https://your-app.azurewebsites.net')),
  ),
};

let stale = 0;
for (const [path, text] of Object.entries(FILES)) {
  if (process.argv.includes('--check')) {
    if (readFileSync(path, 'utf8') === text) continue;
    stale += 1;
    process.stderr.write(`${path} is not what the tables say; run node scripts/reference-docs.ts\n`);
  } else writeFileSync(path, text);
}
process.exitCode = stale === 0 ? 0 : 1;

function settingsPage(): string {
  const rows = Object.values(SETTINGS).map(
    ({ name, description, default: fallback, secret }) =>
      `| \`${name}\` | ${description} | ${fallback === undefined ? 'not set' : `\`${fallback}\``} | ${secret ? 'yes' : 'no'} |`,
  );
  return [
    '# Settings',
    '',
    'Made from `shared/config/settings.ts` by `node scripts/reference-docs.ts`; change the table there.',
    'A wrong or contradictory setting stops the start with one message that names every fault.',
    '',
    '| setting | meaning | default | secret |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    'What a wave does (polls, soaks, deadlines, proxies, gates) is no setting: it is part of the plan.',
    '',
  ].join('\n');
}

/** Settings of an app under Core Tools that uses a simulated Azure, `npm run estate`, and Azurite, at their default ports. */
function sampleSettings(): string {
  const Values: Record<string, string> = {
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AMA_ESTATE_URL: 'http://127.0.0.1:7199',
    IDENTITY_ENDPOINT: 'http://127.0.0.1:7199/identity/token',
    IDENTITY_HEADER: 'rehearsal',
    [SETTINGS.ledgerTableEndpoint.name]: 'http://127.0.0.1:10002/devstoreaccount1',
  };
  for (const setting of Object.values(SETTINGS)) {
    // Either a table or a file.
    if (setting === SETTINGS.ledgerPath || setting.default === undefined) continue;
    Values[setting.name] = setting.default;
  }
  return `${JSON.stringify({ IsEncrypted: false, Values }, null, 2)}\n`;
}

/** Reasons and findings: the stable codes of API answers, with what they say and who must act. */
function codesPage(): string {
  const reasons = Object.entries(REASONS).map(
    ([code, { text, needs }]) => `| \`${code}\` | ${text} | ${needs} |`,
  );
  const findings = Object.entries(FINDINGS).map(
    ([code, { severity, text, action, needs }]) =>
      `| \`${code}\` | ${severity} | ${text} ${action} | ${needs} |`,
  );
  const drift = DRIFT_CODES.map((code) => {
    const { severity, text, action, remedy, needs } = driftDefinition(code);
    const named = remedy === null ? '' : `\`${remedy}\``;
    return `| \`${code}\` | ${severity} | ${text} ${action} | ${named} | ${needs} |`;
  });
  return [
    '# Codes of reasons and findings',
    '',
    'Made from `shared/model/reasons.ts`, `shared/model/findings.ts` and `shared/model/drift-codes.ts` by `node scripts/reference-docs.ts`; change the tables there.',
    'A code never changes its meaning.',
    '',
    '## Reasons',
    '',
    'Why a machine is blocked, waits, or was left as it is.',
    '',
    '| code | what it says | who must act |',
    '| --- | --- | --- |',
    ...reasons,
    '',
    '## Findings',
    '',
    'What discovery points out beside what blocks a machine.',
    'Severity `action`: something will be lost or come back unless a person acts; `warning`: look; `info`: good to know.',
    '',
    '| code | severity | what it says, what to do | who must act |',
    '| --- | --- | --- | --- |',
    ...findings,
    '',
    '## Drift',
    '',
    'What the drift check points out; [stay clean](../how-to/stay-clean.md) says what to do about each.',
    '',
    '| code | severity | what it says, what to do | remedy | who must act |',
    '| --- | --- | --- | --- | --- |',
    ...drift,
    '',
  ].join('\n');
}
