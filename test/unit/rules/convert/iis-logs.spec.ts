import { describe, expect, it } from 'vitest';
import { iisLogs } from '../../../../shared/rules/convert/kinds/iis-logs.ts';
import { aSource, lossesOf, originsOf, run } from './kind-fixtures.ts';

describe('IIS logs', () => {
  it('are collected once, with the field that stays empty', () => {
    const sources = ['a', 'b'].map((name) => aSource('IISLogs', name, { state: 'OnPremiseEnabled' }));
    const result = run(iisLogs, sources);

    expect(result.wanted.map(({ collected }) => collected)).toEqual([
      { what: 'iisLog', os: 'windows', stream: 'Microsoft-W3CIISLog' },
    ]);
    expect(originsOf(result)).toEqual(['a · state', 'b · state']);
    expect(lossesOf(result)).toEqual(['a · state · siteNameNotFilled', 'b · state · siteNameNotFilled']);
  });

  it.each([
    [{ state: 'OnPremiseDisabled' }, 'a · state · disabled'],
    [{ state: 'disabled' }, 'a · state · disabled'],
    [{ state: 'On' }, 'a · state · malformed'],
    [{ status: 'OnPremiseEnabled' }, 'a · a · malformed'],
    [[], 'a · a · malformed'],
  ])('are not collected with %j', (properties, expected) => {
    const result = run(iisLogs, [aSource('IISLogs', 'a', properties)]);

    expect(result.wanted).toEqual([]);
    expect(lossesOf(result)).toEqual([expected]);
  });
});
