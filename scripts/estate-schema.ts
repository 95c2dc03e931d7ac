/**
 * Writes docs/reference/estate-file.schema.json from the zod schema of estate files:
 * `node scripts/estate-schema.ts`, or with `--check` to fail when the file is not up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { EstateFile } from '../rehearsal/estate/index.ts';

const target = fileURLToPath(new URL('../docs/reference/estate-file.schema.json', import.meta.url));

/** The JSON schema as text. */
export function estateSchema(): string {
  const schema = { title: 'Estate file', ...z.toJSONSchema(EstateFile, { io: 'input' }) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) {
    if (
      JSON.stringify(JSON.parse(readFileSync(target, 'utf8'))) !== JSON.stringify(JSON.parse(estateSchema()))
    ) {
      console.error(
        'docs/reference/estate-file.schema.json is not up to date: run node scripts/estate-schema.ts',
      );
      process.exitCode = 1;
    }
  } else writeFileSync(target, estateSchema());
}
