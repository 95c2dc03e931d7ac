/** Notes what Node loads until the process ends: `LOADS=FILE node --import note-loads.ts ...` writes a JSON list of URLs. */
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const loaded: string[] = [];
registerHooks({
  load(url, context, next) {
    loaded.push(url);
    return next(url, context);
  },
});
process.on('exit', () => writeFileSync(process.env['LOADS'] ?? '', JSON.stringify(loaded)));
