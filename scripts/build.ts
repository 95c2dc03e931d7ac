/**
 * Builds what is deployed: `node scripts/build.ts` writes `dist/`. Types are checked apart, by `npm run typecheck`.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, OUT } from './build/bundle.ts';
import { licencesOf, noticeOf } from './build/licences.ts';
import { page } from './build/page.ts';

const folder = fileURLToPath(OUT);
const [{ outputFiles, metafile }, dashboard] = await Promise.all([bundle(), page()]);
const files = new Map<string, Uint8Array>(outputFiles.map(({ path, contents }) => [path, contents]));
for (const [path, contents] of dashboard.files) files.set(path, contents);
const notice = noticeOf(licencesOf(metafile, dashboard.metafile));
files.set(join(folder, 'third-party-licences.txt'), Buffer.from(notice));

// A rehearsal in another shell may run on what is there: only what differs is written, then the rest goes.
for (const [path, contents] of files) if (!isThere(path, contents)) write(path, contents);
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && !files.has(path)) rmSync(path);
}

function isThere(path: string, contents: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(contents);
  } catch {
    return false;
  }
}

function write(path: string, contents: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
