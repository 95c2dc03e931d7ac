import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { GOLDEN, goldenCases, recordingOf } from '../test/support/rules/golden.ts';

/** Records the golden rule sets anew. Run it when a change of the texts is meant, and read the difference. */
for (const one of goldenCases()) {
  for (const [file, text] of Object.entries(recordingOf(one))) {
    writeFileSync(new URL(`${one.name}/${file}`, GOLDEN), text);
    process.stdout.write(`test/golden/rulesets/${one.name}/${file}\n`);
  }
}
// The formatter breaks lines of JSON its own way; the tests compare what is between the blanks.
const biome = 'node_modules/@biomejs/biome/bin/biome';
execFileSync(process.execPath, [biome, 'format', '--write', 'test/golden/rulesets'], { stdio: 'inherit' });
