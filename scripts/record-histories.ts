import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { type Api, createApi, PlanView } from '../rehearsal/drive/api.ts';
import { drive } from '../rehearsal/drive/drive.ts';
import type { EstateFile } from '../rehearsal/estate/index.ts';
import type { Recording } from '../rehearsal/host/index.ts';
import { joinClock, type Participant } from '../rehearsal/participant.ts';
import { fleet } from '../rehearsal/samples/build-fleet.ts';
import { startSession } from '../rehearsal/session.ts';

/**
 * Records the histories of one whole migration, and of a plan that is run by itself, for the orchestrator
 * version in host.json. Run it once when a version ships; from then on the tests replay the file and it is
 * never written again.
 */
const hostJson = JSON.parse(readFileSync('host.json', 'utf8')) as {
  extensions: { durableTask: { defaultVersion: string } };
};
const path = `test/golden/histories/${hostJson.extensions.durableTask.defaultVersion}.jsonl`;
const migration = await record(fleet({ machines: 12, seed: 1, cells: 2, arcShare: 0.3 }), migrate);
const run = await record(fleet({ machines: 4, seed: 2, cells: 1, arcShare: 0 }), runPlan);
const heard = await record(listenedEstate(), listen);
const only = (all: readonly Recording[], name: string) =>
  all.filter(({ instance }) => instance.name === name);
const recordings = [...migration, ...only(run, 'planRun'), ...only(heard, 'deliver')];
writeFileSync(path, `${recordings.map((recording) => JSON.stringify(recording)).join('\n')}\n`);
process.stdout.write(`${path}: ${recordings.length} histories\n`);

async function record(
  file: EstateFile,
  work: (api: Api, sleep: Participant['sleep']) => Promise<void>,
): Promise<Recording[]> {
  const session = await startSession({ file });
  const participant = joinClock(session.clock);
  await work(
    createApi({ url: 'http://127.0.0.1', key: session.host.key, fetch: session.host.fetch }),
    participant.sleep,
  );
  const recorded = await Promise.all(session.host.instances().map(({ id }) => session.host.record(id)));
  participant.leave();
  await session.close();
  return recorded.filter((one) => one !== undefined);
}

async function migrate(api: Api, sleep: Participant['sleep']): Promise<void> {
  await drive({
    api,
    plan: { policy: { approvals: { start: true }, soakSeconds: 3600 } },
    requestedBy: 'operator',
    approveAs: 'approver',
    runId: 'golden',
    sleep,
    onEvent: () => undefined,
  });
}

/** One promotion by policy, a hold and a resumption: every way the orchestration can go. */
async function runPlan(api: Api, sleep: Participant['sleep']): Promise<void> {
  const Started = z.object({ id: z.string() });
  const Found = z.object({ status: z.string().optional(), finishedAt: z.string().nullable().optional() });
  const { body: inventory } = await api.post('/inventories', Started, {});
  const look = async (place: string) => (await api.get(place, Found)).body;
  while ((await look(`/inventories/${inventory.id}`)).status === 'running') await sleep(1000);
  const { body: plan } = await api.post('/plans', PlanView, {
    cohorts: { pilotSize: 0, firstSize: 2, growth: 1 },
    policy: { approvals: { removal: false }, promotion: { automatic: true, waitSeconds: 600 } },
  });
  const { body: started } = await api.post(`/plans/${plan.id}/runs`, Started, { by: 'operator' });
  const place = `/plans/${plan.id}/runs/${started.id}`;
  await sleep(60_000);
  await api.post(`${place}/hold`, Found, { by: 'operator', reason: 'golden' });
  await sleep(60_000);
  await api.post(`${place}/resume`, Found, { by: 'operator' });
  while ((await look(place)).finishedAt === null) await sleep(60_000);
}

/** A receiver that fails at first. */
function listenedEstate(): EstateFile {
  const file = fleet({ machines: 2, seed: 3, cells: 1, arcShare: 0 });
  const url = 'https://siem.contoso.com/hook';
  const secrets = [
    { vault: 'kv-events', name: 'hook', value: url },
    { vault: 'kv-events', name: 'key', value: `whsec_${'A'.repeat(32)}` },
  ];
  const faults = [{ match: { kind: 'event.receive' }, effect: { status: 503 }, count: 2 }];
  process.env['AMA_EVENT_HOSTS'] = 'siem.contoso.com';
  return { ...file, behaviour: { ...file.behaviour, receivers: [{ url }], secrets, faults } };
}

async function listen(api: Api, sleep: Participant['sleep']): Promise<void> {
  const vault = 'https://kv-events.vault.azure.net/secrets';
  const request = {
    callbackUrl: `${vault}/hook`,
    signingSecret: `${vault}/key`,
    types: ['inventory.completed'],
  };
  await api.post('/subscriptions', z.unknown(), request);
  await api.post('/inventories', z.unknown(), {});
  await sleep(3_600_000);
}
