import { expect, it } from 'vitest';
import { createRuleSets } from '../../../shared/ledger/rule-sets.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';

it('keeps the last deployed rule set of every workspace', async () => {
  const store = await openSqliteStore(':memory:');
  const ruleSets = createRuleSets(store);
  await ruleSets.recordDeployed('old', '/subscriptions/S/workspaces/B', 'ann', 1000);
  await ruleSets.recordDeployed('other', '/subscriptions/s/workspaces/a', 'bob', 2000);
  await ruleSets.recordDeployed('new', '/subscriptions/s/workspaces/b', 'cid', 3000);

  const b = {
    ...{ ruleSetId: 'new', workspaceId: '/subscriptions/s/workspaces/b', by: 'cid' },
    at: '1970-01-01T00:00:03.000Z',
  };
  expect(await ruleSets.deployed('/subscriptions/S/workspaces/b')).toEqual(b);
  expect(await ruleSets.deployed('/subscriptions/s/workspaces/c')).toBeUndefined();
  expect(await ruleSets.listDeployed()).toMatchObject([{ ruleSetId: 'other', by: 'bob' }, b]);
  await store.close();
});
