import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Api, createApi, WaveView } from '../../../rehearsal/drive/api.ts';
import { drive } from '../../../rehearsal/drive/drive.ts';
import { type EstateFile, type Exchange, parseEstate } from '../../../rehearsal/estate/index.ts';
import { joinClock } from '../../../rehearsal/participant.ts';
import { startSession } from '../../../rehearsal/session.ts';
import { inventories } from '../inventories.ts';
import { mixedEstate } from '../mixed-estate.ts';
import { removalEstate } from '../removal-estate.ts';
import { ARC, CUSTOMER, LINUX_VM, SUBSCRIPTION, smallEstate, VM, WORKSPACE } from '../small-estate.ts';

/** One rehearsal whose traffic is checked. */
export interface TrafficRun {
  readonly name: string;
  readonly file: EstateFile;
  /** Body of `POST /plans`. */
  readonly plan?: object;
  /** The first wave is rolled back at the end, everything that can be. */
  readonly rollback?: true;
}

export interface Traffic {
  readonly exchanges: readonly Exchange[];
  readonly phases: readonly string[];
  /** Everything else that outlives a request: durable histories with their inputs, and the log. */
  readonly kept: string;
}

/** Values that stand for secrets: none of them may be seen in traffic. */
const PROXY_LOGIN = { username: 'svc-proxy-c0ffee', password: 'Pa55-w0rd-c0ffee' };
export const SECRETS = { ...PROXY_LOGIN, workspaceKey: 'key-0f-law-c0ffee' };

const VAULT = 'kv-contract';
const SAMPLES = new URL('../../../rehearsal/samples/', import.meta.url);
const PATIENCE = { operationDeadlineSeconds: 3600, waitDeadlineSeconds: 1800, verifyDeadlineSeconds: 7200 };
/** Goes on whatever fails, so that every stage is seen. */
const LENIENT = { gate: { maxNotVerifiedShare: 1, maxFailed: 1000 } };

/** A Linux VM and an Arc server whose legacy agents no extension shows, so that scripts remove them. */
function byScriptEstate(): EstateFile {
  const manual = [LINUX_VM, ARC];
  return removalEstate({
    withoutExtension: manual,
    behaviour: { manualAgents: manual.map((machine) => ({ machine, workspaces: [CUSTOMER] })) },
  });
}
const REMOVAL = { manualInstalls: true };

/** The straight path, every proxy profile, throttling, and trouble of each kind, over three machines each. */
export function smallRuns(): readonly TrafficRun[] {
  return [
    { name: 'straight', file: realShapes(smallEstate()) },
    { name: 'proxies', file: proxyEstate(), plan: { policy: { proxies: proxies() } } },
    { name: 'throttled', file: throttledEstate(), plan: { policy: LENIENT } },
    {
      name: 'scripts',
      file: realShapes(byScriptEstate()),
      plan: { policy: { ...LENIENT, removal: REMOVAL } },
    },
    { name: 'rollback', file: rollbackEstate(), rollback: true },
    { name: 'trouble', file: troubledEstate(), plan: { policy: { ...PATIENCE, ...LENIENT } } },
  ];
}

/** A sample estate by name, or undefined while it is not there. */
export function sampleRun(name: string, plan?: object): TrafficRun | undefined {
  const path = new URL(`${name}.json`, SAMPLES);
  if (!existsSync(path)) return undefined;
  const parsed = parseEstate(JSON.parse(readFileSync(path, 'utf8')));
  if (!parsed.ok) throw new Error(`${name}.json is no estate file: ${JSON.stringify(parsed)}`);
  return { name, file: parsed.estate, plan: plan ?? { policy: LENIENT } };
}

