import { contentHash } from '../../model/ids.ts';
import { applyLevers, applyPlans } from '../levers/apply.ts';
import { combined, type LeverChoice } from '../levers/choices.ts';
import type { RuleBody } from './arm.ts';
import { renderBicep } from './bicep.ts';
import { type RenderedRule, renderRule } from './body.ts';
import { collect, sortedLosses } from './collect.ts';
import {
  type ConfigurationEndpoint,
  configurationEndpoints,
  privateLinkNotes,
} from './configuration-endpoints.ts';
import type { ExistingRule } from './existing.ts';
import { type Explanation, explain } from './explain.ts';
import { type ConverterOptions, type Registration, registeredConverters } from './kinds/index.ts';
import { type CustomTable, customTables } from './log-files.ts';
import { mergeWanted } from './merge.ts';
import type { Loss, Origin, WorkspaceSettings } from './model.ts';
import { compareText, sortedBy, sortedOrigins } from './order.ts';
import { isOwn, type ReusedRule, type RuleState, stateOf, withoutOverlap } from './overlap.ts';
import { pack } from './pack.ts';
import { type CounterRhythm, counterRhythms } from './rhythms.ts';

export interface ConvertOptions extends ConverterOptions {
  /** Resource group that the rules go to, as a resource id. */
  readonly resourceGroupId?: string;
  /** Ingestion endpoint for the rules that need one. */
  readonly endpointId?: string;
  /** Regions of machines behind private link. */
  readonly configurationEndpointRegions?: readonly string[];
  /** Cost levers somebody chose. */
  readonly levers?: readonly LeverChoice[];
}

export interface ConvertedRule {
  readonly name: string;
  /** Where it is, or where it will be if that is known. */
  readonly resourceId?: string;
  readonly kind: RuleBody['kind'];
  readonly body: RuleBody;
  readonly hash: string;
  readonly state: RuleState;
  readonly endpointNeeded: boolean;
  readonly origins: readonly Origin[];
}

/** What one workspace's settings become. */
export interface RuleSet {
  /** Digest of what would be deployed, and why: the same settings have the same id before and after. */
  readonly id: string;
  readonly workspaceId: string;
  readonly rules: readonly ConvertedRule[];
  /** Rules of others that machines have to be associated with as well. */
  readonly reused: readonly ReusedRule[];
  /** Rules of an earlier run that nothing asks for any more. */
  readonly obsolete: readonly { readonly resourceId: string; readonly name: string }[];
  readonly tables: readonly CustomTable[];
  readonly endpointNeeded: boolean;
  /** Endpoints that give machines behind private link their configuration, one a region. */
  readonly configurationEndpoints?: readonly ConfigurationEndpoint[];
  /** Cost levers that narrow the rules; what each did is in the losses. */
  readonly levers?: readonly LeverChoice[];
  /** Counters that are read more or less often than before; absent in sets of before. */
  readonly rhythms?: readonly CounterRhythm[];
  readonly bicep: string;
  readonly losses: readonly Loss[];
  readonly explanations: readonly Explanation[];
  readonly notes: readonly string[];
}

/** Converts the settings of one workspace. Pure: the same input, in any order, gives the same bytes (D9). */
export function convertWorkspace(
  settings: WorkspaceSettings,
  input: {
    readonly existingRules: readonly ExistingRule[];
    readonly converters?: readonly Registration[];
    readonly options?: ConvertOptions;
  },
): RuleSet {
  const { workspace } = settings;
  const { existingRules, options = {}, converters = registeredConverters(options) } = input;
  const collected = collect(settings, converters);
  const merged = mergeWanted(collected.wanted);
  const overlap = withoutOverlap(merged.wanted, existingRules, workspace);
  const { levers = [] } = options;
  // After the overlap: what is left to the rules of others is not narrowed.
  const narrowed = applyLevers(overlap.wanted, levers, workspace.id);
  const packed = pack(narrowed.wanted);
  const rendered = packed.rules.map((rule) => renderRule(rule, workspace, options.endpointId));
  const own = sortedBy(existingRules, ({ id }) => id).filter((rule) => isOwn(rule, workspace));
  const planned = applyPlans(
    customTables(rendered.flatMap(({ packed: { wanted } }) => wanted)),
    levers,
    workspace.id,
  );
  const { tables } = planned;
  const losses = sortedLosses([collected, overlap, narrowed, packed, planned].flatMap((one) => one.losses));
  const explanations = explain(settings.sources, rendered, losses);
  const rules = rendered.map((rule) => convertedRule(rule, own, options));
  const endpoints = configurationEndpoints(workspace, options);
  // Sets without any keep the ids, and the look, that they always had.
  const withEndpoints = endpoints.length === 0 ? {} : { configurationEndpoints: endpoints };
  const withLevers = levers.length === 0 ? {} : { levers: combined(levers) };
  const rhythms = counterRhythms(narrowed.wanted);
  const kept = new Set(rules.map(({ resourceId }) => resourceId));
  return {
    id: contentHash({
      workspaceId: workspace.id,
      rules: rules.map(({ name, hash }) => ({ name, hash })),
      ...{ tables, losses, explanations, ...withLevers },
      ...(endpoints.length === 0 ? {} : { endpoints: endpoints.map(({ name }) => name) }),
    }),
    workspaceId: workspace.id,
    rules,
    reused: overlap.reused,
    obsolete: own.filter(({ id }) => !kept.has(id)).map(({ id, name }) => ({ resourceId: id, name })),
    tables,
    endpointNeeded: rules.some(({ endpointNeeded }) => endpointNeeded),
    ...withEndpoints,
    ...withLevers,
    rhythms,
    bicep: renderBicep(rendered, workspace, options.endpointId, endpoints),
    losses,
    explanations,
    notes: [...merged.notes, ...overlap.notes, ...packed.notes, ...privateLinkNotes(endpoints)].sort(
      compareText,
    ),
  };
}

function convertedRule(
  { name, hash, body, endpointNeeded, packed }: RenderedRule,
  own: readonly ExistingRule[],
  { resourceGroupId }: ConvertOptions,
): ConvertedRule {
  const { state, existing } = stateOf(name, hash, own);
  const planned =
    resourceGroupId === undefined
      ? undefined
      : `${resourceGroupId.replace(/\/+$/, '')}/providers/Microsoft.Insights/dataCollectionRules/${name}`;
  // A rule that is there stays where it is: a second one elsewhere would collect everything twice.
  const resourceId = existing?.id ?? planned;
  return {
    name,
    ...(resourceId === undefined ? {} : { resourceId }),
    ...{ kind: body.kind, body, hash, state, endpointNeeded },
    origins: sortedOrigins(packed.wanted.flatMap(({ origins }) => origins)),
  };
}
