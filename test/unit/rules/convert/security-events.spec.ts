import { describe, expect, it } from 'vitest';
import { securityEvents } from '../../../../shared/rules/convert/kinds/security-events.ts';
import { SECURITY_LOG_IDS, TIERS, tierQueries } from '../../../../shared/rules/convert/kinds/tiers.ts';
import { aSource, lossesOf, originsOf, run } from './kind-fixtures.ts';
import { PUBLISHED_TIERS } from './published-tiers.ts';

const SENTINEL = 'SecurityInsightsSecurityEventCollectionConfiguration';
const DEFENDER = 'SecurityEventCollectionConfiguration';
const convert = (...tiers: readonly (readonly [kind: string, tier: unknown])[]) =>
  run(
    securityEvents,
    tiers.map(([kind, tier], i) => aSource(kind, `s${i}`, { tier, tierSetMethod: 'Custom' })),
    ['SecurityInsights'],
  );
const queriesOf = ({ wanted }: ReturnType<typeof convert>) =>
  wanted.map(({ collected }) => collected.what === 'event' && `${collected.stream} ${collected.xPath}`);

describe('tierQueries', () => {
  it.each(TIERS)('of %s are the published ones to the byte', (tier) => {
    expect(tierQueries(tier)).toEqual(PUBLISHED_TIERS[tier]);
  });

  it('have the published number of ids, at most 15 in a query', () => {
    const { Minimal, Common } = SECURITY_LOG_IDS;

    expect([new Set(Minimal.flat()).size, Minimal.flat().length]).toEqual([32, 32]);
    expect([new Set(Common.flat()).size, Common.flat().length]).toEqual([143, 143]);
    for (const ids of [...Minimal, ...Common]) expect(ids.length).toBeLessThanOrEqual(15);
  });

  it('grow from tier to tier', () => {
    const common = new Set(SECURITY_LOG_IDS.Common.flat());

    expect(SECURITY_LOG_IDS.Minimal.flat().filter((id) => !common.has(id))).toEqual([]);
  });
});

describe('securityEvents', () => {
  it.each([
    ['Minimal', 'Minimal'],
    ['Recommended', 'Common'],
    ['Common', 'Common'],
    ['All', 'All'],
    ['ALL', 'All'],
  ] as const)('converts the tier %s of either kind', (tier, expected) => {
    for (const kind of [SENTINEL, DEFENDER]) {
      const result = convert([kind, tier]);

      expect(queriesOf(result)).toEqual(
        PUBLISHED_TIERS[expected].map((query) => `Microsoft-SecurityEvent ${query}`),
      );
      expect(result.losses).toEqual([]);
    }
  });

  it.each([
    ['Minimal', 'Recommended', 'Common'],
    ['All', 'Minimal', 'All'],
    ['Common', 'All', 'All'],
  ] as const)('takes the wider of %s and %s for both', (sentinel, defender, expected) => {
    const result = convert([SENTINEL, sentinel], [DEFENDER, defender]);

    expect(result.wanted).toHaveLength(PUBLISHED_TIERS[expected].length);
    for (const [i] of result.wanted.entries()) {
      expect(originsOf(result, i)).toEqual(
        expect.arrayContaining([`s0 · tier ${sentinel}`, `s1 · tier ${defender}`]),
      );
    }
  });

  it.each([
    ['None', 's0 · tier None · disabled'],
    ['Custom', 's0 · tier Custom · tierUnknown'],
    ['constructor', 's0 · tier constructor · tierUnknown'],
    [null, 's0 · s0 · malformed'],
  ])('makes nothing of tier %s, and all of the other one', (tier, expected) => {
    const alone = convert([SENTINEL, tier]);
    const both = convert([SENTINEL, tier], [DEFENDER, 'Minimal']);

    expect(alone.wanted).toEqual([]);
    expect(lossesOf(alone)).toEqual([expected]);
    expect(both.wanted).toHaveLength(5);
    expect(originsOf(both)).toEqual(['s1 · tier Minimal']);
    expect(lossesOf(both)).toEqual([expected]);
  });

  it('is lost without a solution that brings the table', () => {
    const result = run(securityEvents, [aSource(DEFENDER, 'a', { tier: 'All' })], ['VMInsights']);

    expect(result.wanted).toEqual([]);
    expect(lossesOf(result)).toEqual(['a · tier All · solutionMissing']);
  });
});
