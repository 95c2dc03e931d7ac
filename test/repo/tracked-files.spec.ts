import { describe, expect, it } from 'vitest';
import { readText, repositoryFiles } from '../support/contract/sources.ts';

const files = repositoryFiles();
if (files === undefined) console.log('skipped: not in a git repository, so its files are not known');

/** Put together here, so that this file does not find itself. */
const HOMES = ['work', 'home', 'root', 'Users', 'tmp'].join('|');
const ABSOLUTE = new RegExp(`(^|["'\`\\s(=:,])(file://)?/(${HOMES})/[\\w.-]+|\\b[A-Z]:\\\\[\\w.-]+\\\\`, 'm');
const REGISTRIES = new RegExp(
  ['registry!npmjs', 'pkgs!dev!azure', 'npm!pkg!github', 'jfrog!io'].join('|').replaceAll('!', '\\.'),
);

const texts = (files ?? [])
  .filter((path) => /\.(ts|js|cjs|mjs|json|md|ya?ml|sh)$|^\.?[a-z]+ignore$|^\.ci\//.test(path))
  .map((path) => ({ path, text: readText(path) }));

describe.skipIf(files === undefined)('files of the repository', () => {
  it('were found', () => {
    expect(texts.map(({ path }) => path)).toEqual(expect.arrayContaining(['package.json', 'host.json']));
  });

  it('name no path of one computer', () => {
    const found = texts.flatMap(({ path, text }) => {
      const match = ABSOLUTE.exec(text);
      return match === null ? [] : [`${path}: ${match[0].trim()}`];
    });
    expect(found).toEqual([]);
  });

  it('name no package registry', () => {
    expect(texts.filter(({ text }) => REGISTRIES.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('lock packages without the address they came from', () => {
    const lock = JSON.parse(readText('package-lock.json')) as { packages: Record<string, object> };
    expect(Object.keys(lock.packages).length).toBeGreaterThan(50);
    const resolved = Object.entries(lock.packages).filter(([, entry]) => 'resolved' in entry);
    expect(resolved.map(([name]) => name)).toEqual([]);
  });

  it('hold no build, state or settings of one computer', () => {
    const unwanted =
      /(^|\/)(node_modules|dist|\.data)\/|(^|\/)local\.settings\.json$|\.sqlite(-wal|-shm)?$|(^|\/)\.env$/;
    expect((files ?? []).filter((path) => unwanted.test(path))).toEqual([]);
  });

  it.each([
    ['a home folder', `see "/${'home'}/me/x.ts"`],
    ['a file address', `file:///${'work'}/main`],
    ['a Windows path', `C:${'\\'}Users${'\\'}me`],
  ])('would be refused with %s', (_, text) => {
    expect(text).toMatch(ABSOLUTE);
  });

  it('would be refused with a registry', () => {
    expect(`https://${'registry'}.npmjs.org/zod`).toMatch(REGISTRIES);
  });

  it('may name ARM ids and routes', () => {
    expect('"/subscriptions/s/resourceGroups/g" and /api/waves').not.toMatch(ABSOLUTE);
  });
});
