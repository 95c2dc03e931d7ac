import { z } from 'zod';
import { type Counter, collectCounters, IntervalSeconds } from '../counters.ts';
import { readGate, switchedOff } from '../gate.ts';
import type { KindConverter, SettingsSource } from '../model.ts';
import { readProperties } from '../properties.ts';
import { converted, isKind, loss, originOf, type Read, readAll, readItems, readName } from '../wanted.ts';

const GATE = 'LinuxPerformanceCollection';

/** Without an instance nothing is said of the machines' instances; `*` would take in all of them. */
const Properties = z.object({
  objectName: z.string(),
  instanceName: z.string(),
  intervalSeconds: IntervalSeconds,
  performanceCounters: z.array(z.unknown()),
});
const Item = z.object({ counterName: z.string() });

/**
 * Objects and counters keep their names: `Logical Disk`, `Network`, `System` and the rest are called the same in the
 * rules that the portal writes for Linux, every one of them with its instance and without a first backslash.
 * Source: facts file 3.6, and the Linux counters of public rules, such as `Logical Disk(*)\% Used Inodes`.
 */
export const linuxCounters: KindConverter = (sources, settings) => {
  const gate = readGate(settings.sources, GATE);
  const read = readAll(
    sources.filter((source) => !isKind(source, GATE)),
    readCounters,
  );
  if (gate.off) return converted([], [...gate.losses, ...switchedOff(read)]);
  const counters = collectCounters(read.asked, 'linux');
  return converted(counters.wanted, [...gate.losses, ...read.losses, ...counters.losses]);
};

function readCounters(source: SettingsSource): Read<Counter> {
  const { value, losses } = readProperties(source, Properties);
  if (value === undefined) return { asked: [], losses };
  const { objectName, instanceName, intervalSeconds, performanceCounters } = value;
  const object = readName(objectName, originOf(source));
  if (object === undefined)
    return { asked: [], losses: [...losses, loss(originOf(source), 'malformed', 'objectName: empty')] };
  // The legacy agent looks for the text anywhere in a name (OMS-Agent-for-Linux, oms_omi_lib.rb): the empty one is in all.
  const instance = instanceName === '' ? { name: '*', losses: [] } : readName(instanceName, originOf(source));
  if (instance === undefined)
    return { asked: [], losses: [...losses, loss(originOf(source), 'malformed', 'instanceName: empty')] };
  const items = readItems(source, 'performanceCounters', performanceCounters, Item, ({ counterName }) => {
    const origin = originOf(source, counterName);
    const counter = readName(counterName, origin);
    if (counter === undefined)
      return { asked: [], losses: [loss(origin, 'malformed', 'counterName: empty')] };
    const specifier = `${object.name}(${instance.name})\\${counter.name}`;
    return { asked: [{ origin, value: { specifier, intervalSeconds } }], losses: counter.losses };
  });
  return {
    asked: items.asked,
    losses: [...losses, ...object.losses, ...instance.losses, ...items.losses],
  };
}
