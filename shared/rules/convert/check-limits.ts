import { LIMITS } from './limits.ts';
import type { Collected, Loss, Wanted } from './model.ts';

/** Things that no rule can hold however the rest is split; their origins become losses. */
export function withinLimits(wanted: readonly Wanted[]): {
  readonly wanted: readonly Wanted[];
  readonly losses: readonly Loss[];
} {
  const kept: Wanted[] = [];
  const losses: Loss[] = [];
  for (const one of wanted) {
    const detail = tooLarge(one.collected);
    if (detail === undefined) kept.push(one);
    else losses.push(...one.origins.map((origin) => ({ origin, code: 'limitExceeded' as const, detail })));
  }
  return { wanted: kept, losses };
}

function tooLarge(collected: Collected): string | undefined {
  switch (collected.what) {
    case 'event':
      return over(expressionsOf(collected.xPath), LIMITS.xPathExpressions, 'expressions in the XPath query');
    case 'logFile':
      return over(
        collected.transformKql.length,
        LIMITS.transformCharacters,
        'characters in the transformation',
      );
    case 'extension':
      return (
        over(
          settingsBytes(collected.settings),
          LIMITS.extensionSettingsBytes,
          'bytes of extension settings',
        ) ??
        over(collected.streams.length, LIMITS.streamsPerFlow * LIMITS.dataFlows, 'streams of one extension')
      );
    default:
      return undefined;
  }
}

function over(found: number, limit: number, what: string): string | undefined {
  return found > limit ? `${found} ${what}; a rule allows ${limit}` : undefined;
}

export function settingsBytes(settings: Readonly<Record<string, unknown>> | null): number {
  return settings === null ? 0 : new TextEncoder().encode(JSON.stringify(settings)).length;
}

/** Windows counts every comparison of a query; `EventID=1 or EventID=2` are two. */
export function expressionsOf(xPath: string): number {
  const unquoted = xPath.replace(/'[^']*'|"[^"]*"/g, "''");
  return unquoted.match(/[<>]=?|!=|=|\bband\s*\(|&[lg]t;=?/g)?.length ?? 0;
}
