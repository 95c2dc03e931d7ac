import { fail } from '../../../../shared/model/trouble.ts';
import { NOW } from '../../../support/builders.ts';
import { type Asked, fakeLogs } from '../fake-logs.ts';

const HOUR = 3_600_000;

/** Rows an hour of one agent: a number, or a function of the hour's start. */
type Rate = number | ((start: number) => number);

export interface Writer {
  readonly agent: 'legacy' | 'ama';
  /** Rows an hour by table and key. */
  readonly rates: Readonly<Record<string, Readonly<Record<string, Rate>>>>;
  /** Milliseconds since the epoch. */
  readonly from?: number;
  readonly until?: number;
  readonly aheadSeconds?: number;
}

/** Telemetry of machines, by id, answered the way the two queries summarize it. */
export function seriesLogs(
  machines: Readonly<Record<string, readonly Writer[]>>,
  trouble: {
    readonly query?: string;
    readonly reports?: readonly object[];
    /** Tables that the workspace does not have. */
    readonly missing?: readonly string[];
  } = {},
) {
  const span = ({ parameters }: Asked) => ({
    since: Date.parse(String(parameters['since'])),
    until: Date.parse(String(parameters['until'])),
    ids: parameters['machines'] as readonly string[],
  });
  const starts = (since: number, until: number) =>
    Array.from({ length: Math.round((until - since) / HOUR) }, (_, i) => since + i * HOUR);
  const active = ({ from = 0, until = NOW }: Writer, start: number) => start >= from && start < until;

  const heartbeats = (asked: Asked) => {
    const { since, until, ids } = span(asked);
    const oldest = Date.parse(String(asked.parameters['oldest']));
    return ids.flatMap((ResourceId) =>
      (machines[ResourceId] ?? []).flatMap((writer) => {
        const lastSeen = Math.min(writer.until ?? NOW, NOW) - 60_000;
        if (lastSeen < oldest) return [];
        const counts = starts(since, until).map((start) => (active(writer, start) ? 60 : 0));
        return [
          {
            ResourceId,
            Category: writer.agent === 'ama' ? 'Azure Monitor Agent' : 'Direct Agent',
            firstSeen: new Date(Math.max(writer.from ?? 0, oldest)).toISOString(),
            lastSeen: new Date(lastSeen).toISOString(),
            aheadSeconds: writer.aheadSeconds ?? -30,
            counts: counts.some((count) => count > 0) ? counts : null,
          },
        ];
      }),
    );
  };

  const table = (name: string) => (asked: Asked) => {
    if (trouble.query === asked.query) return fail('throttled', 'busy', 45_000);
    const { since, until, ids } = span(asked);
    const important = new Set(asked.parameters['important'] as readonly string[]);
    const ignored = asked.parameters['ignored'] as readonly string[];
    const hours = starts(since, until);
    const together = new Map<string, number[]>();
    const rows: object[] = [];
    for (const ResourceId of ids) {
      const keys = new Map<string, number[]>();
      for (const writer of machines[ResourceId] ?? []) {
        for (const [key, rate] of Object.entries(writer.rates[name] ?? {})) {
          if (ignored.includes(key)) continue;
          const counts = keys.get(key) ?? hours.map(() => 0);
          hours.forEach((start, i) => {
            if (active(writer, start))
              counts[i] = (counts[i] ?? 0) + (typeof rate === 'number' ? rate : rate(start));
          });
          keys.set(key, counts);
        }
      }
      const total = hours.map((_, i) =>
        [...keys.values()].reduce((sum, counts) => sum + (counts[i] ?? 0), 0),
      );
      if (total.every((count) => count === 0)) continue;
      rows.push({ ResourceId, KeyName: '', counts: total });
      for (const [KeyName, counts] of keys) {
        if (important.has(KeyName)) rows.push({ ResourceId, KeyName, counts });
        const sum = together.get(KeyName) ?? hours.map(() => 0);
        together.set(
          KeyName,
          sum.map((count, i) => count + (counts[i] ?? 0)),
        );
      }
    }
    for (const [KeyName, counts] of together) rows.push({ ResourceId: '', KeyName, counts });
    if (asked.parameters['rhythms'] !== undefined) rows.push(...shares(asked, name));
    return [...rows, { ResourceId: '', KeyName: '', counts: [], delaySeconds: 120 }];
  };

  /** Of each machine, what the rows from before its counters' new rhythm come to in it. */
  const shares = ({ parameters }: Asked, name: string) => {
    const byCounter = new Map(
      (parameters['rhythms'] as readonly string[]).map((text) => {
        const [counter = '', share] = text.split('\n');
        return [counter, Number(share)] as const;
      }),
    );
    return (parameters['machines'] as readonly string[]).map((ResourceId) => {
      const legacy = (machines[ResourceId] ?? []).find(({ agent }) => agent === 'legacy');
      const rates = Object.entries(legacy?.rates[name] ?? {}) as [string, number][];
      const all = rates.reduce((sum, [, rate]) => sum + rate, 0);
      const left = rates.reduce(
        (sum, [key, rate]) => sum + rate * (byCounter.get(key.toLowerCase().replace(/\(.*\)/, '')) ?? 1),
        0,
      );
      return { ResourceId, KeyName: '', counts: [], delaySeconds: null, share: left / all };
    });
  };
  const custom = (asked: Asked) => {
    const names = [asked.parameters['legacyTable'], asked.parameters['logTable']].flatMap((name) =>
      typeof name === 'string' ? [name] : [],
    );
    if (trouble.missing?.includes(names.at(-1) ?? '')) return fail('tableMissing', 'no such table');
    const sums = new Map<string, number[]>();
    for (const name of names) {
      const rows = table(name)({ ...asked, parameters: { ...asked.parameters, important: [], ignored: [] } });
      for (const { ResourceId, KeyName, counts } of rows as {
        ResourceId: string;
        KeyName: string;
        counts: number[];
      }[]) {
        if (ResourceId === '' || KeyName !== '') continue;
        const known = sums.get(ResourceId);
        sums.set(
          ResourceId,
          counts.map((count, i) => count + (known?.[i] ?? 0)),
        );
      }
    }
    return [...sums].map(([ResourceId, counts]) => ({ ResourceId, KeyName: '', counts }));
  };

  return fakeLogs({
    'custom-series': custom,
    'custom-series-pair': custom,
    'table-series-Perf-rhythms': table('Perf'),
    'table-series-W3CIISLog': table('W3CIISLog'),
    'table-series-ConfigurationChange': table('ConfigurationChange'),
    'heartbeat-series': heartbeats,
    'ingestion-trouble': () => trouble.reports ?? [],
    'table-series-SecurityEvent': table('SecurityEvent'),
    'table-series-Event': table('Event'),
    'table-series-Perf': table('Perf'),
    'table-series-Syslog': table('Syslog'),
  });
}
