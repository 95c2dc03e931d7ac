import { describe, expect, it } from 'vitest';
import { PlanRequest } from '../../../shared/model/plan-request.ts';
import { vmResource } from '../../support/builders.ts';

const aWindow = (changes: object) => ({
  start: '2026-12-01T22:00',
  timeZone: 'Europe/Berlin',
  durationMinutes: 60,
  ...changes,
});

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
      cohorts: { pilotSize: 'everyCombination', firstSize: 25, growth: 2, maxSize: 1000 },
      waveSettings: [],
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
    ['cohorts.pilotSize', { cohorts: { pilotSize: 'all' } }],
    ['cohorts.firstSize', { cohorts: { sizes: [5], firstSize: 5 } }],
    ['cohorts.growth', { cohorts: { sizes: [5], growth: 2 } }],
    ['cohorts.sizes', { cohorts: { sizes: [] } }],
    ['cohorts.sizes.1', { cohorts: { sizes: [5, 0] } }],
    ['cohorts.sizes.1', { cohorts: { sizes: [5, 50], maxSize: 20 } }],
    ['selection.percentage', { selection: { percentage: 0 } }],
    ['selection.percentage', { selection: { percentage: 100.1 } }],
    ['selection.percentage', { selection: { percentage: '10' } }],
    ['selection.exclude.0', { selection: { exclude: [{}] } }],
    [
      'selection.exclude.1',
      {
        selection: {
          include: [{ os: 'linux', region: 'westeurope' }],
          exclude: [{ os: 'linux' }, { region: 'westeurope', os: 'linux' }],
        },
      },
    ],
    [
      'selection.exclude.0.machineId',
      { selection: { machineIds: [vmResource('Web')], exclude: [{ machineId: vmResource('WEB') }] } },
    ],
    ['selection.include.0.workspaceId', { selection: { include: [{ workspaceId: 'law-main' }] } }],
    ['selection.include.0.availability', { selection: { include: [{ availability: 'on' }] } }],
    ['waveSettings.0.waves', { waveSettings: [{ waves: 'first', policy: {} }] }],
    ['waveSettings.0.waves', { waveSettings: [{ waves: [], policy: {} }] }],
    ['waveSettings.0.waves', { cohorts: { pilotSize: 0 }, waveSettings: [{ waves: 'pilot', policy: {} }] }],
    ['waveSettings.0.policy', { waveSettings: [{ waves: 'rest', policy: { batchSize: 5 } }] }],
    [
      'waveSettings.0.policy.gate.maxFailed',
      { waveSettings: [{ waves: 'rest', policy: { gate: { maxFailed: -1 } } }] },
    ],
    ['policy.inventoryMaxAgeSeconds', { policy: { inventoryMaxAgeSeconds: 91 * 86_400 } }],
    ['policy.inventoryMaxAgeSeconds', { policy: { inventoryMaxAgeSeconds: -1 } }],
    ['policy.windows.0.start', { policy: { windows: [aWindow({ start: '2026-12-01T22:00Z' })] } }],
    ['policy.windows.0.durationMinutes', { policy: { windows: [aWindow({ durationMinutes: 0 })] } }],
    ['policy.windows.0.durationMinutes', { policy: { windows: [aWindow({ durationMinutes: 20_000 })] } }],
    ['policy.pollSeconds', { policy: { pollSeconds: -1 } }],
    ['policy.proxies.rules.0.profile', { policy: { proxies: { rules: [{ match: {}, profile: 'x' }] } } }],
  ])('refuses at %s: %j', (path, request) => {
    expect(pathsOf(request)).toEqual([path]);
  });

  it('an id given in two casings counts once', () => {
    const machineIds = [vmResource('Web'), vmResource('WEB').toUpperCase(), vmResource('db')];

    expect(PlanRequest.parse({ selection: { machineIds } }).selection.machineIds).toEqual([
      vmResource('web').toLowerCase(),
      vmResource('db').toLowerCase(),
    ]);
  });

  it('the first wave does not outgrow a small cap that was given alone', () => {
    expect(PlanRequest.parse({ cohorts: { maxSize: 10 } }).cohorts).toMatchObject({
      firstSize: 10,
      maxSize: 10,
    });
  });
});
