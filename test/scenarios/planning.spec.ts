import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type EstateFile, parseEstate } from '../../rehearsal/estate/index.ts';
import type { Plan, PlannedMachine } from '../../shared/model/plan.ts';
import { inventories } from '../support/inventories.ts';
import { scenario } from '../support/scenario.ts';
import { ARC, LINUX_VM, SUBSCRIPTION, smallEstate, VM, WORKSPACE } from '../support/small-estate.ts';

function contoso(): EstateFile {
  const json = readFileSync(new URL('../../rehearsal/samples/contoso.json', import.meta.url), 'utf8');
  const parsed = parseEstate(JSON.parse(json));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.estate;
}

/** What sets machines apart for a pilot. */
function combinationOf({ kind, os, osRelease, region, proxyProfile, rules }: PlannedMachine): string {
  return JSON.stringify([
    kind,
    os,
    osRelease,
    region,
    proxyProfile,
    rules.map(({ workspaceId }) => workspaceId).sort(),
  ]);
}

describe('which machines a plan takes', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);

  const names = async (plan: Plan) =>
    (await inventory.planned(plan))
      .flat()
      .map(({ id }) => id.split('/').at(-1))
      .sort();

  it.each<[string, object, string[]]>([
    ['ids in any casing', { machineIds: [VM.toUpperCase(), ARC] }, ['dc-01', 'web-01']],
    ['a system', { include: [{ os: 'linux' }] }, ['db-01']],
    ['one line or another', { include: [{ os: 'linux' }, { kind: 'arcServer' }] }, ['db-01', 'dc-01']],
    ['a line with two conditions', { include: [{ os: 'windows', kind: 'azureVm' }] }, ['web-01']],
    ['a tag', { include: [{ tag: { name: 'ROLE' } }] }, ['web-01']],
    ['a workspace', { include: [{ workspaceId: WORKSPACE.toUpperCase() }] }, ['db-01', 'dc-01', 'web-01']],
    ['a region as portals write it', { include: [{ region: 'West Europe' }] }, ['db-01', 'dc-01', 'web-01']],
    [
      'a group',
      { include: [{ subscriptionId: SUBSCRIPTION, resourceGroup: 'RG-APP' }] },
      ['db-01', 'dc-01', 'web-01'],
    ],
    ['all but one', { exclude: [{ machineId: VM }] }, ['db-01', 'dc-01']],
    [
      'some of those included',
      { include: [{ os: 'windows' }], exclude: [{ kind: 'arcServer' }] },
      ['web-01'],
    ],
    ['a query', { query: { 'extensions.type': 'OmsAgentForLinux' } }, ['db-01']],
    [
      'a query with operators',
      { query: { $or: [{ name: { $in: ['dc-01'] } }, { os: 'linux' }] } },
      ['db-01', 'dc-01'],
    ],
    ['a query and ids', { machineIds: [VM, LINUX_VM], query: { os: 'windows' } }, ['web-01']],
  ])('%s', async (_, selection, expected) => {
    await given.anEstate(smallEstate());
    await inventory.take();
    const { plan } = await inventory.plan({ selection });

    expect(await names(plan)).toEqual(expected);
    const { machines, planned, notSelected } = plan.counts;
    expect({ machines, planned, notSelected }).toEqual({
      machines: 3,
      planned: expected.length,
      notSelected: 3 - expected.length,
    });
  });

  it('a share, rounded up; a larger share holds the smaller one', async () => {
    await given.anEstate(contoso());
    await inventory.take();
    const all = (await inventory.plan()).plan.counts.planned;
    let before: (string | undefined)[] = [];
    for (const percentage of [1, 10, 33, 99.5, 100]) {
      const { plan } = await inventory.plan({ selection: { percentage } });
      const now = await names(plan);
      expect(now.length, `${percentage} %`).toBe(Math.ceil((all * percentage) / 100));
      expect(now).toEqual(expect.arrayContaining(before));
      before = now;
    }
    expect(before).toHaveLength(all);
  });
});

