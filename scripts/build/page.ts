import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { OUT, ROOT } from './bundle.ts';

/** The dashboard as a browser loads it. */
export interface Page {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly metafile: Metafile;
}

const SOURCES = new URL('dashboard/', ROOT);
const FOLDER = fileURLToPath(new URL('dashboard/', OUT));

/**
 * One script, one style, an icon and the page that names them: no other host is asked for anything. Names of files
 * carry a hash of their content, so that browsers may keep them, and each has a compressed twin.
 */
export async function page(): Promise<Page> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: fileURLToPath(ROOT),
    entryPoints: { app: 'dashboard/main.tsx' },
    outdir: FOLDER,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome120', 'firefox121', 'safari17'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    metafile: true,
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [path, contents]));
  const icon = readFileSync(new URL('icon.svg', SOURCES));
  const hash = createHash('sha256').update(icon).digest('hex').slice(0, 8);
  files.set(join(FOLDER, `icon-${hash}.svg`), icon);
  const html = readFileSync(new URL('index.html', SOURCES), 'utf8').replace(
    /\{\{(\w+)\}\}/g,
    (place, ending: string) => (ending === 'lock' ? place : nameOf(files, `.${ending}`)),
  );
  const packed = [...files].map(
    ([path, contents]) => [`${path}.gz`, gzipSync(contents, { level: 9 })] as const,
  );
  for (const [path, contents] of packed) files.set(path, contents);
  files.set(join(FOLDER, 'index.html'), Buffer.from(html));
  return { files, metafile };
}

function nameOf(files: ReadonlyMap<string, unknown>, ending: string): string {
  const found = [...files.keys()].find((path) => path.endsWith(ending));
  if (found === undefined) throw new Error(`the dashboard has no file that ends with ${ending}`);
  return basename(found);
}
