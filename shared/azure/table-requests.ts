import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/core-auth';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import type { TableClient } from '@azure/data-tables';
import { EMULATOR } from '../config/emulator.ts';
import { askedWait, described, isPassing, isTableMissing } from './table-errors.ts';

export interface TableOptions {
  /** `https://ACCOUNT.table.SUFFIX`; http is for an emulator on loopback. */
  readonly endpoint: string;
  readonly table: string;
  readonly credential: TokenCredential;
  /** Undefined: the SDK's own transport. */
  readonly httpClient?: HttpClient;
  /** How long to wait before each repetition, in milliseconds. */
  readonly delaysMs?: readonly number[];
  /** How long an answer is waited for, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Does a piece of work; `repeated`: it was sent before, and may have been carried out. */
export type TableRequest = <T>(work: (client: TableClient, repeated: boolean) => Promise<T>) => Promise<T>;

/** The longest that an answer is waited for: the service gives up after 30 s ("Setting timeouts for Table Storage"). */
const TIMEOUT_MS = 35_000;

/**
 * Waits are short, for a partition that moves to another server; whatever lasts longer is trouble of the ledger,
 * and who asked comes again later (D4).
 */
const DELAYS_MS = [100, 400, 1600];
const MAX_WAIT_MS = 5000;

/** Requests to one table: what passes is asked again, and a table that is not there is made. */
export function tableRequests(options: TableOptions): TableRequest {
  const delays = options.delaysMs ?? DELAYS_MS;
  let client: Promise<TableClient> | undefined;

  return async function request(work) {
    let isMade = false;
    for (let repetition = 0; ; repetition += 1) {
      try {
        client ??= openTable(options);
        return await work(await client, repetition > 0);
      } catch (error) {
        if (isTableMissing(error) && !isMade) {
          await request((table) => table.createTable());
          isMade = true;
          continue;
        }
        const wait = delays[repetition];
        if (!isPassing(error) || wait === undefined) throw described(error);
        // Apart, so that writers who were refused together do not come back together.
        await sleep(Math.min(MAX_WAIT_MS, Math.max(askedWait(error), wait * (0.5 + Math.random()))));
      }
    }
  };
}

/** Loaded on first use, like every SDK. */
async function openTable({ endpoint, table, credential, ...how }: TableOptions): Promise<TableClient> {
  const { AzureNamedKeyCredential, TableClient } = await import('@azure/data-tables');
  const inner = how.httpClient ?? createDefaultHttpClient();
  const client: HttpClient = {
    sendRequest(request) {
      request.timeout = how.timeoutMs ?? TIMEOUT_MS;
      return inner.sendRequest(request);
    },
  };
  const options = { httpClient: client, retryOptions: { maxRetries: 0 } };
  const url = new URL(endpoint);
  if (url.protocol === 'https:') return new TableClient(endpoint, table, credential, options);
  // An emulator takes tokens over https only.
  const key = new AzureNamedKeyCredential(url.pathname.slice(1), EMULATOR.key);
  return new TableClient(endpoint, table, key, { ...options, allowInsecureConnection: true });
}
