import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { PUBLISHED } from '../../shared/rules/convert/kinds/delimiters.ts';
import { transformation } from '../../shared/rules/convert/kinds/extractions.ts';
import { kqlString } from '../../shared/rules/convert/kinds/kql-text.ts';
import { LIMITS } from '../../shared/rules/convert/limits.ts';
import { TEXT_LOG_COLUMNS } from '../../shared/rules/convert/log-files.ts';
import { type Bind, createBinder } from '../support/contract/kusto.ts';
import { convertCase, goldenCases } from '../support/rules/golden.ts';
import { extraction } from '../unit/rules/convert/custom-log-fixtures.ts';
import { aSource } from '../unit/rules/convert/kind-fixtures.ts';

/** Types of columns as tables name them, and as Kusto does. */
const KINDS: Readonly<Record<string, string>> = { boolean: 'bool' };

let bind: Bind;
beforeAll(() => {
  bind = createBinder({ source: TEXT_LOG_COLUMNS.map(({ name, type }) => `${name}:${type}`).join(', ') });
}, 30_000);

const convert = (extractions: readonly unknown[]) =>
  transformation(aSource('CustomLog', 'log', {}), extractions);

/** Binds, and gives the columns that the table has. */
function check(extractions: readonly unknown[]): void {
  const { transformKql, columns } = convert(extractions);
  const bound = bind(transformKql);
  expect({ transformKql, diagnostics: bound.diagnostics }).toEqual({ transformKql, diagnostics: [] });
  const expected = [...TEXT_LOG_COLUMNS, ...columns];
  expect(new Map(bound.columns.map(({ name, kind }) => [name, kind]))).toEqual(
    new Map(expected.map(({ name, type }) => [name, KINDS[type] ?? type])),
  );
}

describe('a transformation', () => {
  it.each(PUBLISHED.map(({ name, pattern }) => [name, pattern]))('binds with the time %s', (_, pattern) => {
    const time = extraction('TimeGenerated', 'DateTime', [{ pattern, matchIndex: 0, numberdGroup: null }]);

    check([time]);
    expect(convert([time]).transformKql.length).toBeLessThan(LIMITS.transformCharacters);
  });

  it.each(['String', 'Int', 'Long', 'Double', 'Boolean', 'DateTime'])(
    'binds with a field of type %s',
    (type) => {
      check([extraction('kind', type, '^"(a|b)"\\s*\\\\')]);
    },
  );

  it('binds whatever names and expressions it is made of', () => {
    const name = fc.oneof(
      fc.constantFrom('where', 'kind', 'source', 'order', 'Level', "a'] = 1 | take 0 //", 'TimeGenerated'),
      fc.string({ maxLength: 10 }),
    );
    const regex = fc.oneof(
      fc.constantFrom('"', '\\"', '\\\\', '(a)"; drop', '`', "'", '//', '\\.', '[^"]*', '(?:x|y){2}'),
      fc.string({ maxLength: 12 }),
    );
    const type = fc.constantFrom('String', 'Int', 'DateTime', 'Bool');
    const one = fc.tuple(name, type, regex).map((parts) => extraction(...parts));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 5 }), (extractions) => check(extractions)),
      { numRuns: 150 },
    );
  });
});

describe('the golden transformations', () => {
  const flows = goldenCases().flatMap((one) => {
    const { rules, tables } = convertCase(one);
    return rules.flatMap(({ name, body: { properties } }) =>
      properties.dataFlows.flatMap(({ streams, transformKql, outputStream = '' }) => {
        if (transformKql === undefined) return [];
        const declared = properties.streamDeclarations?.[streams[0] ?? '']?.columns ?? [];
        const table = tables.find((found) => `Custom-${found.name}` === outputStream);
        return [{ case: `${one.name}: ${name}`, transformKql, declared, columns: table?.columns }];
      }),
    );
  });

  it('are there', () => {
    expect(new Set(flows.map(({ transformKql }) => transformKql)).size).toBeGreaterThan(1);
  });

  it.each(flows.map((flow) => [flow.case, flow] as const))('%s gives the columns of its table', (_, flow) => {
    const written = ({ name, type }: { readonly name: string; readonly type: string }) =>
      [name, KINDS[type] ?? type] as const;
    const source = flow.declared.map((column) => written(column).join(':')).join(', ');
    const { diagnostics, columns } = createBinder({ source })(flow.transformKql);

    expect(diagnostics).toEqual([]);
    expect(new Map(columns.map(({ name, kind }) => [name, kind]))).toEqual(
      new Map(flow.columns?.map(written)),
    );
  });
});

describe('a literal', () => {
  it('is one literal, whatever its text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        const { diagnostics, columns } = bind(`print a = ${kqlString(text)}`);
        expect({ diagnostics, columns }).toEqual({
          diagnostics: [],
          columns: [{ name: 'a', kind: 'string' }],
        });
      }),
      { numRuns: 150 },
    );
  });
});
