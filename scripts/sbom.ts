import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { npm } from './dependencies/npm.ts';

/**
 * Writes what the app needs at run time as CycloneDX, from the lock file: `node scripts/sbom.ts [FILE]`. npm lists all
 * packages, and those for development are left out here: with `--omit=dev` npm 11 leaves out what both need, too. It
 * also names the project after its folder.
 */
interface Bom {
  readonly metadata: { readonly component: { name: string } };
  components: { readonly 'bom-ref': string; readonly name: string; readonly version: string }[];
  dependencies: { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const file = process.argv[2] ?? 'dist/sbom.cdx.json';
const answer = npm('sbom', '--package-lock-only', '--sbom-format=cyclonedx');
if (answer.status === 0) {
  const bom = JSON.parse(answer.stdout) as Bom;
  const needed = neededPackages();
  const all = bom.components;
  bom.metadata.component.name = packageJson.name;
  bom.components = all.filter(({ name, version }) => needed.has(`${name}@${version}`));
  const kept = new Set(bom.components.map((one) => one['bom-ref']));
  const left = new Set(all.map((one) => one['bom-ref']).filter((ref) => !kept.has(ref)));
  bom.dependencies = bom.dependencies
    .filter(({ ref }) => !left.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => !left.has(one)) }));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
  process.stdout.write(`${file} is written: ${bom.components.length} packages.\n`);
} else {
  process.stderr.write(`npm sbom failed:\n${answer.stderr}\n`);
  process.exitCode = 1;
}

/** Packages that are not for development alone, as name and version. */
function neededPackages(): ReadonlySet<string> {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version: string; dev?: boolean }>;
  };
  return new Set(
    Object.entries(lock.packages)
      .filter(([path, { dev }]) => path !== '' && dev !== true)
      .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`),
  );
}
