import type { OsType } from '../../model/agents.ts';
import { normalizeId } from '../../model/ids.ts';
import type { RuleTags } from './tags.ts';

type Texts = readonly string[] | null | undefined;

interface Source {
  readonly name?: string | null | undefined;
  readonly streams?: Texts;
}

/** A rule that is there already, in the shape ARM and Resource Graph return it; what is not needed is left out. */
export interface ExistingRule {
  readonly id: string;
  readonly name: string;
  /** From its `kind`; null where it has none, which means both. */
  readonly os: OsType | null;
  readonly tags?: RuleTags;
  readonly body: {
    readonly dataSources?:
      | {
          readonly performanceCounters?:
            | readonly (Source & {
                readonly counterSpecifiers?: Texts;
                readonly samplingFrequencyInSeconds?: number | null | undefined;
              })[]
            | null
            | undefined;
          readonly windowsEventLogs?:
            | readonly (Source & { readonly xPathQueries?: Texts })[]
            | null
            | undefined;
          readonly syslog?:
            | readonly (Source & { readonly facilityNames?: Texts; readonly logLevels?: Texts })[]
            | null
            | undefined;
          readonly logFiles?: readonly (Source & { readonly filePatterns?: Texts })[] | null | undefined;
          readonly iisLogs?: readonly (Source & { readonly logDirectories?: Texts })[] | null | undefined;
          readonly windowsFirewallLogs?: readonly Source[] | null | undefined;
          readonly extensions?:
            | readonly (Source & { readonly extensionName?: string | null | undefined })[]
            | null
            | undefined;
        }
      | null
      | undefined;
    readonly dataFlows?:
      | readonly {
          readonly streams?: Texts;
          readonly destinations?: Texts;
          readonly transformKql?: string | null | undefined;
          readonly outputStream?: string | null | undefined;
        }[]
      | null
      | undefined;
    readonly destinations?:
      | {
          readonly logAnalytics?:
            | readonly {
                readonly name?: string | null | undefined;
                readonly workspaceResourceId?: string | null | undefined;
              }[]
            | null
            | undefined;
        }
      | null
      | undefined;
  };
}

/** Where a rule sends one stream in a workspace. */
export interface Arrival {
  readonly stream: string;
  /** The table's stream: the same one where the flow does not name another. */
  readonly output: string;
  /** A transformation may drop rows, so what arrives is not known to be the same. */
  readonly transformed: boolean;
}

/** The streams that a rule brings into this workspace, names in lower case. */
export function arrivalsIn(rule: ExistingRule, workspaceId: string): readonly Arrival[] {
  const names = (rule.body.destinations?.logAnalytics ?? [])
    .filter(({ workspaceResourceId }) => normalizeId(workspaceResourceId ?? '') === normalizeId(workspaceId))
    .map(({ name }) => (name ?? '').toLowerCase());
  const here = (rule.body.dataFlows ?? []).filter((flow) =>
    (flow.destinations ?? []).some((name) => names.includes(name.toLowerCase())),
  );
  return here.flatMap(({ streams, transformKql, outputStream }) =>
    (streams ?? []).map((stream) => ({
      stream: stream.toLowerCase(),
      output: (outputStream ?? stream).toLowerCase(),
      transformed: !['', 'source'].includes((transformKql ?? '').trim().toLowerCase()),
    })),
  );
}
