import { describe, expect, it } from 'vitest';
import { PlanRequest } from '../../../shared/model/plan.ts';
import { vmResource } from '../../support/builders.ts';

function pathsOf(request: unknown): string[] {
  const parsed = PlanRequest.safeParse(request);
  return parsed.success ? [] : [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))];
}

describe('PlanRequest', () => {
  it('is complete when nothing is given', () => {
    const request = PlanRequest.parse({});

    expect(request).toMatchObject({
      inventoryId: 'latest',
      selection: { include: [], exclude: [] },
      cohorts: { pilotSize: 5, firstSize: 25, growth: 2, maxSize: 1000 },
    });
    expect(request.selection.machineIds).toBeUndefined();
  });

  it('normalises machine ids', () => {
    const request = PlanRequest.parse({ selection: { machineIds: [`${vmResource('Web-01')}/`] } });

    expect(request.selection.machineIds).toEqual([vmResource('web-01').toLowerCase()]);
  });

  it.each([
    ['', { wave: 1 }],
    ['inventoryId', { inventoryId: '' }],
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(101) }],
    ['selection.machineIds', { selection: { machineIds: [] } }],
    ['selection.machineIds.0', { selection: { machineIds: [7] } }],
    ['selection.include.0', { selection: { include: [{ name: 'web' }] } }],
    ['selection.exclude.0.kind', { selection: { exclude: [{ kind: 'vm' }] } }],
    ['selection.exclude.0.tag.name', { selection: { exclude: [{ tag: { name: '' } }] } }],
    ['cohorts.pilotSize', { cohorts: { pilotSize: -1 } }],
    ['cohorts.firstSize', { cohorts: { firstSize: 0 } }],
    ['cohorts.growth', { cohorts: { growth: 0.5 } }],
    ['cohorts.pilotSize', { cohorts: { pilotSize: 30, firstSize: 10, maxSize: 20 } }],
    ['cohorts.firstSize', { cohorts: { firstSize: 21, maxSize: 20 } }],
    ['policy.pollSeconds', { policy: { pollSeconds: -1 } }],
    ['policy.proxies.rules.0.profile', { policy: { proxies: { rules: [{ match: {}, profile: 'x' }] } } }],
  ])('refuses at %s: %j', (path, request) => {
    expect(pathsOf(request)).toEqual([path]);
  });
});
