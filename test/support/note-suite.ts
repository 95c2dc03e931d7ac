import { afterAll, expect } from 'vitest';
import { observeEstates } from '../../rehearsal/estate/index.ts';
import { seenByAll } from './contract/described.ts';
import { actionsOf } from './infra/actions.ts';
import { grantedAtAll } from './infra/role-actions.ts';
import { keepNotes } from './suite-notes.ts';

/**
 * Notes what the app did to the simulated estates of a test file, whoever made them, and which answers of the API were
 * seen. An action beyond the roles on the estate fails the file at once; what a role has and nothing uses is found
 * when all files have run (test/after/).
 */
const actions = new Set<string>();
observeEstates(({ method, url, headers, body }) => {
  // A scenario also plays people who work on the estate beside the app.
  if (!/ama-migration-backend/.test(headers['user-agent'] ?? '')) return;
  const asked = { method, url, body: url.includes('Microsoft.ResourceGraph') ? json(body) : undefined };
  for (const action of actionsOf(asked)) actions.add(action);
});

function json(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

afterAll(() => {
  keepNotes(expect.getState().testPath ?? '', { actions: [...actions], answers: [...seenByAll] });
  const allowed = new Set(grantedAtAll());
  expect(
    [...actions].filter((action) => !allowed.has(action)),
    'actions that infra/estate/roles.json does not grant',
  ).toEqual([]);
});