/** Drives inventory, plan and waves through the app and returns every exchange with the estate. */
export async function collectTraffic({ file, plan = {}, rollback }: TrafficRun): Promise<Traffic> {
  const exchanges: Exchange[] = [];
  const kept: unknown[] = [];
  const session = await startSession({
    file,
    onExchange: (exchange) => exchanges.push(exchange),
    log: (entry) => kept.push(entry),
  });
  const person = joinClock(session.clock);
  const { key, fetch } = session.host;
  try {
    const api = createApi({ url: 'http://127.0.0.1', key, fetch });
    const { waves } = await drive({
      api,
      plan,
      requestedBy: 'requester',
      approveAs: 'approver',
      runId: 'contract',
      sleep: person.sleep,
      onEvent: () => undefined,
    });
    if (rollback) await rollBack(api, waves[0]?.id ?? '', person.sleep);
    kept.push(session.host.instances().map(({ id }) => session.host.history(id)));
    return { exchanges, phases: waves.map(({ phase }) => phase), kept: JSON.stringify(kept) };
  } finally {
    person.leave();
    await session.close();
  }
}

/** Everything a rollback can undo, in a world in which no legacy agent is heard. */
async function rollBack(api: Api, id: string, sleep: (ms: number) => Promise<void>): Promise<void> {
  const request = {
    ...{ by: 'requester', reason: 'contract', undo: { legacyAgent: true, agent: true } },
    workspaceKeys: [{ workspaceId: WORKSPACE, secret: secretAddress('workspace-key') }],
  };
  const path = `/waves/${id}/rollback`;
  const { body } = await api.post(path, z.object({ confirmation: z.string() }), request);
  await api.post(path, WaveView, { ...request, ...body, whatIf: false });
  for (;;) {
    const { body: wave } = await api.get(`/waves/${id}`, WaveView);
    if (wave.step === 'finished') return;
    await sleep(60_000);
  }
}

function rollbackEstate(): EstateFile {
  return withBehaviour({
    secrets: [{ vault: VAULT, name: 'workspace-key', value: SECRETS.workspaceKey }],
  });
}

/** Inventories of every form of scope, over an estate with locks, roles by group, policies and scale sets. */
export async function collectInventoryTraffic(): Promise<readonly Exchange[]> {
  const exchanges: Exchange[] = [];
  const mixed = mixedEstate({
    behaviour: {
      locks: [{ scope: VM, level: 'ReadOnly', name: 'frozen' }],
      permissions: [
        { scope: `/subscriptions/${SUBSCRIPTION}`, actions: ['*/read'], notActions: ['Microsoft.Web/*'] },
      ],
    },
  });
  const subscription = {
    id: `/subscriptions/${SUBSCRIPTION}`,
    type: 'microsoft.resources/subscriptions',
    properties: { managementGroupAncestorsChain: [{ name: 'mg-online' }, { name: 'mg-root' }] },
  };
  const session = await startSession({
    file: { ...mixed, resources: [...mixed.resources, subscription] },
    onExchange: (exchange) => exchanges.push(exchange),
  });
  const participant = joinClock(session.clock);
  const { key, fetch } = session.host;
  const api = createApi({ url: 'http://127.0.0.1', key, fetch });
  const inventory = inventories(() => ({ api, participant }));
  try {
    for (const scope of [{}, { managementGroups: ['mg-online'] }, { subscriptions: [SUBSCRIPTION] }]) {
      const { status, problem } = await inventory.take(scope);
      if (status !== 'completed') throw new Error(`an inventory failed: ${problem}`);
    }
    return exchanges;
  } finally {
    participant.leave();
    await session.close();
  }
}

const PROXY = 'http://proxy.contoso.example:8080';
const GATEWAY = 'http://gateway.contoso.example:8080';

function secretAddress(name: string): string {
  return `https://${VAULT}.vault.azure.net/secrets/${name}`;
}

/** Linux goes through private link, Arc through a gateway, Windows VMs through a proxy with credentials. */
function proxies(): object {
  return {
    profiles: {
      credentials: {
        kind: 'proxyWithCredentials',
        address: PROXY,
        usernameSecret: secretAddress('proxy-user'),
        passwordSecret: secretAddress('proxy-password'),
      },
      gateway: { kind: 'gateway', address: GATEWAY },
      private: { kind: 'privateLink' },
    },
    rules: [
      { match: { kind: 'arcServer' }, profile: 'gateway' },
      { match: { os: 'windows' }, profile: 'credentials' },
      { match: { os: 'linux' }, profile: 'private' },
    ],
  };
}

