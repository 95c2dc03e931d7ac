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
 * Records the histories of one whole migration, of a plan that is run by itself, of a delivery, a ticket and a drift
 * check, for the orchestrator version in host.json. Run it once when a version ships; from then on the tests replay
 * the file and it is never written again.
 */
const Started = z.object({ id: z.string() });
const Found = z.object({ status: z.string().optional(), finishedAt: z.string().nullable().optional() });
const hostJson = JSON.parse(readFileSync('host.json', 'utf8')) as {
  extensions: { durableTask: { defaultVersion: string } };
};
const path = `test/golden/histories/${hostJson.extensions.durableTask.defaultVersion}.jsonl`;
const migration = await record(fleet({ machines: 12, seed: 1, cells: 2, arcShare: 0.3 }), migrate);
const run = await record(fleet({ machines: 4, seed: 2, cells: 1, arcShare: 0 }), runPlan);
const heard = await record(listenedEstate(), listen);
const ticketed = await record(estateWithDesk(), followTicket);
const checked = await record(fleet({ machines: 2, seed: 5, cells: 1, arcShare: 0 }), check);
const only = (all: readonly Recording[], name: string) =>
  all.filter(({ instance }) => instance.name === name);
const recordings = [
  ...migration,
  ...only(run, 'planRun'),
  ...only(heard, 'deliver'),
  ...only(ticketed, 'ticket'),
  ...only(checked, 'drift'),
];
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

function looker(api: Api) {
  return async (place: string) => (await api.get(place, Found)).body;
}

async function takeInventory(api: Api, sleep: Participant['sleep']): Promise<void> {
  const { body: inventory } = await api.post('/inventories', Started, {});
  while ((await looker(api)(`/inventories/${inventory.id}`)).status === 'running') await sleep(1000);
}

/** One promotion by policy, a hold and a resumption: every way the orchestration can go. */
async function runPlan(api: Api, sleep: Participant['sleep']): Promise<void> {
  await takeInventory(api, sleep);
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
  while ((await looker(api)(place)).finishedAt === null) await sleep(60_000);
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

/** A desk at which somebody approves after ten minutes. */
function estateWithDesk(): EstateFile {
  const file = fleet({ machines: 2, seed: 4, cells: 1, arcShare: 0 });
  const host = 'contoso.service-now.com';
  const by = { login: 'approver@contoso.example', name: 'Approver' };
  Object.assign(process.env, {
    AMA_TICKET_DESK: 'serviceNow',
    AMA_TICKET_URL: `https://${host}`,
    AMA_TICKET_HOSTS: host,
    AMA_TICKET_USER: 'ama',
    AMA_TICKET_FIELDS: '{"assignment_group": "operations"}',
    AMA_TICKET_SECRET: 'https://kv-tickets.vault.azure.net/secrets/desk',
  });
  const answers = [{ does: 'approves' as const, by, afterSeconds: 600 }];
  return {
    ...file,
    behaviour: {
      ...file.behaviour,
      desks: [{ kind: 'serviceNow', host, user: 'ama', password: 'golden', answers }],
      secrets: [{ vault: 'kv-tickets', name: 'desk', value: 'golden' }],
    },
  };
}

/** From the approval of its change to its end. */
async function followTicket(api: Api, sleep: Participant['sleep']): Promise<void> {
  await takeInventory(api, sleep);
  const { body: plan } = await api.post('/plans', PlanView, {
    cohorts: { pilotSize: 0, firstSize: 2, growth: 1 },
    policy: { approvals: { start: true, removal: false }, ticket: { desk: 'serviceNow' }, soakSeconds: 0 },
  });
  const { body: wave } = await api.post('/waves', Started, { planId: plan.id, wave: 0, by: 'operator' });
  while ((await looker(api)(`/waves/${wave.id}`)).finishedAt === null) await sleep(60_000);
  await sleep(3_600_000);
}

async function check(api: Api, sleep: Participant['sleep']): Promise<void> {
  const { body: started } = await api.post('/drift', Started, { by: 'operator' });
  while ((await looker(api)(`/drift/${started.id}`)).status === 'running') await sleep(10_000);
}
