import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Where test files note what the project `after` looks at once all others are done (test/support/suite-notes.ts). */
if (process.env['AMA_SUITE_NOTES'] === undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'suite-notes-'));
  process.env['AMA_SUITE_NOTES'] = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
}

const NOTING = ['test/support/note-suite.ts'];

interface Extra {
  readonly testTimeout?: number;
  readonly setupFiles?: string[];
  readonly sequence?: { readonly groupOrder: number };
}

/** Groups run one after the other; that of order 0 would run last where there is one worker. */
const sequence = { groupOrder: 1 };

function project(name: string, extra: Extra = {}) {
  return {
    extends: true as const,
    test: { name, include: [`test/${name}/**/*.spec.ts`], sequence, ...extra },
  };
}

export default defineConfig({
  test: {
    restoreMocks: true,
    unstubEnvs: true,
    maxWorkers: '100%',
    setupFiles: ['test/support/fixed-seed.ts'],
    projects: [
      project('unit'),
      project('orchestration', { testTimeout: 120_000 }),
      project('scenarios', { testTimeout: 120_000, setupFiles: NOTING }),
      project('contract', { testTimeout: 120_000, setupFiles: NOTING }),
      project('repo', { testTimeout: 60_000 }),
      project('after', { sequence: { groupOrder: 2 } }),
      project('browser', { testTimeout: 60_000 }),
    ],
  },
});
