import { beforeEach, describe, expect, it } from 'vitest';
import { clonedAgents, readWorkspaces } from '../../../shared/inventory/read-workspaces.ts';
import { bucketOf, type RawKind } from '../../../shared/ledger/inventories.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { fail, ok, type Result } from '../../../shared/model/trouble.ts';
import type { SettingsSource } from '../../../shared/rules/convert/model.ts';
import {
  anInventory,
  at,
  CUSTOMER_ID,
  SUB,
  vmResource,
  WORKSPACE_ID,
  workspaceResource,
} from '../../support/builders.ts';
import { aDiscovery, DAY, heartbeatRow, scaleSetResource } from '../../support/inventory-builders.ts';
import { type Asked, fakeLogs } from '../verification/fake-logs.ts';

type Answers = Parameters<typeof fakeLogs>[0];
const CURSOR = { phase: 'workspaces', index: 0, attempt: 0 } as const;
const customer = (i: number) => `22222222-2222-4222-8222-${String(i).padStart(12, '0')}`;
const workspace = (name: string, customerId: string | null = CUSTOMER_ID, id = workspaceResource(name)) => ({
  id,
  name,
  subscriptionId: SUB,
  customerId,
});

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});
const raw = (kind: RawKind, bucket?: number) =>
  ledger.inventories.readRaw<Record<string, unknown>>('i', kind, bucket);

async function look(
  rows: readonly unknown[],
  answers: Answers = {},
  cursor: Parameters<typeof readWorkspaces>[2] = CURSOR,
) {
  const { logs, asked } = fakeLogs({
    heartbeats: () => [],
    usage: () => [],
    'free-space': () => [],
    ...answers,
  });
  await ledger.inventories.putRaw('i', 'workspaces', '000', rows);
  const result = await readWorkspaces(aDiscovery(ledger, { logs }), anInventory({ id: 'i' }), cursor);
  return { ...result, asked };
}
const heartbeatsAsked = (asked: readonly Asked[]) => asked.filter(({ query }) => query === 'heartbeats');

