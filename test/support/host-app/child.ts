/** Runs the fixture app in a process of its own until `everything` has ended: `node child.ts <store> <slow>`. */
import { createSkippingClock } from '../../../rehearsal/clock.ts';
import { readStoredTime } from '../../../rehearsal/host/index.ts';
import { began, startHarness } from '../../orchestration/host/harness.ts';

const [store = '', slow = '10'] = process.argv.slice(2);
const clock = createSkippingClock({ start: readStoredTime(store) ?? began });
const { host, run, until } = await startHarness({ store, clock, maxConcurrentActivities: 4 });
const known = host.instances().some((row) => row.id === 'all');
const { status, output } = await (known
  ? until('all', 'Completed', 'Failed')
  : run('everything', Number(slow), { instanceId: 'all' }));
console.log(JSON.stringify({ status, output }));
await host.stop();
