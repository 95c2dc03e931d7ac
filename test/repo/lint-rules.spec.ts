import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;
const BIOME = join(ROOT, 'node_modules/.bin/biome');

/** A text at a path, and the rule that must speak up; none for a text that is in order. */
const CASES: readonly (readonly [name: string, path: string, text: string, rule: string | undefined])[] = [
  [
    'a clock in an orchestrator',
    'functions/orchestrators/x.ts',
    'export const x = new Date();',
    'noRestrictedGlobals',
  ],
  [
    'chance in an orchestrator',
    'functions/orchestrators/x.ts',
    'export const x = Math.random();',
    'noRestrictedGlobals',
  ],
  [
    'a timer in an orchestrator',
    'functions/orchestrators/x.ts',
    'setTimeout(() => undefined, 1);',
    'noRestrictedGlobals',
  ],
  [
    'settings in an orchestrator',
    'functions/orchestrators/x.ts',
    'export const x = process.env;',
    'noRestrictedGlobals',
  ],
  [
    'the library in an orchestrator',
    'functions/orchestrators/x.ts',
    "import { app } from 'durable-functions';\nexport const x = app;",
    'noRestrictedImports',
  ],
  [
    'a capability in an orchestrator',
    'functions/orchestrators/x.ts',
    "import { approve } from '../../shared/waves/control.ts';\nexport const x = approve;",
    'noRestrictedImports',
  ],
  [
    'an SDK in a capability',
    'shared/waves/x.ts',
    "import type { TokenCredential } from '@azure/core-auth';\nexport type X = TokenCredential;",
    'noRestrictedImports',
  ],
  [
    'the Azure folder in a capability',
    'shared/waves/x.ts',
    "import { createArm } from '../azure/arm.ts';\nexport const x = createArm;",
    'noRestrictedImports',
  ],
  [
    'a capability in the model',
    'shared/model/x.ts',
    "import { approve } from '../waves/control.ts';\nexport const x = approve;",
    'noRestrictedImports',
  ],
  [
    'an SDK at an edge other than compose.ts',
    'functions/http/x.ts',
    "import { ComputeManagementClient } from '@azure/arm-compute';\nexport const x = ComputeManagementClient;",
    'noRestrictedImports',
  ],
  [
    'the host in the Azure folder',
    'shared/azure/x.ts',
    "import { app } from '@azure/functions';\nexport const x = app;",
    'noRestrictedImports',
  ],
  [
    'the sources of the app in a rehearsal',
    'rehearsal/x.ts',
    "import { runtime } from '../functions/compose.ts';\nexport const x = runtime;",
    'noRestrictedImports',
  ],
  [
    'the sources of the app in the client',
    'cli/x.ts',
    "import { createLedger } from '../shared/ledger/ledger.ts';\nexport const x = createLedger;",
    'noRestrictedImports',
  ],
  [
    'nothing in a client that keeps to the model and the reports',
    'cli/x.ts',
    "import { duration } from '../shared/reports/words.ts';\nexport const x = duration;\n",
    undefined,
  ],
  ['a default export', 'shared/waves/x.ts', 'export default 1;', 'noDefaultExport'],
  ['an enum', 'shared/waves/x.ts', 'export enum X { A }', 'noEnum'],
  ['any', 'shared/waves/x.ts', 'export const x: any = 1;', 'noExplicitAny'],
  [
    'nothing in an orchestrator that keeps to the model',
    'functions/orchestrators/x.ts',
    "import { earlier } from '../../shared/model/instants.ts';\nexport const x = earlier;\n",
    undefined,
  ],
];

/** Every text in a folder of its own beside the others, so that one run of the linter serves all. */
const folder = mkdtempSync(join(tmpdir(), 'lint-'));
const found = new Map<string, string[]>();

beforeAll(() => {
  cpSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
  CASES.forEach(([, path, text], i) => {
    const file = join(folder, placed(path, i));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  });
  const args = ['lint', '--reporter=json', '--vcs-enabled=false', '--max-diagnostics=1000', '.'];
  const { stdout } = spawnSync(BIOME, args, { cwd: folder, encoding: 'utf8' });
  const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    diagnostics: { category: string; location: { path: string | { file: string } } }[];
  };
  for (const { category, location } of report.diagnostics) {
    const path = typeof location.path === 'string' ? location.path : location.path.file;
    found.set(path, [...(found.get(path) ?? []), category]);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function placed(path: string, i: number): string {
  return path.replace('x.ts', `x${i}.ts`);
}

describe('the linter refuses', () => {
  it.each(CASES.map((entry, i) => [...entry, i] as const))('%s', (_, path, _text, rule, i) => {
    const rules = found.get(placed(path, i)) ?? [];

    if (rule === undefined) expect(rules).toEqual([]);
    else expect(rules.map((category) => category.split('/').at(-1))).toContain(rule);
  });
});
