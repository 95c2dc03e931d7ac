import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = new URL('../../../', import.meta.url);

/** Paths of all files that are or will be committed, from the repository's root; undefined outside git. */
export function repositoryFiles(): readonly string[] | undefined {
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { status, stdout } = spawnSync('git', listing, { cwd: fileURLToPath(ROOT), encoding: 'utf8' });
  if (status !== 0) return undefined;
  const files = stdout.split('\0').filter((path) => path !== '' && existsSync(new URL(path, ROOT)));
  return [...new Set(files)].sort();
}

export function readText(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** What a source imports, as written. */
export function importsOf(text: string): readonly string[] {
  const code = text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '');
  const pattern = /(?:\bfrom\s+|\bimport\s*\(\s*|^\s*import\s+)(['"])([^'"]+)\1/gm;
  return [...code.matchAll(pattern)].map((match) => match[2] ?? '');
}

/** The repository path that a relative import leads to; packages stay as they are written. */
export function resolveImport(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const base = new URL('file:///');
  return new URL(specifier, new URL(from, base)).pathname.slice(1);
}
