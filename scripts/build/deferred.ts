import type { Plugin } from 'esbuild';

/**
 * Loads CommonJS packages that `importer` requires when one of their exports is first read. A package that is read
 * at once is loaded at once, so nothing depends on how `importer` is written.
 */
export function deferred(importer: string, packages: readonly string[]): Plugin {
  const names = new RegExp(`^(${packages.join('|')})$`);
  return {
    name: 'deferred',
    setup(build) {
      build.onResolve({ filter: names }, ({ path, resolveDir, namespace }) =>
        namespace === 'file' && resolveDir.split(/[\\/]/).includes(importer)
          ? { path, namespace: 'deferred', pluginData: resolveDir }
          : undefined,
      );
      build.onLoad({ filter: names, namespace: 'deferred' }, ({ path, pluginData }) => ({
        contents: `module.exports = new Proxy({}, { get: (_, name) => require('${path}')[name] });`,
        resolveDir: pluginData as string,
      }));
    },
  };
}
