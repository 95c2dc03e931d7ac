/**
 * Lays out what is deployed: `node scripts/package.ts [FOLDER]` copies the built bundle, `host.json` and a
 * `package.json` that asks for nothing into `.package/`. azd uploads that folder as it is (azure.yaml): beside a
 * `.funcignore` that leaves out `node_modules` it would insist on a build in Azure, which the bundle does not need.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OUT, ROOT } from './build/bundle.ts';

const root = fileURLToPath(ROOT);
const folder = resolve(process.argv[2] ?? join(root, '.package'));
const { name, version, type, main, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

if (!existsSync(OUT)) {
  console.error('There is no dist/ to package; run "npm run build" first.');
  process.exit(1);
}
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
cpSync(fileURLToPath(OUT), join(folder, 'dist'), { recursive: true });
cpSync(join(root, 'host.json'), join(folder, 'host.json'));
const manifest = { name, version, private: true, type, main, engines };
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
