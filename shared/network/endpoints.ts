import { hostOf, indexOf, type NetworkContext, type NetworkMachine } from './context.ts';
import { type NetworkNeeds, needsOf, type Unknown } from './needs.ts';

/** One connection that must be open. Facts file 3.3 and 3.4. */
export interface RequiredEndpoint {
  readonly from: 'machines' | 'proxy' | 'gateway';
  /** Of a row from a proxy or gateway: which one. */
  readonly source: string | null;
  readonly host: string;
  readonly port: number;
  readonly protocol: 'http' | 'https';
  readonly purpose: string;
  /** How the machine's traffic gets there. */
  readonly via: 'direct' | 'proxy' | 'gateway' | 'privateLink';
  /** Whether TLS may be opened on the way: the agent accepts it nowhere. */
  readonly inspectable: false;
}

export type RequiredEndpoints =
  | { readonly ok: true; readonly endpoints: readonly RequiredEndpoint[] }
  | { readonly ok: false; readonly unknown: Unknown };

/** Every connection one machine needs as soon as Azure Monitor Agent is on it, or why that cannot be told. */
export function requiredEndpoints(machine: NetworkMachine, context: NetworkContext): RequiredEndpoints {
  const result = needsOf(machine, context);
  return result.ok ? { ok: true, endpoints: endpointsOf(result.needs, context) } : result;
}

interface Target {
  readonly host: string;
  readonly purpose: string;
}

const PURPOSE = {
  control: 'access control service of the agent',
  configuration: 'data collection rules of the machine',
  logs: 'ingestion of logs, by workspace',
  ingestion: 'ingestion of logs through a data collection endpoint',
  arm: 'Azure Resource Manager, for Azure Monitor Metrics only',
  metrics: 'ingestion into Azure Monitor Metrics',
} as const;

export function endpointsOf(needs: NetworkNeeds, context: NetworkContext): readonly RequiredEndpoint[] {
  const { path } = needs;
  const metrics = metricsTargets(needs, context).map((target) => row(target, 'direct'));
  if (path.kind === 'direct')
    return [...openTargets(needs, context).map((t) => row(t, 'direct')), ...metrics];
  if (path.kind === 'privateLink') {
    const targets = privateTargets(needs, path.endpointId, context);
    return [...targets.map((target) => row(target, 'privateLink')), ...metrics];
  }
  const source = `${path.host}:${path.port}`;
  return [
    {
      ...row({ host: path.host, purpose: `the ${path.kind} that carries the agent's traffic` }, 'direct'),
      port: path.port,
      protocol: 'http',
    },
    ...metrics,
    ...openTargets(needs, context).map((target) => ({ ...row(target, path.kind), from: path.kind, source })),
  ];
}

function row({ host, purpose }: Target, via: RequiredEndpoint['via']): RequiredEndpoint {
  return {
    from: 'machines',
    source: null,
    host,
    port: 443,
    protocol: 'https',
    purpose,
    via,
    inspectable: false,
  };
}

function openTargets(needs: NetworkNeeds, { cloud }: NetworkContext): readonly Target[] {
  return [
    { host: cloud.globalHandler, purpose: PURPOSE.control },
    { host: `${needs.region}.${cloud.handlerSuffix}`, purpose: PURPOSE.configuration },
    ...logTargets(needs, cloud.odsSuffix),
    ...needs.ingestion.map((host) => ({ host, purpose: PURPOSE.ingestion })),
  ];
}

function logTargets({ workspaces }: NetworkNeeds, suffix: string): readonly Target[] {
  return workspaces.map((id) => ({ host: `${id}.${suffix}`, purpose: PURPOSE.logs }));
}

/** Behind private link the agent uses the hosts of its endpoint in place of the public ones. */
function privateTargets(
  needs: NetworkNeeds,
  endpointId: string | null,
  { cloud, estate }: NetworkContext,
): readonly Target[] {
  const endpoint = endpointId === null ? undefined : indexOf(estate).endpoints.get(endpointId);
  const configuration = hostOf(endpoint?.configurationAccess) ?? `*.${cloud.handlerSuffix}`;
  const ingestion = hostOf(endpoint?.logsIngestion) ?? `*.${cloud.ingestSuffix}`;
  return [
    { host: configuration, purpose: PURPOSE.configuration },
    ...logTargets(needs, cloud.odsSuffix),
    ...[...new Set([ingestion, ...needs.ingestion])].map((host) => ({ host, purpose: PURPOSE.ingestion })),
  ];
}

/** No proxy, gateway or private link carries metrics: they go straight out (facts file 3.3). */
function metricsTargets({ metrics, region }: NetworkNeeds, { cloud }: NetworkContext): readonly Target[] {
  if (!metrics) return [];
  return [
    { host: cloud.armHost, purpose: PURPOSE.arm },
    { host: `${region}.${cloud.metricsSuffix}`, purpose: PURPOSE.metrics },
  ];
}
