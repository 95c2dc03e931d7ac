import { describe, expect, it } from 'vitest';
import { fail, ok, type TroubleCode } from '../../../../shared/model/trouble.ts';
import type { QueryHolder } from '../../../../shared/rules/blast-radius/model.ts';
import {
  type ReadHoldersDependencies,
  readHolders,
} from '../../../../shared/rules/blast-radius/read-holders.ts';
import { holder, SCHEMAS } from './uses.ts';

const GROUP = '/subscriptions/S1/resourceGroups/g';
const WORKSPACE = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/law`;
const CONTENT = JSON.stringify({ items: [{ name: 'q', content: { query: 'Syslog' } }] });

const workbook = (name: string, sourceId: string | null, subscriptionId = 's1') => ({
  ...{ id: `/w/${name}`, name, subscriptionId, sourceId },
  displayName: '',
});

interface World {
  readonly analyticsRules?: readonly QueryHolder[];
  readonly workbooks?: readonly object[];
  readonly graphTrouble?: TroubleCode;
  readonly tableTrouble?: TroubleCode;
}

function world({
  analyticsRules = [holder('Syslog')],
  workbooks = [],
  graphTrouble,
  tableTrouble,
}: World): ReadHoldersDependencies {
  return {
    graph: {
      async page(query) {
        if (graphTrouble !== undefined) return fail(graphTrouble, 'no graph');
        const rows = query.id === 'workbooks' ? workbooks : [];
        return ok({ rows: rows.map((row) => query.row.parse(row)), odd: [], total: rows.length, waitMs: 0 });
      },
    },
    queryHolders: {
      analyticsRules: async () => ok(analyticsRules),
      savedSearches: async () => ok([]),
      tables: async () => (tableTrouble === undefined ? ok(SCHEMAS) : fail(tableTrouble, 'no tables')),
      workbook: async () => ok(CONTENT),
    },
  };
}

describe('reading what holds queries', () => {
  it('takes workbooks of the workspace, and those of no workspace in its subscription', async () => {
    const read = await readHolders(
      world({
        workbooks: [
          workbook('own', WORKSPACE.toLowerCase()),
          workbook('own-far', WORKSPACE, 's2'),
          workbook('monitor', 'Azure Monitor', 'S1'),
          workbook('none', null),
          workbook('other', WORKSPACE.replace('law', 'other')),
          workbook('far', 'Azure Monitor', 's2'),
        ],
      }),
      WORKSPACE,
    );

    expect(read.ok && read.value.holders.map(({ name }) => name)).toEqual([
      'rule',
      'own',
      'own-far',
      'monitor',
      'none',
    ]);
    expect(read.ok && read.value.unread).toEqual([
      { what: '1 workbooks', reason: expect.stringContaining('other subscriptions') },
    ]);
  });

  it('names detections that show no query, for they read tables all the same', async () => {
    const silent = holder('', { id: '/rules/rdp', name: 'Anomalous RDP', texts: [] });
    const read = await readHolders(world({ analyticsRules: [silent, holder('Syslog')] }), WORKSPACE);

    expect(read.ok && read.value.holders.map(({ name }) => name)).toEqual(['rule']);
    expect(read.ok && read.value.unread).toMatchObject([
      { what: 'analytics rule Anomalous RDP (/rules/rdp)', reason: expect.stringContaining('no query') },
    ]);
  });

  it('records what may not be read and goes on', async () => {
    const read = await readHolders(world({ graphTrouble: 'notAuthorized' }), WORKSPACE);

    expect(read.ok && read.value.holders).toHaveLength(1);
    expect(read.ok && read.value.unread.map(({ what }) => what)).toEqual(['log alert rules', 'workbooks']);
  });

  it('asks a service that is busy for no further workbook', async () => {
    const workbooks = Array.from({ length: 40 }, (_, i) => workbook(`w${i}`, WORKSPACE));
    const azure = world({ workbooks });
    let asked = 0;
    azure.queryHolders.workbook = async () => {
      asked += 1;
      return asked === 3 ? fail('throttled', 'slow down') : ok(CONTENT);
    };

    const read = await readHolders(azure, WORKSPACE);

    expect(read.ok ? 'read' : read.trouble.code).toBe('throttled');
    expect(asked).toBeLessThan(12);
  });

  it.each([
    [{ graphTrouble: 'throttled' }, 'throttled'],
    [{ tableTrouble: 'throttled' }, 'throttled'],
    [{ tableTrouble: 'notAuthorized' }, 'notAuthorized'],
  ] as const)('fails by %j', async (trouble, code) => {
    const read = await readHolders(world(trouble), WORKSPACE);

    expect(read.ok ? 'read' : read.trouble.code).toBe(code);
  });
});
