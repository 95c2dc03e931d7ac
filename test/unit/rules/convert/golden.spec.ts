import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bicepFaults } from '../../../support/rules/bicep-scan.ts';
import { bodyFaults } from '../../../support/rules/body-faults.ts';
import { goldenRuleSets, mixedRuleSet } from '../../../support/rules/mixed-workspace.ts';

const FOLDER = new URL('../../../golden/rulesets/', import.meta.url);

describe('the golden rule sets', () => {
  it.each(Object.entries(goldenRuleSets()))(
    '%s is what it was (node scripts/record-rulesets.ts)',
    (name, text) => {
      const golden = readFileSync(new URL(name, FOLDER), 'utf8');
      // The formatter breaks the lines of JSON; all else, the order of keys too, has to be the same.
      const plain = (one: string) => (name.endsWith('.json') ? JSON.stringify(JSON.parse(one)) : one);
      expect(plain(text)).toBe(plain(golden));
    },
  );

  it('are sound', () => {
    const { rules, bicep, endpointNeeded, reused } = mixedRuleSet();
    for (const { name, body } of rules) expect(bodyFaults(name, body)).toEqual([]);
    expect(bicepFaults(bicep)).toEqual([]);
    expect(endpointNeeded).toBe(true);
    expect(reused.map(({ madeBy }) => madeBy).sort()).toEqual(['sentinel', 'vmInsights']);
  });
});
