import { readFileSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { ApiError } from '../rehearsal/drive/api.ts';
import { type EstateFile, parseEstate } from '../rehearsal/estate/index.ts';

/** Exit codes of every command: 0 all well, 1 the run did not complete, 2 the input is wrong. */
export const EXIT = { ok: 0, notCompleted: 1, badInput: 2 } as const;

/** Wrong input, with everything a person needs to mend it; printed without a stack. */
export class BadInput extends Error {}

/** Runs a command's main function and turns errors into exit codes. */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    const { text, code } = explain(error);
    process.stderr.write(`${text}\n`);
    // What was started before the error must not keep the process alive.
    process.exit(code);
  }
}

/** What a person is told: the fault alone where the input is to blame, the whole stack where we are. */
function explain(error: unknown): { text: string; code: number } {
  if (error instanceof BadInput) return { text: error.message, code: EXIT.badInput };
  if (error instanceof ApiError) {
    const code = error.status === 400 || error.status === 422 ? EXIT.badInput : EXIT.notCompleted;
    return { text: describeApiError(error), code };
  }
  if (!(error instanceof Error)) return { text: String(error), code: EXIT.notCompleted };
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    const { port } = error as { port?: number };
    return { text: `Port ${port} is in use; choose another with --port.`, code: EXIT.badInput };
  }
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'SettingsError') return { text: cause.message, code: EXIT.badInput };
  }
  return { text: error.stack ?? error.message, code: EXIT.notCompleted };
}

/** Options of a command, checked; an unknown one or a missing value is bad input with the usage. */
export function readOptions<T extends NonNullable<ParseArgsConfig['options']>>(options: T, usage: string) {
  const { values, positionals } = readWords(options, usage);
  if (positionals.length === 0) return values;
  throw new BadInput(`"${positionals[0]}" is one word too many\n\n${usage}`);
}

/** The same for a command that also takes words. */
export function readWords<T extends NonNullable<ParseArgsConfig['options']>>(options: T, usage: string) {
  try {
    const { values, positionals } = parseArgs({
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      ...{ strict: true, allowPositionals: true },
    });
    if ((values as { help?: boolean }).help === true) {
      process.stdout.write(`${usage}\n`);
      process.exit(EXIT.ok);
    }
    return { values: values as ReturnType<typeof parseArgs<{ options: T }>>['values'], positionals };
  } catch (error) {
    throw new BadInput(`${(error as Error).message}\n\n${usage}`);
  }
}

/** A JSON file; a missing or malformed one is bad input. */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new BadInput(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadInput(`${path} is not JSON: ${(error as Error).message}`);
  }
}

/** An estate file; every fault is named with its path. */
export function readEstate(path: string): EstateFile {
  const parsed = parseEstate(readJson(path));
  if (parsed.ok) return parsed.estate;
  const shown = parsed.problems
    .slice(0, 20)
    .map(({ path: at, message }) => `  ${at || '(root)'}: ${message}`);
  const more = parsed.problems.length > 20 ? [`  ... and ${parsed.problems.length - 20} more`] : [];
  throw new BadInput([`${path} is not a valid estate file:`, ...shown, ...more].join('\n'));
}

/** A plan file: the body of POST /plans. The app itself checks it. */
export function readPlan(path: string | undefined): object {
  if (path === undefined) return {};
  const plan = readJson(path);
  if (plan === null || typeof plan !== 'object' || Array.isArray(plan)) {
    throw new BadInput(`${path} is not a plan: (root): expected an object, the body of POST /plans`);
  }
  return plan;
}

/** A whole number within bounds. */
export function readInteger(
  name: string,
  value: string | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (value === undefined) return fallback;
  const n = Number(value);
  if (Number.isInteger(n) && n >= min && n <= max) return n;
  throw new BadInput(`--${name}: ${value} is not a whole number from ${min} to ${max}`);
}

function describeApiError({ message, code, faults }: ApiError): string {
  return [
    `${message} [${code}]`,
    ...faults.map((fault) => `  ${fault.path || '(root)'}: ${fault.message}`),
  ].join('\n');
}
