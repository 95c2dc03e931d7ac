import { defineConfig } from 'vitest/config';

function project(name: string, extra: { testTimeout?: number } = {}) {
  return { extends: true as const, test: { name, include: [`test/${name}/**/*.spec.ts`], ...extra } };
}

export default defineConfig({
  test: {
    restoreMocks: true,
    unstubEnvs: true,
    setupFiles: ['test/support/fixed-seed.ts'],
    projects: [
      project('unit'),
      project('orchestration', { testTimeout: 120_000 }),
      project('scenarios', { testTimeout: 120_000 }),
      project('contract', { testTimeout: 120_000 }),
      project('repo', { testTimeout: 60_000 }),
      project('browser', { testTimeout: 60_000 }),
    ],
  },
});
