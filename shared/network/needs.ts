import { normalizeRegion } from '../model/ids.ts';
import {
  type EstateIndex,
  hostOf,
  indexOf,
  type NetworkContext,
  type NetworkMachine,
  type NetworkRule,
} from './context.ts';
import { type NetworkPath, pathOf } from './path.ts';

/** What decides the list of one machine; equal for machines that need the same. */
export interface NetworkNeeds {
  readonly region: string;
  readonly path: NetworkPath;
  /** Customer ids of the workspaces it will send to, sorted. */
  readonly workspaces: readonly string[];
  readonly metrics: boolean;
  /** Hosts of data collection endpoints that take its data, sorted; `*.…` where the host is not known. */
  readonly ingestion: readonly string[];
}

/** Why no list can be made, and what would help. */
export const UNKNOWN = {
  unmanaged: 'Azure does not manage the machine: connect it to Azure Arc first, then discover again.',
  noRegion: 'The machine has no region, and two of its hosts are regional.',
  osUnknown: 'The operating system is not known, so the rules the machine will get are not either.',
  noWorkspace: 'The machine reports to no workspace and is associated with no rule.',
  workspaceNotVisible:
    'The machine sends to a workspace that the app cannot see: give it Reader there, then discover again.',
  arcProxyUnreadable:
    "The Arc agent's own proxy is not http://host:port, the only form Azure Monitor Agent takes over: give the machine a profile.",
} as const;
export type UnknownReason = keyof typeof UNKNOWN;

export interface Unknown {
  readonly reason: UnknownReason;
  /** The workspace that is meant, where it is about one. */
  readonly detail: string | null;
}

export type NeedsResult =
  | { readonly ok: true; readonly needs: NetworkNeeds; readonly unseenRules: number }
  | { readonly ok: false; readonly unknown: Unknown };

/** Streams that only a data collection endpoint takes (facts file 3.4). */
const ENDPOINT_STREAM = /WindowsFirewall$|^Microsoft-PrometheusMetrics$/i;

/** What one machine needs once it is migrated: its workspaces, and all that its rules send and where. */
export function needsOf(machine: NetworkMachine, context: NetworkContext): NeedsResult {
  const index = indexOf(context.estate);
  const region = normalizeRegion(machine.region);
  if (machine.kind === 'unmanaged') return unknown('unmanaged');
  if (!/^[a-z0-9]+$/.test(region)) return unknown('noRegion');
  if (machine.os === 'unknown') return unknown('osUnknown');
  const [unseen] = [...machine.unseenWorkspaces].sort();
  if (unseen !== undefined) return unknown('workspaceNotVisible', unseen);
  const rules = rulesOf(machine, index);
  const flows = rules.flatMap((rule) => rule.flows.map(({ workspaceId }) => workspaceId));
  const workspaceIds = [...new Set([...machine.legacyWorkspaces, ...flows])].sort();
  if (workspaceIds.length === 0 && !rules.some(({ metrics }) => metrics)) return unknown('noWorkspace');
  const hidden = workspaceIds.find((id) => !index.customerIds.has(id));
  if (hidden !== undefined) return unknown('workspaceNotVisible', hidden);
  const path = pathOf(machine, context, index);
  if (path === undefined) return unknown('arcProxyUnreadable');
  return {
    ok: true,
    unseenRules: machine.associations.filter(({ ruleId }) => ruleId !== null && !index.rules.has(ruleId))
      .length,
    needs: {
      region,
      path,
      workspaces: sorted(workspaceIds.map((id) => index.customerIds.get(id) ?? '')),
      metrics: rules.some(({ metrics }) => metrics),
      ingestion: sorted(rules.flatMap((rule) => ingestionHosts(rule, context, index))),
    },
  };
}

function unknown(reason: UnknownReason, detail: string | null = null): NeedsResult {
  return { ok: false, unknown: { reason, detail } };
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

/** Rules it has, and those a plan would give it: of its system, feeding a workspace it reports to today. */
function rulesOf(machine: NetworkMachine, index: EstateIndex): readonly NetworkRule[] {
  const associated = machine.associations.flatMap(({ ruleId }) => {
    const rule = ruleId === null ? undefined : index.rules.get(ruleId);
    return rule === undefined ? [] : [rule];
  });
  const planned = machine.legacyWorkspaces
    .flatMap((id) => index.rulesOfWorkspace.get(id) ?? [])
    .filter(({ os }) => os === machine.os || os === 'any');
  return [...new Set([...associated, ...planned])];
}

/** The endpoint a rule names, else the only one of its region; any endpoint where neither is known. */
function ingestionHosts(rule: NetworkRule, { cloud }: NetworkContext, index: EstateIndex): readonly string[] {
  if (!rule.flows.some(({ stream }) => ENDPOINT_STREAM.test(stream))) return [];
  const near = index.endpointsOfRegion.get(normalizeRegion(rule.region)) ?? [];
  const endpoint = rule.endpointId
    ? index.endpoints.get(rule.endpointId)
    : near.length === 1
      ? near[0]
      : null;
  return [hostOf(endpoint?.logsIngestion) ?? `*.${cloud.ingestSuffix}`];
}
