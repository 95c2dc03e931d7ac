import { ok } from '../../../shared/model/trouble.ts';
import type { FoundResource, FoundTable, RuleGateway } from '../../../shared/rules/deploy/gateway.ts';

/** Azure of one deployment, in memory: it adds what ARM adds, turns lists round, and can break off. */
export function fakeRuleGateway() {
  const rules = new Map<string, FoundResource>();
  const endpoints = new Map<string, FoundResource>();
  const tables = new Map<string, FoundTable>();
  const writes: string[] = [];
  let breakAt = Number.POSITIVE_INFINITY;
  let broken = false;
  let tablesReady = true;

  /** The process ends right after the write: nobody hears of it. */
  function written(what: string): void {
    if (broken) throw new Error('killed');
    writes.push(what);
  }
  function survive(): void {
    if (writes.length < breakAt) return;
    broken = true;
    throw new Error('killed');
  }
  const stored = (
    id: string,
    body: { location: string; tags: object; properties: object; kind?: string },
  ) => {
    const properties = JSON.parse(JSON.stringify(body.properties), turned) as Record<string, unknown>;
    return {
      ...{ id, name: id.split('/').at(-1) ?? '', location: body.location, kind: body.kind ?? null },
      tags: { ...body.tags } as Record<string, string>,
      properties: { ...properties, immutableId: 'dcr-1', provisioningState: 'Succeeded', metadata: null },
    };
  };
  const gateway: RuleGateway = {
    rules: async () => ok([...rules.values()]),
    readRule: async (id) => ok(rules.get(id.toLowerCase())),
    putRule: async (id, body) => {
      written(`rule ${id.split('/').at(-1)}`);
      rules.set(id.toLowerCase(), stored(id, body));
      survive();
      return ok(undefined);
    },
    readEndpoint: async (id) => ok(endpoints.get(id.toLowerCase())),
    putEndpoint: async (id, body) => {
      written(`endpoint ${id.split('/').at(-1)}`);
      endpoints.set(id.toLowerCase(), stored(id, body));
      survive();
      return ok(undefined);
    },
    readTable: async (_, name) => ok(tables.get(name.toLowerCase())),
    putTable: async (_, name, columns, plan) => {
      written(`table ${name}`);
      const state = tablesReady ? ('ready' as const) : ('inProgress' as const);
      tables.set(name.toLowerCase(), { name, columns, classic: false, state, ...(plan && { plan }) });
      survive();
      return ok({ retryAfterMs: 15_000 });
    },
  };
  return {
    ...{ gateway, rules, endpoints, tables, writes },
    killAfter(count: number) {
      breakAt = count;
    },
    revive() {
      breakAt = Number.POSITIVE_INFINITY;
      broken = false;
    },
    slowTables() {
      tablesReady = false;
    },
    finishTables() {
      tablesReady = true;
      for (const [key, table] of tables) tables.set(key, { ...table, state: 'ready' });
    },
    state: () => ({ rules: [...rules], endpoints: [...endpoints], tables: [...tables] }),
  };
}

/** As ARM is free to: sets come back in another order, destinations with the customer id. */
function turned(this: unknown, key: string, value: unknown): unknown {
  if (['counterSpecifiers', 'streams', 'facilityNames', 'xPathQueries'].includes(key))
    return [...(value as string[])].reverse();
  if (key === 'logAnalytics')
    return (value as object[]).map((target) => ({
      ...target,
      workspaceId: '00000000-0000-0000-0000-0000000000aa',
    }));
  return value;
}
