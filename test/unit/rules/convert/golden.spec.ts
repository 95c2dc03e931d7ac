import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { registeredConverters } from '../../../../shared/rules/convert/kinds/index.ts';
import { bicepFaults } from '../../../support/rules/bicep-scan.ts';
import { bodyFaults } from '../../../support/rules/body-faults.ts';
import {
  convertCase,
  coveredBy,
  GOLDEN,
  goldenCase,
  goldenCases,
  recordingOf,
} from '../../../support/rules/golden.ts';
import { PUBLISHED_TIERS } from './published-tiers.ts';

const CASES = goldenCases();

describe.each(CASES.map((one) => [one.name, one] as const))('golden %s', (name, one) => {
  it.each(Object.entries(recordingOf(one)))(
    '%s is what it was (node scripts/record-rulesets.ts)',
    (file, text) => {
      const golden = readFileSync(new URL(`${name}/${file}`, GOLDEN), 'utf8');
      // The formatter breaks the lines of JSON; all else, the order of keys too, has to be the same.
      const plain = (json: string) => (file.endsWith('.json') ? JSON.stringify(JSON.parse(json)) : json);
      expect(plain(text)).toBe(plain(golden));
    },
  );

  it('is sound', () => {
    const { rules, bicep } = convertCase(one);
    for (const rule of rules) expect(bodyFaults(rule.name, rule.body)).toEqual([]);
    expect(bicepFaults(bicep)).toEqual([]);
  });
});

describe('the golden cases', () => {
  const covered = coveredBy(CASES);
  const known = registeredConverters().flatMap(({ kinds }) => kinds);

  it('leave out no kind that the app knows', () => {
    expect(known.filter((kind) => !covered.has(kind.toLowerCase()))).toEqual([]);
  });

  it('are the ones that the comparison with the public generator shows', () => {
    const page = readFileSync(new URL('../../../../docs/explanation/conversion.md', import.meta.url), 'utf8');
    const shown = [...page.matchAll(/golden\/rulesets\/([a-z-]+)\)/g)].map(([, name]) => name);
    expect(shown.sort()).toEqual(CASES.map(({ name }) => name));
  });

  it.each([
    ...['VMInsights', 'ServiceMap', 'WindowsFirewall', 'DnsAnalytics', 'ChangeTracking'],
    ...['SQLAdvancedThreatProtection', 'SQLVulnerabilityAssessment', 'SecurityInsights', 'Security'],
  ])('have the solution %s', (product) => {
    expect(covered).toContain(product.toLowerCase());
  });

  it.each([
    ['security-events-all', PUBLISHED_TIERS.All],
    ['security-events-common', PUBLISHED_TIERS.Common],
    ['security-events-minimal', PUBLISHED_TIERS.Minimal],
    ['security-events-none', []],
    ['security-events-custom', []],
  ] as const)('%s has the published queries and no other', (name, published) => {
    const { rules } = convertCase(goldenCase(name));
    const queries = rules.flatMap(({ body }) => body.properties.dataSources.windowsEventLogs ?? []);
    expect(queries.flatMap(({ xPathQueries }) => xPathQueries).sort()).toEqual([...published].sort());
  });
});
