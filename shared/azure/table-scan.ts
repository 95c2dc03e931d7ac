import type { TableEntityResultPage } from '@azure/data-tables';
import type { DumpedRow } from '../ledger/dump.ts';
import { keyOf } from '../ledger/keys.ts';
import { type ReadEntity, rowOf } from './table-entities.ts';
import { type TableOptions, tableRequests } from './table-requests.ts';

/** Every row of a ledger's table, by partition and row: the order in which the service gives them. For copies alone. */
export async function* scanTable(options: TableOptions): AsyncGenerator<DumpedRow> {
  const request = tableRequests(options);
  let token: string | undefined;
  do {
    const page: TableEntityResultPage<ReadEntity> = await request(async (table) => {
      const pages = table.listEntities<ReadEntity>();
      const from = token === undefined ? {} : { continuationToken: token };
      return (await pages.byPage({ maxPageSize: 1000, ...from }).next()).value;
    });
    for (const entity of page) {
      const { row, value } = rowOf(entity);
      yield { partition: keyOf(entity.partitionKey), row, value };
    }
    token = page.continuationToken;
  } while (token !== undefined);
}

/** Who signs in at the ledger's table from a person's own computer. */
export async function ownCredential(): Promise<TableOptions['credential']> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}
