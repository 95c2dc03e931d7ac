import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/commands/all.ts';
import { commandOf, parseCall } from '../../cli/parse.ts';
import { Hold } from '../../functions/http/answers/outcome.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { REASONS } from '../../shared/model/reasons.ts';
import { ROOT, readText, repositoryFiles } from '../support/contract/sources.ts';

const root = fileURLToPath(ROOT);
const pages = (repositoryFiles() ?? []).filter((path) => path.endsWith('.md'));
if (pages.length === 0) console.log('skipped: not in a git repository, so its files are not known');

/** Headings as GitHub makes anchors of them. */
function anchorsOf(text: string): Set<string> {
  const headings = withoutCode(text).match(/^#{1,6} .+$/gm) ?? [];
  return new Set(
    headings.map((line) =>
      line
        .replace(/^#+ /, '')
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '');
}

/** Relative links of a page that lead nowhere. */
function brokenLinks(path: string, text: string): string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to);
  return links.flatMap((link) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : normalize(join(dirname(path), decodeURIComponent(file)));
    if (target !== path && !existsSync(join(root, target))) return [`${path}: ${link}`];
    const isThere =
      anchor === undefined ||
      !target.endsWith('.md') ||
      anchorsOf(target === path ? text : readText(target)).has(anchor);
    return isThere ? [] : [`${path}: ${link}`];
  });
}

interface Block {
  readonly path: string;
  readonly language: string;
  readonly text: string;
}

function blocksOf(path: string): Block[] {
  return [...readText(path).matchAll(/^```([^\n]*)\n([\s\S]*?)^```/gm)].map(
    ([, language = '', text = '']) => ({
      path,
      language: language.trim(),
      text,
    }),
  );
}

const blocks = pages.flatMap(blocksOf);

describe.skipIf(pages.length === 0)('links of documents', () => {
  it('lead to files and headings that are there', () => {
    expect(pages.flatMap((path) => brokenLinks(path, readText(path)))).toEqual([]);
  });

  it('would be found where they do not', () => {
    const text =
      '[a](none.md) [b](../README.md#no-such-heading) [c](https://x.example) [d](#here)\n## Here\n';
    expect(brokenLinks('docs/x.md', text)).toEqual([
      'docs/x.md: none.md',
      'docs/x.md: ../README.md#no-such-heading',
    ]);
  });
});

describe.skipIf(pages.length === 0)('commands in documents', () => {
  const lines = blocks
    .filter(({ language }) => /^sh\b/.test(language))
    .flatMap(({ path, text }) => text.split('\n').map((line) => ({ path, line: line.trim() })));

  it('are scripts that there are', () => {
    const called = lines.flatMap(({ path, line }) => {
      const name = /\bnpm run (?:-s )?([\w:-]+)/.exec(line)?.[1];
      return name === undefined || name in packageJson.scripts ? [] : [`${path}: ${line}`];
    });
    expect(called).toEqual([]);
  });

  it('of the client parse: no option and no word of them is made up', () => {
    const calls = lines.filter(({ line }) => line.includes('npm run -s ama -- '));
    expect(calls.length).toBeGreaterThan(10);
    for (const { path, line } of calls) {
      const words = (line.split('npm run -s ama -- ')[1] ?? '').replace(/"[^"]*"/g, 'quoted').split(' ');
      const command = commandOf(COMMANDS, words);
      expect(command, `${path}: ${line}`).toBeDefined();
      if (command !== undefined) parseCall(command, words.slice(command.name.split(' ').length));
    }
  });

  /** ```sh run: what such a block says is run as it stands, but without a build, which other tests have done. */
  const runnable = blocks.filter(({ language }) => language === 'sh run');
  it('are run where they are marked, and some are', () => {
    expect(runnable.length).toBeGreaterThan(1);
  });

  it.skipIf(!existsSync(join(root, packageJson.main))).each(runnable)(
    '$path: $text',
    ({ text }) => {
      const script = text.replace(
        /\bnpm run (?:-s )?([\w:-]+)(?: --(?= ))?/g,
        (_, name: string) =>
          (packageJson.scripts as Record<string, string>)[name]?.replace('npm run -s build && ', '') ??
          'false',
      );
      const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`;
      const options = {
        cwd: root,
        encoding: 'utf8',
        timeout: 230_000,
        env: { ...process.env, PATH: path },
      } as const;
      const { status, stderr } = spawnSync('sh', ['-e', '-c', script], options);
      expect([status, stderr]).toEqual([0, '']);
    },
    240_000,
  );
});

describe.skipIf(pages.length === 0)('the runbook', () => {
  const runbook = pages.includes('docs/runbook.md') ? readText('docs/runbook.md') : '';
  const headings = [...runbook.matchAll(/^### `([^`]+)`$/gm)].map(([, name = '']) => name);

  it('has an entry for every alert, and for none that is gone', () => {
    const alerts = [...readText('infra/modules/alerts.bicep').matchAll(/^ {4}name: '([a-z-]+)'$/gm)].map(
      ([, name = '']) => name,
    );
    expect(alerts.length).toBeGreaterThan(3);
    const kinds: readonly string[] = Hold.shape.kind.options;
    expect(headings.filter((name) => !kinds.includes(name)).sort()).toEqual([...alerts].sort());
  });

  it('has an entry for every kind of hold, and names who sets it', () => {
    expect(headings).toEqual(expect.arrayContaining([...Hold.shape.kind.options]));
    const sources = (repositoryFiles() ?? []).filter((path) => /^(shared|functions)\/.*\.ts$/.test(path));
    const setters = sources
      .map(readText)
      .filter((text) => /\bHold\b/.test(text))
      .flatMap((text) => [...text.matchAll(/kind: '(?:gate|check|system)',[^}]*?\bby: '([^']+)'/g)])
      .map(([, by = '']) => by);
    expect(setters.length).toBeGreaterThan(3);
    for (const by of setters) expect(runbook).toContain(`\`${by}\``);
  });

  it('leads to every reason, with who must act', () => {
    const codes = readText('docs/reference/codes.md');
    for (const [code, { needs }] of Object.entries(REASONS))
      expect(codes).toMatch(new RegExp(`\`${code}\`.*\\| ${needs} \\|`));
  });
});
