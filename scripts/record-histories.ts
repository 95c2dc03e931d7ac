import { readFileSync, writeFileSync } from 'node:fs';
import { createApi } from '../rehearsal/drive/api.ts';
import { drive } from '../rehearsal/drive/drive.ts';
import { joinClock } from '../rehearsal/participant.ts';
import { fleet } from '../rehearsal/samples/build-fleet.ts';
import { startSession } from '../rehearsal/session.ts';

/**
 * Records the histories of one whole migration for the orchestrator version in host.json. Run it once when
 * a version ships; from then on the tests replay the file and it is never written again.
 */
const hostJson = JSON.parse(readFileSync('host.json', 'utf8')) as {
  extensions: { durableTask: { defaultVersion: string } };
};
const path = `test/golden/histories/${hostJson.extensions.durableTask.defaultVersion}.jsonl`;
const session = await startSession({ file: fleet({ machines: 12, seed: 1, cells: 2, arcShare: 0.3 }) });
const participant = joinClock(session.clock);
await drive({
  api: createApi({ url: 'http://127.0.0.1', key: session.host.key, fetch: session.host.fetch }),
  plan: { policy: { approvals: { start: true }, soakSeconds: 3600 } },
  requestedBy: 'operator',
  approveAs: 'approver',
  runId: 'golden',
  sleep: participant.sleep,
  onEvent: () => undefined,
});
const recordings = await Promise.all(session.host.instances().map(({ id }) => session.host.record(id)));
writeFileSync(path, `${recordings.map((recording) => JSON.stringify(recording)).join('\n')}\n`);
process.stdout.write(`${path}: ${recordings.length} histories\n`);
participant.leave();
await session.close();
