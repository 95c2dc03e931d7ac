import { readdirSync, readFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';
import { ROOT } from './bundle.ts';

export interface Licence {
  readonly name: string;
  readonly version: string;
  /** The licence's short name, as the package gives it. */
  readonly id: string;
  /** What the package says about it at length; undefined where it has no such file. */
  readonly text: string | undefined;
}

/** The folders of the packages of which something is in the bundle, from the project's root. */
export function packagesOf(...metafiles: readonly Metafile[]): readonly string[] {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const files = outputs.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** Their licences. A package that names none must not be shipped. */
export function licencesOf(...metafiles: readonly Metafile[]): readonly Licence[] {
  return packagesOf(...metafiles).map((path) => {
    const folder = new URL(`${path}/`, ROOT);
    const { name, version, license } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as {
      name: string;
      version: string;
      license?: string;
    };
    if (!license) throw new Error(`${name} names no licence, so it cannot be bundled`);
    const file = readdirSync(folder).find((one) => /^(.*-)?(licen[cs]e|copying)/i.test(one));
    const text = file === undefined ? undefined : readFileSync(new URL(file, folder), 'utf8').trim();
    return { name, version, id: license, text };
  });
}

/** The file that goes with the bundle. */
export function noticeOf(licences: readonly Licence[]): string {
  const parts = licences.map(({ name, version, id, text }) =>
    [`${name} ${version} (${id})`, text ?? 'The package has no file about its licence.'].join('\n\n'),
  );
  return `${['The bundle holds these packages.', ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
