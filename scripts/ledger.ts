import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ownCredential, scanTable } from '../shared/azure/table-scan.ts';
import { openTableStore } from '../shared/azure/table-store.ts';
import { type DumpedRow, dumpedRows, dumpLines, restoreRows, sumOf } from '../shared/ledger/dump.ts';
import { scanSqlite } from '../shared/ledger/sqlite-scan.ts';
import { openSqliteStore } from '../shared/ledger/sqlite-store.ts';
import type { Store } from '../shared/ledger/store.ts';
import { BadInput, EXIT, readOptions, runCommand } from './cli.ts';

const USAGE = `Usage: npm run ledger:export -- --file FILE (--ledger PATH | --endpoint URL [--table NAME])
       npm run ledger:import -- --file FILE (--ledger PATH | --endpoint URL [--table NAME]) [--resume]

Copies a ledger into a file of JSON lines, or a file into an empty ledger. Stop the app before: a copy of a ledger
that is written is of no one moment.

  --file FILE     the copy
  --ledger PATH   an embedded ledger (SQLite)
  --endpoint URL  a table service; https signs in as you (az login)
  --table NAME    the ledger's table (default amaledger)
  --resume        goes on with an import that was cut off: rows that are there must be the same`;

interface Place {
  readonly open: () => Promise<Store>;
  readonly scan: () => AsyncIterable<DumpedRow>;
}

async function placeOf(options: { ledger?: string; endpoint?: string; table?: string }): Promise<Place> {
  const { ledger, endpoint, table = 'amaledger' } = options;
  if ((ledger === undefined) === (endpoint === undefined))
    throw new BadInput(`Give --ledger or --endpoint\n\n${USAGE}`);
  if (endpoint === undefined) {
    const path = ledger ?? '';
    return {
      open: () => openSqliteStore(path),
      scan: () => (existsSync(path) ? scanSqlite(path) : nothing()),
    };
  }
  const credential = endpoint.startsWith('https:') ? await ownCredential() : { getToken: async () => null };
  const at = { endpoint, table, credential };
  return { open: async () => openTableStore(at), scan: () => scanTable(at) };
}

async function* nothing(): AsyncGenerator<DumpedRow> {}

const linesIn = (file: string) =>
  createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });

async function exportTo(file: string, { scan }: Place): Promise<void> {
  if (existsSync(file)) throw new BadInput(`${file} is there already; a copy is written into a new file.`);
  async function* text() {
    for await (const line of dumpLines(scan())) yield `${line}\n`;
  }
  await pipeline(Readable.from(text()), createWriteStream(file, { flags: 'wx' }));
  const { rows, sha256 } = await sumOf(linesIn(file));
  process.stdout.write(`${file} has ${rows} rows, SHA-256 ${sha256}.\n`);
}

async function importFrom(file: string, { open, scan }: Place, resume: boolean): Promise<void> {
  // To its end before anything is written: half a copy is none.
  const { rows, sha256 } = await sumOf(linesIn(file)).catch((error: Error) => {
    throw new BadInput(`${file}: ${error.message}`);
  });
  if (!resume)
    for await (const { partition } of scan())
      throw new BadInput(
        `The ledger is not empty: it has rows of ${partition}. Import into a new table, or say --resume to go on with an import that was cut off.`,
      );
  const store = await open();
  try {
    const written = await restoreRows(store, dumpedRows(linesIn(file)));
    process.stdout.write(`${written} of ${rows} rows are in the ledger, SHA-256 ${sha256}.\n`);
  } finally {
    await store.close();
  }
}

const [command] = process.argv.splice(2, 1);
await runCommand(async () => {
  const text = { type: 'string' } as const;
  const options = readOptions(
    { ...{ file: text, ledger: text, endpoint: text, table: text }, resume: { type: 'boolean' } },
    USAGE,
  );
  if (options.file === undefined) throw new BadInput(`--file is missing\n\n${USAGE}`);
  const place = await placeOf(options);
  if (command === 'export') await exportTo(options.file, place);
  else if (command === 'import') await importFrom(options.file, place, options.resume === true);
  else throw new BadInput(USAGE);
  return EXIT.ok;
});
