import { z } from 'zod';
import type { MadeProfile as MadeProfileView } from '../../../shared/network/legacy-proxy.ts';
import type { Preflight as PreflightView } from '../../../shared/network/preflight.ts';
import { answer, shape } from './answer.ts';

/** One line for a firewall team: the machines of these regions and this profile need this host. */
export const NetworkRow = shape(
  'NetworkRow',
  z.strictObject({
    regions: z.array(z.string()),
    profile: z.string().nullable().describe('The proxy profile; null where the agent keeps its default.'),
    machines: z.number(),
    from: z.enum(['machines', 'proxy', 'gateway']),
    source: z.string().nullable().describe('Of a row from a proxy or gateway: which one.'),
    host: z.string(),
    port: z.number(),
    protocol: z.enum(['http', 'https']),
    purpose: z.string(),
    via: z
      .enum(['proxy', 'gateway', 'direct', 'privateLink'])
      .describe("How the machine's traffic gets there."),
    inspectable: z
      .literal(false)
      .describe('Whether TLS may be opened on the way: the agent accepts it nowhere.'),
  }),
);

/** What to run on the servers of one Log Analytics gateway. */
export const GatewayCommands = shape(
  'GatewayCommands',
  z.strictObject({
    profile: z.string(),
    address: z
      .string()
      .describe('Host and port the machines use: of the gateway, or of the balancer before several.'),
    machines: z.number(),
    commands: z.array(z.string()),
  }),
);

/** What machines behind private link need in one region. Facts file 3.4. */
export const PrivateLinkNeed = shape(
  'PrivateLinkNeed',
  z.strictObject({
    region: z.string(),
    profile: z.string(),
    machines: z.number(),
    associated: z.number().describe("Machines that have the endpoint's association already."),
    endpointId: z.string().nullable().describe('The endpoint a plan would use; null: there is none yet.'),
    configurationAccess: z.string().nullable().describe('Its own hosts, where ARM tells them.'),
    logsIngestion: z.string().nullable(),
    dnsZones: z.array(z.string()).describe('To be linked with the network of the machines.'),
    needs: z.array(z.string()),
  }),
);

export const NetworkNote = shape(
  'NetworkNote',
  z.strictObject({
    code: z.enum([
      'privateLink',
      'noInspection',
      'serviceTags',
      'instanceMetadata',
      'arcAgent',
      'systemProxy',
      'arcProxy',
      'metricsDirect',
      'metricsUnavailable',
      'endpointPattern',
      'ruleNotVisible',
    ]),
    text: z.string(),
    machines: z.number().nullable().describe('Machines it is about, where it is not about all.'),
  }),
);

/** Machines without a list, by reason. */
export const UnknownMachines = shape(
  'UnknownMachines',
  z.strictObject({
    reason: z.enum([
      'unmanaged',
      'noWorkspace',
      'noRegion',
      'osUnknown',
      'workspaceNotVisible',
      'arcProxyUnreadable',
    ]),
    detail: z.string().nullable(),
    text: z.string(),
    machines: z.number(),
    examples: z.array(z.string()).describe('The first of them by id.'),
  }),
);

export const Preflight = answer<PreflightView>()(
  'Preflight',
  z.strictObject({
    machines: z.number().describe('Machines that the rows stand for.'),
    rows: z.array(NetworkRow),
    gatewayCommands: z.array(GatewayCommands),
    privateLink: z.array(PrivateLinkNeed),
    notes: z.array(NetworkNote),
    unknown: z.array(UnknownMachines),
  }),
);

/** A profile, and what a person still has to do. */
export const MadeProfile = answer<MadeProfileView>()(
  'MadeProfile',
  z.strictObject({
    ok: z.literal(true),
    profile: z.union([
      z.strictObject({
        kind: z.literal('none'),
      }),
      z.strictObject({
        kind: z.literal('proxy'),
        address: z.string(),
      }),
      z.strictObject({
        kind: z.literal('proxyWithCredentials'),
        address: z.string(),
        usernameSecret: z.string(),
        passwordSecret: z.string(),
      }),
      z.strictObject({
        kind: z.literal('gateway'),
        address: z.string(),
      }),
      z.strictObject({
        kind: z.literal('privateLink'),
      }),
    ]),
    notes: z.array(z.string()),
  }),
);
