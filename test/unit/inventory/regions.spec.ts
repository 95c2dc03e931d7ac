import { describe, expect, it } from 'vitest';
import { AIR_GAPPED, REGIONS, regionSupport } from '../../../shared/inventory/regions.ts';
import { type PolicyFile, policyFiles } from './azure-policy.ts';

describe('regionSupport', () => {
  it.each([
    ['westeurope', 'listed'],
    ['West Europe', 'listed'],
    ['USGovVirginia', 'listed'],
    ['chinanorth3', 'listed'],
    ['belgiumcentral', 'unlisted'],
    ['', 'unlisted'],
    ['usseceast', 'unsupported'],
    ['usnatwest', 'unsupported'],
    ['ussecwestcentral', 'unsupported'],
  ])('%s: %s', (region, support) => {
    expect(regionSupport(region)).toBe(support);
  });

  it.each(AIR_GAPPED)('the air-gapped %s is unsupported', (region) => {
    expect(regionSupport(region)).toBe('unsupported');
  });
});

const files = policyFiles();

describe.skipIf(files.length === 0)("Microsoft's policies for Azure Monitor Agent", () => {
  it('list the regions of the table, no more and no fewer', () => {
    const listed = files
      .filter(({ file }) => /AzureMonitor_(Agent|DCRA)_|ChangeTracking/.test(file))
      .flatMap((policy) => [...inParameters(policy), ...inRule(policy.policyRule)])
      .map((region) => region.toLowerCase());

    expect([...new Set(listed)].sort()).toEqual(Object.values(REGIONS).flat().sort());
  });
});

function inParameters({ parameters }: PolicyFile): readonly string[] {
  const list = parameters['listOfApplicableLocations'];
  return [list?.allowedValues ?? [], (list?.defaultValue as string[] | undefined) ?? []].flat();
}

function inRule(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { field, in: values } = value as { field?: unknown; in?: unknown };
  const own = field === 'location' && Array.isArray(values) ? (values as string[]) : [];
  return [...own, ...Object.values(value).flatMap(inRule)];
}
