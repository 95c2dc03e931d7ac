import { describe, expect, it } from 'vitest';
import { importsOf, readText, repositoryFiles, resolveImport } from '../support/contract/sources.ts';

const files = repositoryFiles();
if (files === undefined) console.log('skipped: not in a git repository, so its files are not known');
const sources = (files ?? []).filter((path) =>
  /^(functions|shared|rehearsal|scripts)\/.*\.ts$|^dashboard\/.*\.tsx?$/.test(path),
);

interface Import {
  readonly from: string;
  readonly to: string;
}

const imports: readonly Import[] = sources.flatMap((from) =>
  importsOf(readText(from)).map((specifier) => ({ from, to: resolveImport(from, specifier) })),
);

/** Imports of the files at `from` that nothing in `to` permits. */
function offences(from: RegExp, to: readonly (string | RegExp)[], all = imports): readonly string[] {
  return all
    .filter((one) => from.test(one.from))
    .filter(
      (one) => !to.some((allowed) => (allowed instanceof RegExp ? allowed.test(one.to) : allowed === one.to)),
    )
    .map((one) => `${one.from} imports ${one.to}`);
}

describe.skipIf(files === undefined)('imports', () => {
  it('were found', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(imports.length).toBeGreaterThan(sources.length);
    expect(imports).toContainEqual({ from: 'functions/handlers.ts', to: 'functions/compose.ts' });
  });

  it('of orchestrators are the model, the contracts and their one helper', () => {
    const allowed = [/^shared\/model\//, /^functions\/contracts\//, /^functions\/orchestrators\//];
    expect(offences(/^functions\/orchestrators\/(?!durable\.ts$)/, allowed)).toEqual([]);
  });

  it('of the model are the model, zod and hashes', () => {
    expect(offences(/^shared\/model\//, [/^shared\/model\//, 'zod', 'node:crypto'])).toEqual([]);
  });

  it('reach shared/azure from functions/compose.ts only', () => {
    const others = /^(?!shared\/azure\/|functions\/compose\.ts$)/;
    expect(offences(others, [/^(?!shared\/azure\/)/])).toEqual([]);
  });

  it('reach Azure SDKs from shared/azure only', () => {
    const sdk = /^@azure\/(?!functions$)|^@azure-rest\//;
    const users = new Set(imports.filter(({ to }) => sdk.test(to)).map(({ from }) => from));
    // Scripts of others, which the bench compares the app with, use SDKs as such scripts do.
    const allowed =
      /^(shared\/azure\/|functions\/compose\.ts$|rehearsal\/estate\/|scripts\/bench\/side-by-side\/)/;
    expect([...users].filter((path) => !allowed.test(path))).toEqual([]);
    expect(users.size).toBeGreaterThan(5);
  });

  it('of a rehearsal never are sources of functions/', () => {
    expect(offences(/^rehearsal\//, [/^(?!functions\/)/])).toEqual([]);
  });

  it('of the app never are the rehearsal, tests or scripts', () => {
    expect(offences(/^(functions|shared)\//, [/^(?!rehearsal\/|test\/|scripts\/)/])).toEqual([]);
  });

  it('of shared/ never are functions/', () => {
    expect(offences(/^shared\//, [/^(?!functions\/)/])).toEqual([]);
  });

  it('lead to files that are there', () => {
    const broken = imports.filter(({ to }) => /\.ts$/.test(to) && !(files ?? []).includes(to));
    expect(broken).toEqual([]);
  });

  it('are found however they are written, and judged', () => {
    const text = [
      "import type { A } from '../../shared/azure/arm.ts';",
      "export { b } from './b.ts';",
      "import 'node:fs';",
      "const c = await import('../c.ts');",
      "import {\n  d,\n} from 'zod';",
      "// import x from 'comment';",
    ].join('\n');
    const found = importsOf(text).map((to) => ({
      from: 'functions/http/a.ts',
      to: resolveImport('functions/http/a.ts', to),
    }));
    expect(found.map(({ to }) => to).sort()).toEqual([
      'functions/c.ts',
      'functions/http/b.ts',
      'node:fs',
      'shared/azure/arm.ts',
      'zod',
    ]);
    expect(offences(/./, [/^(?!shared\/azure\/)/], found)).toEqual([
      'functions/http/a.ts imports shared/azure/arm.ts',
    ]);
  });
});

describe.skipIf(files === undefined)('sources', () => {
  const lengths = sources
    .filter((path) => !path.startsWith('rehearsal/samples/'))
    .map((path) => ({ path, lines: readText(path).split('\n').length - 1 }))
    .sort((a, b) => a.lines - b.lines);

  it('send what removes an agent from the places alone that ask whether it may go', () => {
    // The rollback deletes Azure Monitor Agent where this app installed it, and no legacy agent.
    const senders = sources.filter(
      (path) =>
        /^(functions|shared)\//.test(path) &&
        /\b(machines|gateway)\.deleteExtension\(|\brunCommands\.start\(/.test(readText(path)),
    );
    expect(senders.sort()).toEqual([
      'shared/agents/removal/script-step.ts',
      'shared/agents/removal/start-task.ts',
      'shared/rollback/undo-install.ts',
    ]);
    const users = sources.filter((path) =>
      /import \{[^}]*\b(deleteExtension|runScript)\b[^}]*\} from '[^']*\/(start-task|script-step)\.ts'/.test(
        readText(path),
      ),
    );
    expect(users).toEqual(['shared/agents/removal/decide.ts']);
  });

  it('have at most 300 lines', () => {
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  });

  it('have less than 100 lines in the median', () => {
    expect(lengths[Math.floor(lengths.length / 2)]?.lines).toBeLessThan(100);
  });

  it('have no default exports', () => {
    const found = sources.filter((path) => /^\s*export\s+default\b|\bas\s+default\b/m.test(readText(path)));
    expect(found).toEqual([]);
  });

  it('have names in kebab-case', () => {
    expect(sources.filter((path) => !/^([a-z0-9-]+\/)*[a-z0-9-]+(\.[a-z0-9-]+)*\.tsx?$/.test(path))).toEqual(
      [],
    );
  });
});
