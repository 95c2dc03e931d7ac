import type { TableEntityResultPage } from '@azure/data-tables';
import { storedKey } from '../ledger/keys.ts';
import { checkWrite, type Page, type Store, type StoredRow } from '../ledger/store.ts';
import { filterOf, type ReadEntity, rowOf } from './table-entities.ts';
import { isTableMissing, statusOf } from './table-errors.ts';
import { type TableOptions, tableRequests } from './table-requests.ts';
import { prepareWrite, sendWrite } from './table-writes.ts';

/** Rows of one answer of Table Storage ("Query timeout and pagination"). */
const PAGE = 1000;

/** The ledger's store on Azure Table Storage, for any number of processes. */
export function openTableStore(options: TableOptions): Store {
  const request = tableRequests(options);

  /** An answer may end early, at the border of a partition's server or after five seconds: then it has a token. */
  async function read(filter: string, wanted: number): Promise<StoredRow[]> {
    const rows: StoredRow[] = [];
    let token: string | undefined;
    do {
      const maxPageSize = Math.min(PAGE, wanted - rows.length);
      const page: TableEntityResultPage<ReadEntity> = await request(async (table) => {
        const pages = table.listEntities<ReadEntity>({ queryOptions: { filter } });
        const from = token === undefined ? {} : { continuationToken: token };
        return (await pages.byPage({ maxPageSize, ...from }).next()).value;
      });
      rows.push(...page.map((entity) => rowOf(entity)));
      token = page.continuationToken;
    } while (token !== undefined && rows.length < wanted);
    return rows;
  }

  return {
    get: (partition, row) =>
      request(async (table) => {
        try {
          return rowOf(await table.getEntity<ReadEntity>(storedKey(partition), storedKey(row)));
        } catch (error) {
          if (statusOf(error) === 404 && !isTableMissing(error)) return undefined;
          throw error;
        }
      }),
    async list(partition, listed = {}): Promise<Page> {
      const limit = Math.min(listed.limit ?? PAGE, PAGE);
      // One more says whether there is a next page; a token alone does not.
      const rows = await read(filterOf(partition, listed), limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return rows.length > limit && last !== undefined ? { rows: page, next: last.row } : { rows: page };
    },
    async write(partition, operations) {
      checkWrite(partition, operations);
      if (operations.length === 0) return { ok: true, etags: [] };
      const write = prepareWrite(partition, operations);
      return request((table, repeated) => sendWrite(table, write, repeated));
    },
    async close() {},
  };
}
