import { z } from 'zod';
import { readGate, switchedOff } from '../gate.ts';
import type { Converted, KindConverter, SettingsSource, WorkspaceSettings } from '../model.ts';
import { readProperties } from '../properties.ts';
import {
  type Asked,
  byKey,
  converted,
  hasSolution,
  isKind,
  loss,
  originOf,
  type Read,
  readAll,
  readItems,
  wanted,
} from '../wanted.ts';
import { collectCef, isTakenByCef } from './cef.ts';
import { FACILITIES, LEVEL_OF_SEVERITY, LEVELS } from './syslog-names.ts';

const GATE = 'LinuxSyslogCollection';

const Properties = z.object({ syslogName: z.string(), syslogSeverities: z.array(z.unknown()) });
const Item = z.object({ severity: z.string() });

interface Chosen {
  readonly facility: string;
  readonly level: string;
}

/** Syslog of a workspace of which nobody said which facilities carry CEF. */
export const linuxSyslog: KindConverter = syslogWithCef([]);

/**
 * Syslog, and CEF in the facilities given. CEF of the legacy agent is configured on forwarders, beside the workspace:
 * no setting tells its facilities, and to guess them would take plain messages out of Syslog. So they are said, and
 * without them a workspace with Microsoft Sentinel is told that CEF is not part of its rules.
 *
 * A facility that carries CEF goes to CommonSecurityLog only. In both streams each of its messages would be stored
 * twice (Microsoft Sentinel, "Data ingestion duplication avoidance" of the connectors Syslog and CEF via AMA).
 */
export function syslogWithCef(cefFacilities: readonly string[]): KindConverter {
  return (sources, settings) => {
    const gate = readGate(settings.sources, GATE);
    const read = readAll(
      sources.filter((source) => !isKind(source, GATE)),
      readFacility,
    );
    // Forwarders collect CEF whatever the gate of plain syslog says.
    const isMoved = ({ value }: Asked<Chosen>) => isTakenByCef(cefFacilities, value.facility, value.level);
    const moved = gate.off ? [] : read.asked.filter(isMoved);
    const cef = convertCef(cefFacilities, settings, moved, read.asked.length > 0 && !gate.off);
    if (gate.off) return converted(cef.wanted, [...gate.losses, ...cef.losses, ...switchedOff(read)]);
    const kept = cef.wanted.length === 0 ? read.asked : read.asked.filter((one) => !isMoved(one));
    return converted(
      [...byKey(kept, ({ facility }) => facility).map(syslogOf), ...cef.wanted],
      [...gate.losses, ...read.losses, ...cef.losses],
    );
  };
}

function convertCef(
  facilities: readonly string[],
  settings: WorkspaceSettings,
  moved: readonly Asked<Chosen>[],
  hasSyslog: boolean,
): Converted {
  if (facilities.length > 0) {
    const cef = collectCef(facilities, settings, moved);
    const told = cef.wanted.length === 0 ? [] : moved.map(({ origin }) => loss(origin, 'cefFacilityMoved'));
    return { wanted: cef.wanted, losses: [...cef.losses, ...told] };
  }
  const unseen = { sourceId: settings.workspace.id, kind: 'CommonSecurityLog', item: 'forwarders' };
  const mayHaveCef = hasSyslog && hasSolution(settings, 'SecurityInsights');
  return { wanted: [], losses: mayHaveCef ? [loss(unseen, 'cefNotSeen')] : [] };
}

function readFacility(source: SettingsSource): Read<Chosen> {
  const { value, losses } = readProperties(source, Properties);
  if (value === undefined) return { asked: [], losses };
  const facility = value.syslogName.trim().toLowerCase();
  if (!FACILITIES.has(facility)) {
    const unknown = loss(originOf(source, value.syslogName), 'unknownFacility', value.syslogName);
    return { asked: [], losses: [...losses, unknown] };
  }
  const items = readItems(source, 'syslogSeverities', value.syslogSeverities, Item, ({ severity }) => {
    const origin = originOf(source, severity);
    const level = LEVEL_OF_SEVERITY.get(severity.trim().toLowerCase());
    return level === undefined
      ? { asked: [], losses: [loss(origin, 'unknownSeverity', severity)] }
      : { asked: [{ origin, value: { facility, level } }], losses: [] };
  });
  return { asked: items.asked, losses: [...losses, ...items.losses] };
}

function syslogOf(group: readonly [Asked<Chosen>, ...Asked<Chosen>[]]) {
  const levels = LEVELS.filter((level) => group.some(({ value }) => value.level === level));
  const { facility } = group[0].value;
  return wanted({ what: 'syslog', os: 'linux', stream: 'Microsoft-Syslog', facility, levels }, group);
}