function proxyEstate(): EstateFile {
  return withBehaviour({
    secrets: [
      { vault: VAULT, name: 'proxy-user', value: SECRETS.username },
      { vault: VAULT, name: 'proxy-password', value: SECRETS.password },
    ],
    network: {
      default: { mode: 'proxy', address: PROXY, ...PROXY_LOGIN },
      rules: [
        { match: { kind: 'arcServer' }, network: { mode: 'gateway', address: GATEWAY } },
        { match: { os: 'linux' }, network: { mode: 'privateLink' } },
      ],
    },
  });
}

/** A removal that sticks once, an install that fails once, a lock that forbids removal, a broken answer. */
function troubledEstate(): EstateFile {
  return withBehaviour({
    stuckExtensions: [{ machine: VM, agent: 'legacy', attempts: 1 }],
    failedInstalls: [{ match: { machines: [LINUX_VM] }, agent: 'ama', attempts: 1 }],
    locks: [{ scope: ARC, level: 'CanNotDelete', name: 'keep' }],
    offline: [{ machine: ARC, from: '2026-11-21T08:01:00Z', until: '2026-11-21T08:10:00Z' }],
    faults: [{ match: { kind: 'extension.write' }, effect: { status: 503, retryAfterSeconds: 5 }, count: 1 }],
  });
}

/** Thirty more Linux VMs under a tenth of the documented limits, so that answers of 429 are seen. */
function throttledEstate(): EstateFile {
  const file = withBehaviour({ limits: { factor: 0.1 } });
  const template = file.resources.filter(({ id }) => id.startsWith(LINUX_VM));
  const copies = Array.from({ length: 30 }, (_, i) =>
    template.map((resource) => ({
      ...resource,
      id: resource.id.replace(LINUX_VM, `${LINUX_VM}-${i}`),
      name: resource.id === LINUX_VM ? `db-01-${i}` : resource.name,
    })),
  );
  return { ...file, resources: [...file.resources, ...copies.flat()] };
}

function withBehaviour(behaviour: NonNullable<EstateFile['behaviour']>): EstateFile {
  return realShapes(smallEstate({ behaviour }));
}

/** Data sources in Azure's shape, by the stream they feed. */
const SOURCES: Readonly<Record<string, object>> = {
  'Microsoft-Perf': {
    performanceCounters: [
      {
        name: 'counters',
        streams: ['Microsoft-Perf'],
        samplingFrequencyInSeconds: 60,
        counterSpecifiers: ['\\Processor(_Total)\\% Processor Time'],
      },
    ],
  },
  'Microsoft-Event': {
    windowsEventLogs: [
      { name: 'events', streams: ['Microsoft-Event'], xPathQueries: ['System!*[System[Level=2]]'] },
      { name: 'security', streams: ['Microsoft-SecurityEvent'], xPathQueries: ['Security!*'] },
    ],
  },
  'Microsoft-Syslog': {
    syslog: [
      { name: 'syslog', streams: ['Microsoft-Syslog'], facilityNames: ['auth'], logLevels: ['Error'] },
    ],
  },
};

/** The small estate leaves out what no test needs but Azure always answers. */
export function realShapes(file: EstateFile): EstateFile {
  const resources = file.resources.map((resource) => {
    const properties = { ...resource.properties };
    if (/datacollectionrules$/i.test(resource.type ?? ''))
      properties['dataSources'] = Object.assign(
        {},
        ...streamsOf(properties).map((stream) => SOURCES[stream]),
      );
    return { ...resource, properties };
  });
  return { ...file, resources };
}

function streamsOf(properties: Readonly<Record<string, unknown>>): readonly string[] {
  const flows = properties['dataFlows'] as readonly { streams: readonly string[] }[];
  return flows.flatMap(({ streams }) => streams);
}
