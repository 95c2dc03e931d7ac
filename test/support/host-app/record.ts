import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What the functions of the app did, for the tests to look at. */
export const record: { calls: string[]; fail: Map<string, number> } = { calls: [], fail: new Map() };

/** Notes a call; also in a file when the app runs in a process of its own. */
export function note(text: string): void {
  record.calls.push(text);
  const file = process.env['HOST_APP_RECORD'];
  if (file !== undefined) appendFileSync(file, `${text}\n`);
}

/** How often `flaky` was tried under a name, also by processes that were killed meanwhile. */
export function attemptsOf(name: string): number {
  const file = process.env.HOST_APP_RECORD;
  if (file === undefined) return record.fail.get(name) ?? 0;
  if (!existsSync(file)) return 0;
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith(`flaky ${name} `)).length;
}
