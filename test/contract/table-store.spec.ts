import { afterAll, beforeAll, describe } from 'vitest';
import { openTableStore } from '../../shared/azure/table-store.ts';
import { type Azurite, azuriteIsThere, startAzurite } from '../support/azurite.ts';
import { storeContract } from '../support/store-contract.ts';

const credential = { getToken: async () => null };

describe.skipIf(!azuriteIsThere)('the ledger in Table Storage', () => {
  let azurite: Azurite;
  let tables = 0;
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.stop());

  storeContract('Azurite', async () => {
    tables += 1;
    return openTableStore({ endpoint: azurite.endpoint, table: `ledger${tables}`, credential });
  });
});
