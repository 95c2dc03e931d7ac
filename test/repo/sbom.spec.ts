import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { judged } from '../../scripts/dependencies/advisories.ts';
import { ROOT, readText } from '../support/contract/sources.ts';

interface Bom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly licenses?: readonly unknown[];
    readonly hashes?: readonly unknown[];
  }[];
}

describe('the list of what the app is made of', () => {
  it('has every package of the lock file that runs, with version, licence and hash, and no address of a registry', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
    const file = join(folder, 'deep', 'sbom.json');
    const run = spawnSync(process.execPath, ['scripts/sbom.ts', file], { cwd: ROOT, encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    const text = readFileSync(file, 'utf8');
    const bom = JSON.parse(text) as Bom;
    rmSync(folder, { recursive: true });
    // What the bundle imports directly, and what npm leaves out of its own list without development packages.
    const direct = Object.keys(packageJson.dependencies);
    const names = bom.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...direct, 'tslib', '@azure/core-util']));
    for (const name of Object.keys(packageJson.devDependencies)) expect(names).not.toContain(name);
    const lock = JSON.parse(readText('package-lock.json')) as {
      packages: Record<string, { version: string; dev?: boolean; devOptional?: boolean }>;
    };
    const wanted = Object.entries(lock.packages).flatMap(([path, { version, dev }]) => {
      const name = /^.*node_modules\/(.+)$/.exec(path)?.[1];
      return name === undefined || dev === true ? [] : [`${name}@${version}`];
    });
    expect(bom.bomFormat).toBe('CycloneDX');
    expect(bom.metadata.component.name).toBe('ama-migration-backend');
    expect(bom.components.map(({ name, version }) => `${name}@${version}`).sort()).toEqual(
      [...new Set(wanted)].sort(),
    );
    for (const { name, purl, licenses, hashes } of bom.components) {
      expect(purl, name).toMatch(/^pkg:npm\//);
      expect(licenses?.length, name).toBeGreaterThan(0);
      expect(hashes?.length, name).toBeGreaterThan(0);
    }
    expect(text).not.toMatch(/"url": "https?:\/\/(?!(www\.)?(github|npmjs|registry\.npmjs)\b)[^"]*registry/);
  });
});

describe('the audit of packages', () => {
  const report = (vulnerabilities: object) =>
    JSON.stringify({ vulnerabilities, metadata: { vulnerabilities: { total: 0 } } });

  it('is clean when the registry says so', () => {
    expect(judged({ stdout: report({}), stderr: '' })).toMatchObject({ status: 0 });
  });

  it('names what has advisories', () => {
    const bad = { left: { severity: 'high', range: '<2', fixAvailable: true } };
    const { status, text } = judged({ stdout: report(bad), stderr: '' });
    expect([status, text]).toEqual([1, expect.stringMatching(/high +left <2 \(a fix/)]);
  });

  it.each([
    ['an error', '{"message":"405 Method Not Allowed"}', 'npm error audit endpoint returned an error'],
    ['nothing', '', ''],
    ['half a report', '{"vulnerabilities":{}', 'npm warn audit 405'],
  ])('is not known, and says so, when the registry answers %s', (_, stdout, stderr) => {
    const { status, text } = judged({ stdout, stderr });
    expect([status, text]).toEqual([2, expect.stringMatching(/^Not known.*no clean audit/)]);
  });
});
