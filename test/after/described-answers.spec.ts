import { describe, expect, it } from 'vitest';
import openApi from '../../docs/reference/openapi.json' with { type: 'json' };
import type { OpenApiDocument } from '../support/contract/described.ts';
import { operationsOf } from '../support/contract/operations.ts';
import { notesOf } from '../support/suite-notes.ts';

/** Runs after the contract tests and the scenarios, and looks at which answers of the document they have seen. */
const projects = ['contract', 'scenarios'].map(notesOf);
const absent = projects.flatMap((one) => one.absent);
const isWhole = absent.length === 0;
if (!isWhole) console.log(`skipped: ${absent.length} files that see answers are not part of this run`);

/** Answers that no test can bring about, with the reason; nothing else may be described and never seen. */
const UNSEEN: Readonly<Record<string, string>> = {
  'getHealth 500': 'only where the app cannot be put together, and then it does not start',
  'getMe 500': 'it says what the request said',
  'getMe 504': 'it asks nobody',
  'getOpenApi 500': 'it is made of constants',
  'getOpenApi 504': 'it asks nobody',
  'postTableMigration 500': 'only where the trail fails between the look and the migration',
  'postProxyProfile 500': 'it is a pure function of its body',
  'postProxyProfile 504': 'it asks nobody',
};

describe.skipIf(!isWhole)('the answers that are described', () => {
  const seen = new Set(projects.flatMap(({ notes }) => notes.flatMap(({ answers }) => answers)));
  const described = operationsOf(openApi as unknown as OpenApiDocument).flatMap(({ operation }) =>
    Object.keys(operation.responses).map((status) => `${operation.operationId} ${status}`),
  );

  it('were seen by a test, each with its status, or have a reason why not', () => {
    expect(described.length).toBeGreaterThan(400);
    expect(described.filter((one) => !seen.has(one) && UNSEEN[one] === undefined)).toEqual([]);
  });

  it('are excused only where that is so', () => {
    expect(Object.keys(UNSEEN).filter((one) => seen.has(one) || !described.includes(one))).toEqual([]);
  });
});