describe('how a plan cuts its waves', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);

  it('puts every machine into exactly one wave, on the blocked list, or among those left out', async () => {
    await given.anEstate(contoso());
    const { summary } = await inventory.take();
    const machines = await inventory.machines();
    const { plan, blocked } = await inventory.plan({
      cohorts: { pilotSize: 3, sizes: [7, 20], maxSize: 25 },
    });
    const waves = await inventory.planned(plan, 7);

    const planned = waves.flat().map(({ id }) => id);
    expect(new Set(planned).size).toBe(planned.length);
    expect(planned.filter((id) => blocked.has(id))).toEqual([]);
    expect([...planned, ...blocked.keys()].filter((id) => !machines.has(id))).toEqual([]);
    const rest = [...machines.values()].filter(({ id }) => !planned.includes(id) && !blocked.has(id));
    for (const { id, assessment } of rest)
      expect(['alreadyMigrated', 'notApplicable'], id).toContain(assessment.status);

    const { counts } = plan;
    expect(counts).toMatchObject({ planned: planned.length, blocked: blocked.size, machines: machines.size });
    expect(counts.planned + counts.blocked + counts.alreadyMigrated + counts.notSelected).toBe(
      counts.machines,
    );
    expect(counts.alreadyMigrated).toBe(summary?.assessment.alreadyMigrated);
    expect(waves.map(({ length }) => length)).toEqual(plan.waves.map(({ machineCount }) => machineCount));
    expect(plan.waves.map(({ machineCount }) => machineCount).slice(0, 3)).toEqual([3, 7, 20]);
    expect(Math.max(...waves.map(({ length }) => length))).toBeLessThanOrEqual(25);
  });

  it('tries one of every combination in the pilot, and no second one of any', async () => {
    await given.anEstate(contoso());
    await inventory.take();
    const { plan } = await inventory.plan();
    const [pilot = [], ...others] = await inventory.planned(plan);

    const combinations = pilot.map(combinationOf);
    expect(new Set(combinations).size).toBe(pilot.length);
    expect(others.flat().filter((machine) => !combinations.includes(combinationOf(machine)))).toEqual([]);
    expect(plan.pilot).toMatchObject({ machines: pilot.length, combinations: pilot.length, uncovered: [] });
  });

  it('says what a pilot that is too small does not try', async () => {
    await given.anEstate(contoso());
    await inventory.take();
    const { plan } = await inventory.plan({ cohorts: { pilotSize: 2 } });

    const { combinations = 0, uncoveredCount } = plan.pilot ?? {};
    expect(uncoveredCount).toBe(combinations - 2);
    expect(plan.warnings).toContainEqual(
      expect.objectContaining({ code: 'pilotIncomplete', count: uncoveredCount }),
    );
  });

  it('grows by a factor up to the cap', async () => {
    await given.anEstate(contoso());
    await inventory.take();
    const { plan } = await inventory.plan({
      cohorts: { pilotSize: 0, firstSize: 4, growth: 3, maxSize: 30 },
    });

    const sizes = plan.waves.map(({ machineCount }) => machineCount);
    expect(sizes.slice(0, 3)).toEqual([4, 12, 30]);
    expect(sizes.slice(2, -1).every((size) => size === 30)).toBe(true);
  });

  it('is the same plan for the same inventory and request, and another for another', async () => {
    await given.anEstate(contoso());
    const { id } = await inventory.take();
    const request = { cohorts: { pilotSize: 4 }, selection: { include: [{ os: 'linux' }] } };
    const { plan } = await inventory.plan({ inventoryId: id, ...request });
    await here().participant.sleep(3_600_000);
    const again = await inventory.plan({ ...request, inventoryId: id });
    const later = await inventory.take();

    expect(again.plan).toEqual(plan);
    expect((await inventory.plan({ inventoryId: id, cohorts: { pilotSize: 5 } })).plan.id).not.toBe(plan.id);
    expect((await inventory.plan({ ...request, inventoryId: later.id })).plan.id).not.toBe(plan.id);
  });

  it('refuses a pilot that no wave may hold, and a selection that contradicts itself', async () => {
    await given.anEstate(contoso());
    await inventory.take();

    await expect(inventory.plan({ cohorts: { maxSize: 3 } })).rejects.toMatchObject({
      status: 409,
      code: 'pilotLargerThanCap',
      message: expect.stringMatching(/needs \d+ machines, and cohorts\.maxSize is 3/),
    });
    const selection = { machineIds: [VM], exclude: [{ machineId: VM }] };
    await expect(inventory.plan({ selection })).rejects.toMatchObject({
      status: 400,
      faults: [{ path: 'selection.exclude[0].machineId' }],
    });
  });
});
