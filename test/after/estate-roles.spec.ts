import { describe, expect, it } from 'vitest';
import { grantedAtAll, UNREACHED } from '../support/infra/role-actions.ts';
import { notesOf } from '../support/suite-notes.ts';

/** Runs after the scenarios (vitest.config.ts) and looks at what all of them asked of the estate. */
const { notes, absent } = notesOf('scenarios');
const isWhole = absent.length === 0;
if (!isWhole)
  console.log(
    `skipped: ${absent.length} scenario files are not part of this run, so that nothing can be said of all`,
  );

describe.skipIf(!isWhole)('the roles on the estate', () => {
  const used = new Set(notes.flatMap(({ actions }) => actions));

  it('have every action that the scenarios used', () => {
    const allowed = grantedAtAll();
    expect([...used].filter((action) => !allowed.includes(action))).toEqual([]);
    expect(used.size).toBeGreaterThan(30);
  });

  it('have no action that no scenario used', () => {
    const idle = grantedAtAll().filter((action) => !used.has(action));
    expect(idle.sort()).toEqual(Object.keys(UNREACHED).sort());
  });
});
