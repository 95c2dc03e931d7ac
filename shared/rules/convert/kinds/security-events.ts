import { z } from 'zod';
import type { KindConverter, SettingsSource, WorkspaceSettings } from '../model.ts';
import { readProperties } from '../properties.ts';
import {
  type Asked,
  converted,
  hasSolution,
  isKind,
  loss,
  originOf,
  type Read,
  readAll,
  wanted,
} from '../wanted.ts';
import { TIERS, type Tier, tierQueries } from './tiers.ts';

export const SECURITY_EVENT = 'Microsoft-SecurityEvent';
/** Both switch the same collection on, one as Sentinel's, one as Defender's. Facts file 3.7. */
export const SECURITY_EVENT_KINDS = [
  'SecurityInsightsSecurityEventCollectionConfiguration',
  'SecurityEventCollectionConfiguration',
] as const;

const Properties = z.object({ tier: z.string(), tierSetMethod: z.unknown().optional() });

/** Names in the settings; `Common` is what the portal calls `Recommended`. Facts file 3.7. */
const NAMES: ReadonlyMap<string, Tier> = new Map([
  ['minimal', 'Minimal'],
  ['recommended', 'Common'],
  ['common', 'Common'],
  ['all', 'All'],
]);

/** The table SecurityEvent is there with either solution only. Facts file 3.12. */
export function hasSecuritySolution(settings: WorkspaceSettings): boolean {
  return hasSolution(settings, 'SecurityInsights', 'Security');
}

/** The widest tier that is switched on; undefined if none is. */
export function tierOf(sources: readonly SettingsSource[]): Tier | undefined {
  const kinds = sources.filter((source) => SECURITY_EVENT_KINDS.some((kind) => isKind(source, kind)));
  return widest(readAll(kinds, read).asked);
}

/** All of a workspace has one tier. Where the two settings differ, the agent collected the wider one. */
export const securityEvents: KindConverter = (sources, settings) => {
  const { asked, losses } = readAll(sources, read);
  const tier = widest(asked);
  if (tier === undefined) return converted([], losses);
  if (!hasSecuritySolution(settings)) {
    const missing = asked.map(({ origin }) =>
      loss(origin, 'solutionMissing', 'SecurityInsights or Security'),
    );
    return converted([], [...losses, ...missing]);
  }
  const queries = tierQueries(tier).map((xPath) =>
    wanted({ what: 'event', os: 'windows', stream: SECURITY_EVENT, xPath }, asked),
  );
  return converted(queries, losses);
};

function read(source: SettingsSource): Read<Tier> {
  const { value, losses } = readProperties(source, Properties);
  if (value === undefined) return { asked: [], losses };
  const origin = originOf(source, `tier ${value.tier}`);
  const name = value.tier.trim().toLowerCase();
  if (name === 'none') return { asked: [], losses: [...losses, loss(origin, 'disabled')] };
  const tier = NAMES.get(name);
  return tier === undefined
    ? { asked: [], losses: [...losses, loss(origin, 'tierUnknown', value.tier)] }
    : { asked: [{ origin, value: tier }], losses };
}

function widest(asked: readonly Asked<Tier>[]): Tier | undefined {
  return TIERS.findLast((tier) => asked.some(({ value }) => value === tier));
}
