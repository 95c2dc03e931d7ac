import { z } from 'zod';
import { type Counter, collectCounters, IntervalSeconds } from '../counters.ts';
import type { KindConverter, SettingsSource } from '../model.ts';
import { readProperties } from '../properties.ts';
import { converted, loss, originOf, type Read, readAll, readName } from '../wanted.ts';

/** Without an instance nothing is said of the machines' instances; `*` would take in all of them. */
const Properties = z.object({
  objectName: z.string(),
  instanceName: z.string(),
  counterName: z.string(),
  intervalSeconds: IntervalSeconds,
});

/**
 * Objects that have no instances: `\Memory(*)\…` is no counter, `\Memory\…` is. The public generator knows this of
 * Memory alone (facts file 3.6). The others are those that public scripts and templates read without an instance
 * (`\TCPv4\Connections Established`, `\NTDS\LDAP Searches/sec`); not checked on a host. An object that is not here
 * keeps its `*`: to drop the instance of one that has some would lose them all.
 */
const SINGLETONS: ReadonlySet<string> = new Set([
  'memory',
  'system',
  'cache',
  'objects',
  'server',
  'redirector',
  'ipv4',
  'ipv6',
  'tcpv4',
  'tcpv6',
  'udpv4',
  'udpv6',
  'icmp',
  'icmpv6',
  'terminal services',
  'ntds',
  'dns',
  'dhcp server',
  'asp.net',
  'sqlserver:buffer manager',
  'sqlserver:general statistics',
  'sqlserver:memory manager',
  'sqlserver:sql statistics',
]);
/** Counters of a named instance of SQL Server are below an object of its own. */
const NAMED_SQL_INSTANCE = /^mssql\$[^:]*:/;

export const windowsCounters: KindConverter = (sources) => {
  const { asked, losses } = readAll(sources, read);
  const counters = collectCounters(asked, 'windows');
  return converted(counters.wanted, [...losses, ...counters.losses]);
};

function read(source: SettingsSource): Read<Counter> {
  const { value, losses } = readProperties(source, Properties);
  if (value === undefined) return { asked: [], losses };
  const { objectName, instanceName, counterName, intervalSeconds } = value;
  const origin = originOf(source, specifierOf(objectName, instanceName, counterName));
  const object = readName(objectName, origin);
  const counter = readName(counterName, origin);
  // An empty text is no instance; blanks are one that nobody can have meant.
  const instance = instanceName === '' ? { name: '', losses: [] } : readName(instanceName, origin);
  if (object === undefined || instance === undefined || counter === undefined) {
    const empty =
      object === undefined ? 'objectName' : instance === undefined ? 'instanceName' : 'counterName';
    return { asked: [], losses: [...losses, loss(origin, 'malformed', `${empty}: empty`)] };
  }
  const none = instance.name === '*' && isSingleton(object.name);
  const specifier = specifierOf(object.name, none ? '' : instance.name, counter.name);
  return {
    asked: [{ origin, value: { specifier, intervalSeconds } }],
    losses: [...losses, ...object.losses, ...instance.losses, ...counter.losses],
  };
}

function isSingleton(object: string): boolean {
  return SINGLETONS.has(object.toLowerCase().replace(NAMED_SQL_INSTANCE, 'sqlserver:'));
}

function specifierOf(object: string, instance: string, counter: string): string {
  return `\\${object}${instance === '' ? '' : `(${instance})`}\\${counter}`;
}
