import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSettings, SETTINGS } from '../../shared/config/settings.ts';
import { ROOT, readText, repositoryFiles } from '../support/contract/sources.ts';

const DOCUMENT = 'docs/reference/settings.md';
const SAMPLE = 'local.settings.sample.json';
const definitions = Object.values(SETTINGS);
const names = definitions.map(({ name }) => name);

describe('the table of settings', () => {
  it('names every setting once', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^AMA_[A-Z0-9_]+$/);
  });

  it('has a sentence for every setting', () => {
    for (const { name, description } of definitions) expect(description, name).toMatch(/^[A-Z].{10,}\.$/);
  });

  it('has defaults that are valid, and starts with nothing set', () => {
    for (const { name, schema, default: fallback } of definitions) {
      expect(schema.safeParse(fallback).success, name).toBe(true);
    }
    expect(readSettings({})).toBeDefined();
  });

  it('takes an empty value for none', () => {
    expect(readSettings(Object.fromEntries(names.map((name) => [name, ' '])))).toEqual(readSettings({}));
  });

  it('holds every AMA_ variable that the app reads', () => {
    const sources = (repositoryFiles() ?? []).filter((path) => /^(functions|shared)\/.*\.ts$/.test(path));
    const read = sources.flatMap((path) => readText(path).match(/\bAMA_[A-Z][A-Z0-9_]+\b/g) ?? []);
    const strangers = read.filter((name) => !names.includes(name) && !OWN_CONSTANTS.has(name));
    expect([...new Set(strangers)]).toEqual([]);
  });
});

/** Names of constants about the agent, not of settings. */
const OWN_CONSTANTS = new Set(['AMA_PUBLISHER', 'AMA_EXTENSION', 'AMA_TYPES']);

describe.skipIf(absent(DOCUMENT))(DOCUMENT, () => {
  it('has every setting with its default, and no other', () => {
    const text = readText(DOCUMENT);
    expect([...new Set(text.match(/\bAMA_[A-Z0-9_]+\b/g))].sort()).toEqual([...names].sort());
    for (const { name, default: fallback, description } of definitions) {
      const row = text.split('\n').find((line) => line.includes(`\`${name}\``) && line.includes('|')) ?? text;
      if (fallback !== undefined) expect(row, name).toContain(fallback.replaceAll('|', '\\|'));
      expect(text.replace(/\s+/g, ' '), name).toContain(description);
    }
  });
});

describe.skipIf(absent('scripts/reference-docs.ts'))('pages made from tables', () => {
  it('are what the tables say', () => {
    const check = spawnSync(process.execPath, ['scripts/reference-docs.ts', '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(check.stderr).toBe('');
    expect(check.status).toBe(0);
  });
});

describe.skipIf(absent(SAMPLE))(SAMPLE, () => {
  it('has no setting that the app does not know, and starts the app', () => {
    const { Values } = JSON.parse(readText(SAMPLE)) as { Values: Record<string, string> };
    const own = Object.keys(Values).filter((name) => name.startsWith('AMA_'));
    expect(names).toEqual(expect.arrayContaining(own));
    expect(Values['FUNCTIONS_WORKER_RUNTIME']).toBe('node');
    expect(() => readSettings(Values)).not.toThrow();
  });
});

function absent(path: string): boolean {
  const missing = !existsSync(new URL(path, ROOT));
  if (missing) console.log(`skipped: ${path} is not there`);
  return missing;
}
