import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  isKeyColumn,
  isTransformable,
  projectAway,
  TRANSFORMABLE,
} from '../../shared/rules/levers/columns.ts';
import { type Bind, createBinder } from '../support/contract/kusto.ts';
import { LOG_ANALYTICS } from '../support/contract/table-schemas.ts';

const namesOf = (columns: string) => columns.split(', ').map((column) => column.split(':')[0] ?? '');
const TABLES = Object.entries(LOG_ANALYTICS).filter(([table]) => isTransformable(table));
const binders = new Map<string, Bind>();
beforeAll(() => {
  for (const [table, columns] of TABLES) binders.set(table, createBinder({ source: columns }));
}, 30_000);

describe.each(TABLES)('a transformation of %s', (table, columns) => {
  it('binds without any of its columns but keys, and loses those alone', () => {
    const all = namesOf(columns);
    const droppable = all.filter((name) => !isKeyColumn(table, name) && /^[A-Za-z]/.test(name));
    fc.assert(
      fc.property(fc.subarray(droppable, { minLength: 1 }), (dropped) => {
        const bound = binders.get(table)?.(projectAway(undefined, dropped));
        expect(bound?.diagnostics).toEqual([]);
        expect(bound?.columns.map(({ name }) => name)).toEqual(all.filter((name) => !dropped.includes(name)));
      }),
      { numRuns: 20 },
    );
  });

  it('keeps the columns of every row', () => {
    for (const name of ['TimeGenerated', '_ResourceId', 'Type', 'TenantId', 'SourceSystem', 'Computer'])
      expect(isKeyColumn(table, name)).toBe(true);
  });
});

describe('transformations', () => {
  it('go on after the one that is there', () => {
    const bind = createBinder({ source: 'RawData:string, TimeGenerated:datetime' });
    const text = projectAway('source\n| extend Level = extract("a", 0, RawData)', ['RawData']);

    expect(bind(text)).toEqual({
      diagnostics: [],
      columns: [
        { name: 'TimeGenerated', kind: 'datetime' },
        { name: 'Level', kind: 'string' },
      ],
    });
  });

  it('take no text that is no name', () => {
    expect(() => projectAway(undefined, ["a'] | take 0 //"])).toThrow(/no name of a column/);
  });

  it('are checked for every Azure table of the list but one, whose columns no query here needs', () => {
    const checked = TABLES.map(([table]) => table);

    expect(TRANSFORMABLE.filter((table) => !checked.includes(table))).toEqual(['WindowsFirewall']);
  });
});
