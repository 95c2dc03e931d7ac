import { z } from 'zod';
import type { Converted, KindConverter, SettingsSource, WorkspaceSettings } from '../model.ts';
import { readProperties } from '../properties.ts';
import {
  type Asked,
  byKey,
  converted,
  loss,
  originOf,
  type Read,
  readAll,
  readItems,
  readName,
  wanted,
} from '../wanted.ts';
import { hasSecuritySolution, SECURITY_EVENT, tierOf } from './security-events.ts';

const Properties = z.object({ eventLogName: z.string(), eventTypes: z.array(z.unknown()) });
const Item = z.object({ eventType: z.string() });

/** Event types of the legacy agent and the levels they stand for. Source: facts file 3.6. */
const LEVELS: ReadonlyMap<string, readonly number[]> = new Map([
  ['error', [1, 2]],
  ['warning', [3]],
  ['information', [4, 0]],
]);

/**
 * Event Tracing channels; Azure Monitor Agent subscribes to Admin and Operational ones only. Facts file 3.6.
 * `Microsoft-Windows-DNSServer/Analytical` is spelt with the longer word.
 */
const NOT_COLLECTABLE = /\/(analytic(al)?|debug)$/i;

interface Chosen {
  readonly log: string;
  readonly levels: readonly number[];
}

export const windowsEvents: KindConverter = (sources, settings) => {
  const { asked, losses } = readAll(sources, read);
  // Windows compares names of logs without case.
  const logs = byKey(asked, ({ log }) => log.toLowerCase()).map((group) => convertLog(group, settings));
  return converted(
    logs.flatMap((log) => log.wanted),
    [...losses, ...logs.flatMap((log) => log.losses)],
  );
};

function read(source: SettingsSource): Read<Chosen> {
  const { value, losses } = readProperties(source, Properties);
  if (value === undefined) return { asked: [], losses };
  const whole = originOf(source, value.eventLogName);
  const log = readName(value.eventLogName, whole);
  const lost = (code: 'malformed' | 'channelNotCollectable', detail: string) => ({
    asked: [],
    losses: [...losses, loss(whole, code, detail)],
  });
  if (log === undefined) return lost('malformed', 'eventLogName: empty');
  // A query is written `log!path` and split at the first `!`. No other character of a name needs quoting.
  if (log.name.includes('!')) return lost('malformed', 'eventLogName: "!" ends the name of a log in a query');
  if (NOT_COLLECTABLE.test(log.name)) return lost('channelNotCollectable', log.name);
  const items = readItems(source, 'eventTypes', value.eventTypes, Item, ({ eventType }): Read<Chosen> => {
    const origin = originOf(source, eventType);
    const levels = LEVELS.get(eventType.trim().toLowerCase());
    return levels === undefined
      ? { asked: [], losses: [loss(origin, 'unknownEventType', eventType)] }
      : { asked: [{ origin, value: { log: log.name, levels } }], losses: [] };
  });
  return { asked: items.asked, losses: [...losses, ...log.losses, ...items.losses] };
}

/** One query for a log, whoever asks for it and for whichever levels. */
function convertLog(
  group: readonly [Asked<Chosen>, ...Asked<Chosen>[]],
  settings: WorkspaceSettings,
): Converted {
  const { log } = group[0].value;
  const isChosen = (level: number) => group.some(({ value }) => value.levels.includes(level));
  const levels = [...LEVELS.values()].flat().filter(isChosen);
  const query = `${log}!*[System[(${levels.map((level) => `Level=${level}`).join(' or ')})]]`;
  if (log.toLowerCase() !== 'security')
    return { wanted: [wanted(event('Microsoft-Event', query), group)], losses: [] };
  const all = (code: 'coveredByTier' | 'securityLogNeedsStream' | 'solutionMissing', detail?: string) =>
    group.map(({ origin }) => loss(origin, code, detail));
  const needs = all('securityLogNeedsStream');
  if (!hasSecuritySolution(settings))
    return { wanted: [], losses: [...needs, ...all('solutionMissing', 'SecurityInsights or Security')] };
  // The tier and a query beside it would write the same events to the same table twice.
  const tier = tierOf(settings.sources);
  if (tier !== undefined) return { wanted: [], losses: all('coveredByTier', tier) };
  return { wanted: [wanted(event(SECURITY_EVENT, query), group)], losses: needs };
}

function event(stream: string, xPath: string) {
  return { what: 'event', os: 'windows', stream, xPath } as const;
}
