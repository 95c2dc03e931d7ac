import type { NetworkCloud } from './cloud.ts';
import type { NetworkMachine } from './context.ts';
import type { NetworkNeeds } from './needs.ts';
import type { NetworkRow } from './preflight.ts';

/** What a reader of the rows must know; the text never changes with the fleet, the count does. */
const NOTES = {
  noInspection:
    'TLS must not be opened on the way to any of these hosts, by no firewall and no proxy: exempt them from HTTPS inspection.',
  serviceTags:
    'Where rules go by service tags, AzureMonitor and AzureResourceManager are both required; the addresses of data collection endpoints are in neither.',
  instanceMetadata:
    'Azure VMs sign in at the instance metadata service, 169.254.169.254 port 80. It never leaves the host and must not go through a proxy; no firewall row is needed, but rules inside the system must allow it.',
  arcAgent:
    "Arc servers sign in at the Arc agent's own service on the machine itself (himds, on localhost). The Arc agent's hosts are needed as before and are not in this list.",
  systemProxy:
    "Machines without a profile follow the system's own proxy settings where they have some; the list takes them as direct.",
  arcProxy:
    "Machines without a profile use the proxy of their Arc agent (Windows from agent version 1.26); the rows name it as source. The profile kind 'none' goes round it.",
  metricsDirect:
    'No proxy, gateway or private link carries Azure Monitor Metrics: those rows go straight from the machines to the internet, or the metrics are lost.',
  metricsUnavailable:
    'Rules send to Azure Monitor Metrics, which Microsoft documents as not available in this cloud.',
  privateLink:
    'Behind private link the agent uses the hosts of its data collection endpoint in place of the public ones; the names must resolve to private addresses.',
  endpointPattern:
    'A row with * stands for one host of a data collection endpoint that is not known yet or not the only one: replace it by configurationAccess.endpoint or logsIngestion.endpoint of the endpoint. No gateway command is given for it.',
  ruleNotVisible:
    'Machines are associated with rules that the app cannot see; what those rules send, and where, is not in the list.',
} as const;
export type NoteCode = keyof typeof NOTES;

export interface NetworkNote {
  readonly code: NoteCode;
  readonly text: string;
  /** Machines it is about, where it is not about all. */
  readonly machines: number | null;
}

/** Counts what the notes depend on while the machines pass. */
export function createNotes(cloud: NetworkCloud) {
  const counts = new Map<NoteCode, number>();
  const count = (code: NoteCode) => counts.set(code, (counts.get(code) ?? 0) + 1);
  return {
    add({ kind }: NetworkMachine, { path, metrics }: NetworkNeeds, unseenRules: number): void {
      count(kind === 'arcServer' ? 'arcAgent' : 'instanceMetadata');
      if (path.profile === null) count(path.kind === 'proxy' ? 'arcProxy' : 'systemProxy');
      if (metrics && path.kind !== 'direct') count('metricsDirect');
      if (metrics && !cloud.metrics) count('metricsUnavailable');
      if (path.kind === 'privateLink') count('privateLink');
      if (unseenRules > 0) count('ruleNotVisible');
    },

    /** In the order of the table; nothing where there are no rows to explain. */
    of(rows: readonly NetworkRow[]): readonly NetworkNote[] {
      if (rows.length === 0) return [];
      const general = new Set<NoteCode>(['noInspection', 'serviceTags']);
      if (rows.some(({ host }) => host.startsWith('*'))) general.add('endpointPattern');
      return (Object.keys(NOTES) as NoteCode[])
        .filter((code) => general.has(code) || counts.has(code))
        .map((code) => ({ code, text: NOTES[code], machines: counts.get(code) ?? null }));
    },
  };
}
