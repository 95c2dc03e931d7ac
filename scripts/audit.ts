import { judged } from './dependencies/advisories.ts';
import { npm } from './dependencies/npm.ts';

/** Asks the registry for advisories against what the app needs at run time, and says when it has no answer. */
const { status, text } = judged(npm('audit', '--omit=dev', '--json'));
process.stdout.write(`${text}\n`);
process.exitCode = status;
