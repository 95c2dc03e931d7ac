import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesIn } from '../../../../shared/rules/blast-radius/text-search.ts';
import { SCHEMAS, uses } from './uses.ts';

const QUERIES = [
  'Syslog | where Facility == "auth" | summarize count() by Computer',
  'SecurityEvent | join (Heartbeat | project Computer, OSType) on Computer | project Account, OSType',
  'let T = App_CL | where Level_s == "Error"; T | count',
] as const;
const names = new Set(SCHEMAS.map(({ name }) => name));
const query = fc.constantFrom(...QUERIES);
/** Queries, names of tables and pieces that open and close things. */
const piece = fc.oneof(
  query,
  fc.constantFrom(...names, '|', 'where', '(', ')', '{', '}', ';', '//', "'", '\\', 'let x =', '\t'),
  fc.string({ maxLength: 8 }),
);
const oneLine = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(' ').replace(/[\r\n]/g, ' '));

describe('a query is read the same', () => {
  it('with anything in a comment after every line', async () => {
    await fc.assert(
      fc.asyncProperty(query, oneLine, oneLine, async (text, first, last) => {
        const noted = `// ${first}\n${text.replaceAll('|', `// ${last}\n|`)} // ${last}`;
        expect(await uses(noted)).toEqual(await uses(text));
      }),
      { numRuns: 60 },
    );
  });

  it('with anything in a string', async () => {
    await fc.assert(
      fc.asyncProperty(query, oneLine, async (text, said) => {
        const quoted = `let unused = ${JSON.stringify(said)};\n${text}`;
        expect(await uses(quoted)).toEqual(await uses(text));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a search for names', () => {
  it('finds none in comments and strings', () => {
    fc.assert(
      fc.property(oneLine, (said) => {
        const verbatim = said.replaceAll('"', '""');
        for (const text of [
          `// ${said}`,
          JSON.stringify(said),
          `@"${verbatim}"`,
          `print ${JSON.stringify(said)} // ${said}`,
        ]) {
          expect(namesIn(text, names)).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds every word that is a name and nothing else', () => {
    const words = fc.array(
      fc.oneof(fc.constantFrom(...names), fc.constantFrom('Sys', 'Syslogs', 'x_Syslog', '日Syslog')),
    );
    fc.assert(
      fc.property(words, (said) => {
        const expected = [...new Set(said.filter((word) => names.has(word)))].sort();
        expect(namesIn(said.join(' | '), names)).toEqual(expected);
      }),
    );
  });

  it.each([
    ["['Syslog'] | count", ['Syslog']],
    ['[ "Syslog" ] | count', ['Syslog']],
    ['x.Syslog + x . Heartbeat', []],
    ['Syslog = 1, Heartbeat == 2', ['Heartbeat']],
    ['Syslog =~ "x"', ['Syslog']],
    ['"a\\"Syslog" Heartbeat', ['Heartbeat']],
    ['@"a\\" Heartbeat', ['Heartbeat']],
    ['```\nSyslog\n``` Heartbeat', ['Heartbeat']],
    ['"not closed Syslog\nHeartbeat', ['Heartbeat']],
    ['h@"secret Syslog" | Heartbeat', ['Heartbeat']],
  ])('in %j finds %j', (text, found) => {
    expect(namesIn(text, names)).toEqual(found);
  });
});
