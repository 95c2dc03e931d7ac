import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../rehearsal/drive/report.ts';
import { type EstateFile, parseEstate } from '../../rehearsal/estate/index.ts';
import { rehearse } from '../../rehearsal/rehearse.ts';

const SAMPLES = new URL('../../rehearsal/samples/', import.meta.url);

function readSample(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, SAMPLES), 'utf8'));
}

function sampleEstate(name: string): EstateFile {
  const parsed = parseEstate(readSample(name));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.estate;
}

function nameOf(machineId: string): string {
  return machineId.split('/').at(-1) ?? '';
}

describe('the Contoso sample', () => {
  const plan = readSample('contoso.plan.json');

  it('migrates what can be migrated and names every machine that cannot, with its reason', async () => {
    const { result, metrics } = await rehearse({ file: sampleEstate('contoso.json'), plan, seed: 1 });
    const report = reportOf(result);

    expect(report.completed).toBe(true);
    expect(
      Object.fromEntries(
        report.blocked.map(({ machineId, reason, detail }) => [
          reason === 'unmanaged' ? detail : nameOf(machineId),
          reason,
        ]),
      ),
    ).toEqual({
      'sql-we-10': 'unsupportedOs',
      'ops-ne-10': 'unsupportedOs',
      'build-eu-09': 'notRunning',
      'web-we-15': 'notRunning',
      'dc-13': 'arcDisconnected',
      'plant-14': 'arcDisconnected',
      'dc-14': 'locked',
      'sql-we-09': 'locked',
      'web-we-14': 'identityMissing',
      'api-ne-12': 'identityAmbiguous',
      'api-ne-11': 'noHeartbeat',
      'ops-ne-09': 'extensionStuck',
      'vmss-shop': 'manualUpgrades',
      'lab-print.contoso.local': 'unmanaged',
      oldfile01: 'unmanaged',
    });
    expect(report.failed).toEqual([]);
    expect(report.legacyKept.map(({ machineId, reason }) => [nameOf(machineId), reason])).toEqual([
      ['dc-01', 'scomAttached'],
      ['dc-02', 'scomAttached'],
    ]);
    expect(report.counts).toMatchObject({
      machines: 128,
      migrated: 101,
      alreadyMigrated: 5,
      blocked: 15,
      failed: 0,
    });
    expect(metrics.throttled).toBe(0);
  });

  it('gives the same result for the same seed', async () => {
    const run = async () => {
      const { result, metrics, to } = await rehearse({ file: sampleEstate('contoso.json'), plan, seed: 7 });
      return { report: reportOf(result), to, calls: metrics.armCalls };
    };

    expect(await run()).toEqual(await run());
  });
});

describe('the exported estate', () => {
  it('runs over resources as Azure returns them, mess included', async () => {
    const { result } = await rehearse({ file: sampleEstate('exported.json'), plan: {}, seed: 1 });
    const report = reportOf(result);

    expect(report.completed).toBe(true);
    expect(report.counts).toMatchObject({ machines: 20, migrated: 13, blocked: 7, failed: 0 });
    // Machines of one name in several groups stay several machines.
    expect(result.waves.reduce((n, { machineCount }) => n + machineCount, 0)).toBe(13);
  });
});

describe('an empty estate', () => {
  it('is a finished migration of nothing', async () => {
    const { result } = await rehearse({ file: { resources: [] }, plan: {}, seed: 1 });

    expect(result.inventory.summary?.machines).toBe(0);
    expect(result.plan.waves).toEqual([]);
    expect(result.completed).toBe(true);
  });
});
