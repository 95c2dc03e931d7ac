#!/usr/bin/env node
// The client is TypeScript, which Node runs from 22.18 on. An older one hands over to the Node of the dev dependencies.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const main = new URL('main.ts', import.meta.url);
if (major > 22 || (major === 22 && minor >= 18)) {
  await import(main.href);
} else {
  const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (existsSync(node)) {
    const args = [fileURLToPath(main), ...process.argv.slice(2)];
    process.exitCode = spawnSync(node, args, { stdio: 'inherit' }).status ?? 5;
  } else {
    process.stderr.write('This needs Node 22.18 or later; "npm ci" brings one along.\n');
    process.exitCode = 5;
  }
}