describe('readWorkspaces', () => {
  it('keeps heartbeats, usage and free space of a workspace, by its id', async () => {
    const { cursor, asked } = await look([workspace('LAW-Main', CUSTOMER_ID.toUpperCase())], {
      heartbeats: () => [
        heartbeatRow(),
        heartbeatRow({ ResourceId: '', AgentId: 'b' }),
        heartbeatRow({ ResourceId: null, AgentId: 'c' }),
      ],
      usage: () => [{ DataType: 'Event', IsBillable: true, megabytes: 1, lastSeen: at(0) }],
      'free-space': () => [{ ResourceId: vmResource('web-01'), Disk: 'C:', megabytes: 1, lastSeen: at(0) }],
    });

    expect(cursor).toEqual({ phase: 'subscriptions', index: 0, attempt: 0 });
    const bucket = bucketOf(vmResource('web-01').toLowerCase());
    expect(await raw('heartbeats', bucket)).toEqual([heartbeatRow()]);
    expect((await raw('lonelyHeartbeats')).map(({ AgentId }) => AgentId)).toEqual(['b', 'c']);
    expect(await raw('usage')).toMatchObject([{ workspaceId: WORKSPACE_ID, DataType: 'Event' }]);
    expect(await raw('freeSpace', bucket)).toMatchObject([{ Disk: 'C:' }]);
    expect(await raw('problems')).toEqual([]);
    expect(asked).toEqual([
      {
        customerId: CUSTOMER_ID,
        query: 'heartbeats',
        parameters: { since: at(-31 * DAY), until: at(0), parts: '1', part: '0' },
      },
      { customerId: CUSTOMER_ID, query: 'usage', parameters: { since: at(-31 * DAY), until: at(0) } },
      { customerId: CUSTOMER_ID, query: 'free-space', parameters: { since: at(-31 * DAY), until: at(0) } },
    ]);
  });

  it('keeps instances of a scale set with their set, and leaves containers out', async () => {
    await look([workspace('w')], {
      heartbeats: () => [
        heartbeatRow({ ResourceId: `${scaleSetResource('s')}/virtualMachines/0`.toLowerCase() }),
        heartbeatRow({
          ResourceId: `/subscriptions/${SUB}/resourcegroups/g/providers/microsoft.containerservice/managedclusters/c`,
        }),
      ],
    });
    expect(await raw('heartbeats', bucketOf(scaleSetResource('s').toLowerCase()))).toHaveLength(1);
    expect([(await raw('heartbeats')).length, (await raw('lonelyHeartbeats')).length]).toEqual([1, 0]);
  });

  it('records one it cannot read, in words, and the rest goes on', async () => {
    const { cursor } = await look(
      [
        workspace('a', customer(1)),
        workspace('b', customer(2)),
        workspace('c', null),
        workspace('d', customer(4)),
      ],
      {
        heartbeats: ({ customerId }) =>
          customerId === customer(1) ? fail('notAuthorized', 'no access') : [heartbeatRow()],
        usage: ({ customerId }) => (customerId === customer(4) ? fail('requestRefused', 'no usage') : []),
      },
    );
    expect(cursor.phase).toBe('subscriptions');
    expect(await raw('problems')).toEqual([
      { kind: 'workspace', id: workspaceResource('a').toLowerCase(), reason: 'no access' },
      {
        kind: 'workspace',
        id: workspaceResource('c').toLowerCase(),
        reason: 'The workspace has no customer id.',
      },
      { kind: 'workspace', id: workspaceResource('d').toLowerCase(), reason: 'no usage' },
    ]);
    expect((await raw('heartbeats')).map(({ workspaceId }) => workspaceId)).toEqual([
      workspaceResource('b').toLowerCase(),
    ]);
  });

  it('goes without free space', async () => {
    await look([workspace('a')], {
      heartbeats: () => [heartbeatRow()],
      'free-space': () => fail('requestRefused', 'no'),
    });
    expect([(await raw('problems')).length, (await raw('heartbeats')).length]).toEqual([0, 1]);
  });

  it('asks one once that comes in several casings, whatever the order', async () => {
    const id = workspaceResource('law');
    const { asked } = await look([
      workspace('law'),
      workspace('LAW', CUSTOMER_ID, id.toUpperCase()),
      workspace('law', CUSTOMER_ID, `${id}/`),
    ]);
    expect(heartbeatsAsked(asked)).toHaveLength(1);
  });

  it('asks at most 4 in a look, all in the end, each once', async () => {
    const rows = Array.from({ length: 10 }, (_, i) =>
      workspace(`w${String(i).padStart(2, '0')}`, customer(i)),
    );
    const asked: string[] = [];
    let cursor: Parameters<typeof readWorkspaces>[2] = CURSOR;
    for (const expected of [4, 4, 2]) {
      const result = await look(rows, {}, cursor);
      const ids = heartbeatsAsked(result.asked).map(({ customerId }) => customerId);
      expect(ids).toHaveLength(expected);
      asked.push(...ids);
      cursor = result.cursor as typeof cursor;
    }
    expect(cursor).toEqual({ phase: 'subscriptions', index: 0, attempt: 0 });
    expect(asked.sort()).toEqual(rows.map(({ customerId }) => customerId));
  });

  it('goes on at once where there are none', async () => {
    expect(await look([])).toMatchObject({
      cursor: { phase: 'subscriptions' },
      waitMs: 0,
      queries: 0,
      problem: null,
    });
  });

  describe('a busy workspace', () => {
    const busy: Answers = {
      heartbeats: ({ customerId }) =>
        customerId === customer(1) ? fail('throttled', 'busy') : [heartbeatRow()],
    };
    const rows = [workspace('a', customer(1)), workspace('b', customer(2))];

    it.each([0, 1, 9])('is asked again after a minute, at attempt %i', async (attempt) => {
      expect(await look(rows, busy, { ...CURSOR, attempt })).toMatchObject({
        cursor: { ...CURSOR, attempt: attempt + 1 },
        waitMs: 60_000,
        problem: null,
      });
      expect(await raw('problems')).toEqual([]);
    });

    it('counts as unread in the end, and the rest goes on', async () => {
      expect(await look(rows, busy, { ...CURSOR, attempt: 10 })).toMatchObject({
        cursor: { phase: 'subscriptions', attempt: 0 },
        waitMs: 0,
      });
      expect(await raw('problems')).toMatchObject([{ kind: 'workspace', reason: 'busy' }]);
    });

    it('that answers later leaves nothing twice', async () => {
      await look(rows, busy);
      const { cursor } = await look(rows, { heartbeats: () => [heartbeatRow()] }, { ...CURSOR, attempt: 1 });
      expect(cursor.phase).toBe('subscriptions');
      expect([(await raw('heartbeats')).length, (await raw('problems')).length]).toEqual([2, 0]);
    });

    it('is asked again alone: what was read is kept', async () => {
      const asked: string[] = [];
      const { cursor } = await look(rows, busy);
      expect(cursor).toEqual({ ...CURSOR, attempt: 1, busy: [0] });
      await look(
        rows,
        {
          heartbeats: ({ customerId }) => {
            asked.push(customerId);
            return [heartbeatRow()];
          },
        },
        cursor as typeof CURSOR,
      );
      expect(asked).toEqual([customer(1)]);
      expect(await raw('heartbeats')).toHaveLength(2);
    });

    it('does not keep one that refuses from being recorded', async () => {
      await look([...rows, workspace('c', null)], busy, { ...CURSOR, attempt: 10 });
      expect(await raw('problems')).toHaveLength(2);
    });
  });

  describe('an answer that is too large', () => {
    const tooLarge = fail('resultTooLarge', 'too large');

    it.each([
      [1, 1],
      [8, 1 + 8],
      [64, 1 + 1 + 64],
    ])('is asked for in %i parts', async (fits, questions) => {
      const { asked } = await look([workspace('a')], {
        heartbeats: ({ parameters }) =>
          Number(parameters.parts) < fits ? tooLarge : [heartbeatRow({ AgentId: String(parameters.part) })],
      });
      const parts = heartbeatsAsked(asked).map(({ parameters }) => parameters);
      expect(parts).toHaveLength(questions);
      expect(parts.slice(-fits)).toEqual(
        Array.from({ length: fits }, (_, part) => ({
          since: at(-31 * DAY),
          until: at(0),
          parts: String(fits),
          part: String(part),
        })),
      );
      expect((await raw('heartbeats')).map(({ AgentId }) => Number(AgentId))).toEqual(
        Array.from({ length: fits }, (_, i) => i),
      );
      expect(await raw('problems')).toEqual([]);
    });

    it('in one of its parts splits them all further, and nothing comes twice', async () => {
      await look([workspace('a')], {
        heartbeats: ({ parameters: { parts, part } }) =>
          parts === '1' || (parts === '8' && part === '5')
            ? tooLarge
            : [heartbeatRow({ AgentId: `${parts}-${part}` })],
      });
      const agents = (await raw('heartbeats')).map(({ AgentId }) => String(AgentId));
      expect(agents).toHaveLength(64);
      expect(agents.every((agent) => agent.startsWith('64-'))).toBe(true);
    });

    it('even in 64 parts leaves the workspace unread', async () => {
      await look([workspace('a')], { heartbeats: () => tooLarge });
      expect(await raw('problems')).toMatchObject([{ reason: 'The heartbeats do not fit into 64 answers.' }]);
    });

    it('and then another trouble is that trouble', async () => {
      await look([workspace('a')], {
        heartbeats: ({ parameters }) =>
          parameters.parts === '1' ? tooLarge : fail('notAuthorized', 'no access'),
      });
      expect(await raw('problems')).toMatchObject([{ reason: 'no access' }]);
    });
  });
});

