import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** What one test file saw. */
export interface Notes {
  /** Its path in the repository. */
  readonly file: string;
  /** Actions on the estate that the app's requests took (test/support/infra/actions.ts). */
  readonly actions: readonly string[];
  /** Operations of the API with the status of their answers: `getWave 200`. */
  readonly answers: readonly string[];
}

const ROOT = new URL('../../', import.meta.url).pathname;
const FOLDER = process.env['AMA_SUITE_NOTES'] ?? '';

export function keepNotes(path: string, notes: Omit<Notes, 'file'>): void {
  const file = relative(ROOT, path).split(sep).join('/');
  if (FOLDER === '') return;
  writeFileSync(join(FOLDER, `${file.replaceAll('/', '~')}.json`), JSON.stringify({ file, ...notes }));
}

/** Notes of the test files of a project in this run, and the files that ran none of it. */
export function notesOf(project: string): { notes: readonly Notes[]; absent: readonly string[] } {
  const notes = (FOLDER === '' ? [] : readdirSync(FOLDER))
    .filter((name) => name.startsWith(`test~${project}~`))
    .map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Notes);
  const ran = new Set(notes.map(({ file }) => file));
  const all = readdirSync(join(ROOT, 'test', project), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.spec.ts'))
    .map((name) => `test/${project}/${name.split(sep).join('/')}`);
  return { notes, absent: all.filter((file) => !ran.has(file)) };
}
