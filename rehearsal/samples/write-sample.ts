import { writeFileSync } from 'node:fs';
import { type EstateFile, parseEstate } from '../estate/index.ts';

/** Writes an estate file with one resource a line, after checking it. */
export function writeSample(file: string, estate: EstateFile): void {
  const parsed = parseEstate(estate);
  if (!parsed.ok) throw new Error(`${file}: ${JSON.stringify(parsed.problems.slice(0, 5), null, 2)}`);
  const { resources, ...rest } = estate;
  const lines = resources.map((resource) => `    ${JSON.stringify(resource)}`).join(',\n');
  const others = JSON.stringify(rest, null, 2).slice(1, -1).trimEnd();
  writeFileSync(file, `{${others},\n  "resources": [\n${lines}\n  ]\n}\n`);
}