describe('clonedAgents', () => {
  const of = (AgentId: string | null, ResourceId: string | null) => heartbeatRow({ AgentId, ResourceId });
  it.each([
    ['two machines with one agent id', [of('a', '/1'), of('a', '/2'), of('b', '/3')], ['a']],
    ['three', [of('a', '/1'), of('a', '/2'), of('a', '/3')], ['a']],
    ['one machine heard twice', [of('a', '/1'), of('a', '/1')], []],
    ['no ids', [of(null, '/1'), of(null, '/2'), of('', '/3'), of('', '/4'), of('a', null), of('a', '')], []],
    ['in order', [of('b', '/1'), of('b', '/2'), of('a', '/1'), of('a', '/2')], ['a', 'b']],
  ])('%s', (_, rows, expected) => {
    expect(clonedAgents(rows)).toEqual(expected);
  });

  it('are kept with the inventory', async () => {
    await look([workspace('a')], { heartbeats: () => [of('a', vmResource('1')), of('a', vmResource('2'))] });
    expect(await raw('clonedAgents')).toEqual(['a']);
  });
});

describe('custom logs', () => {
  const row = workspace('law-main');
  const source = {
    ...{ id: '/log', name: 'log', kind: 'CustomLog' },
    properties: { customLogName: 'App', inputs: [] },
  };
  const lookWith = async (answer: Result<readonly SettingsSource[]>, attempt = 0) => {
    const { logs } = fakeLogs({ heartbeats: () => [], usage: () => [], 'free-space': () => [] });
    const asked: string[][] = [];
    const workspaceSettings = {
      sources: async (id: string, kind: string) => {
        asked.push([id, kind]);
        return answer;
      },
    };
    await ledger.inventories.putRaw('i', 'workspaces', '000', [row]);
    const dependencies = aDiscovery(ledger, { logs, workspaceSettings });
    const { cursor } = await readWorkspaces(dependencies, anInventory({ id: 'i' }), { ...CURSOR, attempt });
    return { cursor, asked };
  };

  it('are kept with their workspace', async () => {
    const { asked } = await lookWith(ok([source]));

    expect(asked).toEqual([[row.id, 'CustomLog']]);
    expect(await raw('customLogs')).toEqual([
      { table: 'App_CL', os: ['linux', 'windows'], workspaceId: WORKSPACE_ID },
    ]);
  });

  it('that may not be read are told, and the rest of the workspace counts', async () => {
    await lookWith(fail('notAuthorized', 'no access'));

    expect(await raw('problems')).toEqual([{ kind: 'customLogs', id: WORKSPACE_ID, reason: 'no access' }]);
  });

  it('are asked for again while the service is only busy', async () => {
    expect((await lookWith(fail('throttled', 'busy'))).cursor).toEqual({ ...CURSOR, attempt: 1, busy: [0] });
    expect(await raw('problems')).toEqual([]);
  });
});
