/** A small app for the tests of the embedded host; it uses the real packages, as an app on Azure would. */
import './activities.ts';
import './entities.ts';
import './hooks.ts';
import './http.ts';
import './orchestrators.ts';
import './timers.ts';

export { record } from './record.ts';
