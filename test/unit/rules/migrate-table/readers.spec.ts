import { expect, it } from 'vitest';
import { fail, ok } from '../../../../shared/model/trouble.ts';
import { readReaders } from '../../../../shared/rules/migrate-table/readers.ts';

const holder = (name: string, text: string) => ({
  ...{ kind: 'savedSearch' as const, id: `/searches/${name}`, name, enabled: null },
  texts: [{ place: 'query', text }],
});
const column = { name: 'TimeGenerated', type: 'datetime' };
const dependencies = {
  queryHolders: {
    analyticsRules: async () => fail('notAuthorized', 'no access'),
    savedSearches: async () =>
      ok([
        holder('reads', 'App_CL | where TimeGenerated > ago(1h)'),
        holder('reads another', 'Other_CL | count'),
        holder('says it only', 'print "App_CL"'),
      ]),
    tables: async () =>
      ok([
        { name: 'App_CL', columns: [column] },
        { name: 'Other_CL', columns: [column] },
      ]),
    workbook: async () => ok(''),
  },
  graph: { page: async () => ok({ rows: [], skipToken: undefined, waitMs: 0 }) } as never,
};

it('names the queries that read a table, and what could not be looked into', async () => {
  expect(await readReaders(dependencies, '/w', 'App_CL')).toMatchObject({
    ok: true,
    value: {
      readers: [{ kind: 'savedSearch', id: '/searches/reads', name: 'reads', place: 'query' }],
      unread: [{ what: 'analytics rules' }],
    },
  });
});

it('is trouble when the tables cannot be read', async () => {
  const queryHolders = { ...dependencies.queryHolders, tables: async () => fail('throttled', 'busy', 5000) };

  expect(await readReaders({ ...dependencies, queryHolders }, '/w', 'App_CL')).toMatchObject({
    ok: false,
    trouble: { code: 'throttled' },
  });
});
