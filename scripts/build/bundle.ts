import { fileURLToPath } from 'node:url';
import { type BuildResult, build } from 'esbuild';
import { deferred } from './deferred.ts';

export const ROOT = new URL('../../', import.meta.url);

/** Where the bundle goes. */
export const OUT = new URL('dist/', ROOT);

/** Azure's worker gives this module to the app; no package has it. */
const PROVIDED = '@azure/functions-core';

/** Packages that others try to load and do without; a dev dependency may have brought one, and it stays outside. */
const EXTRAS = ['kerberos', 'supports-color'];

/** The durable client's way over HTTP: a third of what importing the library costs, and no start needs it. */
const CLIENT_ONLY = ['axios', 'validator'];

export type Bundle = BuildResult<{ write: false; metafile: true }>;

/**
 * The app as one entry and the chunks that it loads on first use: what `import()` names in the sources, SDKs
 * among it. Everything is in it once, so it runs without `node_modules`. Packages are found as Node finds them. Names and lines are kept: minified it starts
 * no faster, and a stack trace says where it was.
 */
export function bundle(): Promise<Bundle> {
  return build({
    absWorkingDir: fileURLToPath(ROOT),
    entryPoints: ['functions/index.ts'],
    outdir: fileURLToPath(OUT),
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: [PROVIDED, ...EXTRAS],
    plugins: [deferred('durable-functions', CLIENT_ONLY)],
    // CommonJS packages ask for Node's own modules, and for what the worker provides, by `require`.
    banner: {
      js: "import { createRequire as createBundleRequire } from 'node:module';\nconst require = createBundleRequire(import.meta.url);",
    },
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    metafile: true,
  });
}
