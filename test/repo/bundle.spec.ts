import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { type Bundle, bundle } from '../../scripts/build/bundle.ts';
import { licencesOf, noticeOf, packagesOf } from '../../scripts/build/licences.ts';
import { page } from '../../scripts/build/page.ts';
import { ROOT, readText } from '../support/contract/sources.ts';

const DIST = new URL('dist/', ROOT);
const support = (name: string) => fileURLToPath(new URL(`../support/contract/${name}`, import.meta.url));

const built = existsSync(new URL(packageJson.main, ROOT));
if (!built) console.log(`skipped: ${packageJson.main} is not built (npm run build)`);

describe.skipIf(!built)('the bundle', () => {
  let made: Bundle;
  let folder: string;
  beforeAll(async () => {
    made = await bundle();
    folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    // What is deployed, and no `node_modules` above it.
    for (const part of ['dist', 'host.json', 'package.json'])
      cpSync(new URL(part, ROOT), join(folder, part), { recursive: true });
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is what the sources give', () => {
    for (const { path, contents } of made.outputFiles) {
      expect(readFileSync(path).equals(contents), `${path} is out of date: npm run build`).toBe(true);
    }
  });

  it('registers every function where there are no packages', () => {
    const { status, stdout, stderr } = node([support('list-functions.ts'), entryIn(folder)]);
    expect(status, stderr).toBe(0);
    expect((JSON.parse(stdout) as object[]).length).toBeGreaterThan(50);
  });

  it('starts without SDKs, the Kusto language service and what handlers need', () => {
    const noted = join(folder, 'loads.json');
    const hook = ['--import', pathToFileURL(support('note-loads.ts')).href];
    const { status, stderr } = node([...hook, support('list-functions.ts'), entryIn(folder)], noted);
    expect(status, stderr).toBe(0);
    const urls = (JSON.parse(readFileSync(noted, 'utf8')) as string[])
      .filter((url) => url.startsWith('file:'))
      .map((url) => fileURLToPath(url));
    const outputs = urls.flatMap((path) => made.metafile.outputs[relative(folder, path)] ?? []);
    const sources = outputs.flatMap(({ inputs }) => Object.keys(inputs));
    const loaded = [...new Set(sources.map(packageOf).filter((name) => name !== undefined))];
    expect(loaded).toEqual(expect.arrayContaining(['@azure/functions', 'durable-functions', 'zod']));
    const worker = /^@azure\/functions(-extensions-base)?$/;
    const late = /^@(azure|azure-rest|kusto|typespec)\/|^(rrule-temporal|sift)$/;
    expect(loaded.filter((name) => late.test(name) && !worker.test(name))).toEqual([]);
    const edges = /^functions\/(http|activities|timers)\/|^shared\/azure\//;
    expect(sources.filter((source) => edges.test(source))).toEqual([]);
  });

  it('loads descriptions of the API when somebody asks for them, not with the handlers', () => {
    const outputs = Object.values(made.metafile.outputs);
    const withSource = (source: string) => outputs.filter(({ inputs }) => inputs[source] !== undefined);
    const described = /^functions\/http\/(openapi\/|answers\/)/;
    const [handlers, ...others] = withSource('functions/http/openapi.ts');
    expect(others).toEqual([]);
    expect(Object.keys(handlers?.inputs ?? {}).filter((source) => described.test(source))).toEqual([]);
    expect(withSource('functions/http/openapi/operations.ts')).toHaveLength(1);
    const atOnce = handlers?.imports.filter(({ kind }) => kind === 'import-statement') ?? [];
    const loaded = atOnce.flatMap(({ path }) => Object.keys(made.metafile.outputs[path]?.inputs ?? {}));
    expect(loaded.filter((source) => described.test(source))).toEqual([]);
  });

  it('loads every chunk where there are no packages', () => {
    const chunks = readdirSync(join(folder, 'dist/chunks')).filter((name) => name.endsWith('.js'));
    const urls = chunks.map((name) => pathToFileURL(join(folder, 'dist/chunks', name)).href);
    // The Kusto language service comes in two files of which the second builds on the first.
    urls.sort((a, b) => Number(a.includes('/Kusto.')) - Number(b.includes('/Kusto.')));
    const code = `for (const url of ${JSON.stringify(urls)}) await import(url);`;
    const { status, stderr } = node(['--input-type=module', '-e', code]);
    expect(status, stderr).toBe(0);
    expect(chunks.length).toBeGreaterThan(10);
  });

  it('asks for nothing but Node, what the worker gives, and extras that packages do without', () => {
    const asked = Object.values(made.metafile.outputs)
      .flatMap(({ imports }) => imports.filter(({ external }) => external === true))
      .map(({ path }) => path)
      .filter((path) => !path.startsWith('node:') && !builtinModules.includes(path));
    expect([...new Set(asked)].sort()).toEqual(['@azure/functions-core', 'kerberos', 'supports-color']);
  });

  it('holds nothing of the rehearsal, whose host is not the one in Azure', () => {
    const sources = Object.keys(made.metafile.inputs);
    expect(sources).toContain('functions/index.ts');
    expect(sources.filter((source) => /^(rehearsal|scripts|test)\//.test(source))).toEqual([]);
  });

  it('has what keeps state for the process once', () => {
    const packages = packagesOf(made.metafile);
    for (const name of ['durable-functions', '@azure/functions', '@opentelemetry/api', 'zod']) {
      expect(packages.filter((path) => path.endsWith(`node_modules/${name}`))).toHaveLength(1);
    }
    const places = Object.values(made.metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
    expect(places.length).toBe(new Set(places).size);
  });

  it('gives the names of SDKs that are imported on first use, but for one that comes by default', () => {
    const sdks = Object.values(made.metafile.outputs).filter(({ entryPoint }) =>
      entryPoint?.startsWith('node_modules/@azure/'),
    );
    expect(sdks.length).toBeGreaterThan(5);
    const nameless = sdks.filter(({ exports }) => exports.every((name) => name === 'default'));
    expect(nameless.map(({ entryPoint }) => packageOf(entryPoint ?? ''))).toEqual([
      '@azure/arm-hybridcompute',
    ]);
    expect(readText('shared/azure/machines.ts')).toContain(
      "(await import('@azure/arm-hybridcompute')).default",
    );
  });

  it('brings the licences of all packages in it', async () => {
    const licences = licencesOf(made.metafile, (await page()).metafile);
    expect(licences.map(({ name }) => name)).toEqual(expect.arrayContaining(['preact', 'uplot', 'zod']));
    expect(licences.length).toBeGreaterThan(50);
    const known = /^(MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|\(MIT .*\))$/;
    expect(licences.filter(({ id }) => !known.test(id))).toEqual([]);
    expect(readFileSync(new URL('third-party-licences.txt', DIST), 'utf8')).toBe(noticeOf(licences));
  });
});

function entryIn(folder: string): string {
  return pathToFileURL(join(folder, packageJson.main)).href;
}

/** A Node with no setting, and no path that leads to a package. */
function node(args: readonly string[], loads = '') {
  const { PATH = '' } = process.env;
  const options = { encoding: 'utf8', env: { PATH, LOADS: loads }, timeout: 60_000 } as const;
  return spawnSync(process.execPath, args, options);
}

function packageOf(source: string): string | undefined {
  return /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
}
