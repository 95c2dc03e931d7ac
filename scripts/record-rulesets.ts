import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { goldenRuleSets } from '../test/support/rules/mixed-workspace.ts';

/** Writes the golden rule sets anew. Run it when a change of the texts is meant, and read the difference. */
const folder = new URL('../test/golden/rulesets/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(goldenRuleSets())) {
  writeFileSync(new URL(name, folder), text);
  process.stdout.write(`test/golden/rulesets/${name}\n`);
}
// The formatter breaks lines of JSON its own way; the tests compare what is between the blanks.
const biome = 'node_modules/@biomejs/biome/bin/biome';
execFileSync(process.execPath, [biome, 'format', '--write', 'test/golden/rulesets'], { stdio: 'inherit' });
