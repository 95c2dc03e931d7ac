import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes `shared/agents/scripts/texts.ts` from the reviewed files beside it. The compiled app carries no other
 * files, so their texts go with the code; a test compares both.
 */
const FOLDER = new URL('../shared/agents/scripts/', import.meta.url);
const NAMES = ['remove-windows.ps1', 'detach-windows.ps1', 'remove-linux.sh', 'detach-linux.sh'] as const;

const entries = NAMES.map((name) => {
  const text = readFileSync(new URL(name, FOLDER), 'utf8');
  return `  ${JSON.stringify(name)}: ${JSON.stringify(text)},`;
});
const target = new URL('texts.ts', FOLDER);
writeFileSync(
  target,
  [
    '/** The reviewed files of this folder, word for word. Written by `node scripts/agent-scripts.ts`. */',
    'export const SCRIPT_TEXTS = {',
    ...entries,
    '} as const;',
    '',
  ].join('\n'),
);
execFileSync('npx', ['biome', 'format', '--write', target.pathname], { stdio: 'inherit' });
