import type { KindConverter, Origin, SettingsSource, WorkspaceSettings } from '../model.ts';
import { visible } from '../names.ts';
import { sortedSet } from '../order.ts';
import { converted, hasSolution, inOrder, loss, originOf } from '../wanted.ts';
import { WITHOUT_RULE } from './solution-list.ts';
import { productOf, solutionOrigin } from './solution-names.ts';
import {
  defenderForSql,
  dependencyMap,
  dnsAnalytics,
  type Part,
  vmInsights,
  windowsFirewall,
} from './solution-rules.ts';

export interface SolutionOptions {
  /** Whether machines show processes and connections; undefined: as the solution ServiceMap says. */
  readonly dependencyMap?: boolean;
}

/** Defender for SQL on machines. */
const DEFENDER_FOR_SQL = ['SQLAdvancedThreatProtection', 'SQLVulnerabilityAssessment'];
/** Products that a converter takes; change tracking is a converter of its own. */
const WITH_RULE = ['VMInsights', 'ServiceMap', 'WindowsFirewall', 'DnsAnalytics', ...DEFENDER_FOR_SQL];
const ELSEWHERE = ['ChangeTracking'];

/** Rules of the solutions of a workspace, and of the settings of DNS Analytics. */
export function solutionsWith({ dependencyMap: map }: SolutionOptions = {}): KindConverter {
  return (sources, settings) => {
    const part = (product: string, make: (origin: Origin) => Part): Part =>
      hasSolution(settings, product) ? make(solutionOrigin(settings, product)) : { wanted: [], losses: [] };
    const parts = [
      part('VMInsights', vmInsights),
      mapPart(settings, map),
      part('WindowsFirewall', windowsFirewall),
      dnsPart(sources, settings),
      sqlPart(settings),
      withoutRule(settings),
    ];
    return converted(
      parts.flatMap(({ wanted }) => wanted),
      parts.flatMap(({ losses }) => losses),
    );
  };
}

export const solutions: KindConverter = solutionsWith();

function mapPart(settings: WorkspaceSettings, map: boolean | undefined): Part {
  const present = ['VMInsights', 'ServiceMap'].filter((product) => hasSolution(settings, product));
  if (present.length === 0) return { wanted: [], losses: [] };
  const origins = present.map((product) => solutionOrigin(settings, product));
  if (map ?? present.includes('ServiceMap')) return dependencyMap(origins);
  const code = map === undefined ? 'mapNotSeen' : 'nothingSelected';
  return { wanted: [], losses: origins.map((origin) => loss(origin, code, 'map')) };
}

function dnsPart(sources: readonly SettingsSource[], settings: WorkspaceSettings): Part {
  const own = inOrder(sources);
  const origins = own.map((source) => originOf(source));
  if (hasSolution(settings, 'DnsAnalytics')) origins.unshift(solutionOrigin(settings, 'DnsAnalytics'));
  if (origins.length === 0) return { wanted: [], losses: [] };
  const { wanted, losses } = dnsAnalytics(origins, hasSolution(settings, 'SecurityInsights'));
  // Nobody has published the properties of this kind; whatever they say is of the legacy solution.
  const notCarried = own.map((source) =>
    loss(originOf(source), 'settingsNotCarried', visible(source.properties)),
  );
  return { wanted, losses: [...losses, ...notCarried] };
}

function sqlPart(settings: WorkspaceSettings): Part {
  const present = DEFENDER_FOR_SQL.filter((product) => hasSolution(settings, product));
  if (present.length === 0) return { wanted: [], losses: [] };
  return defenderForSql(present.map((product) => solutionOrigin(settings, product)));
}

function withoutRule(settings: WorkspaceSettings): Part {
  const taken = [...WITH_RULE, ...ELSEWHERE].map((product) => product.toLowerCase());
  const others = sortedSet(settings.solutions.map(productOf)).filter(
    (product) => !taken.includes(product.toLowerCase()),
  );
  const losses = others.map((product) => {
    const known = WITHOUT_RULE.find((one) => one.product.toLowerCase() === product.toLowerCase());
    const origin = solutionOrigin(settings, product);
    return known === undefined
      ? loss(origin, 'unknownKind', `solution ${visible(product)}`)
      : loss(origin, known.code, known.detail);
  });
  return { wanted: [], losses };
}
