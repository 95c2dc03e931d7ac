import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type EstateFile, parseEstate } from '../../rehearsal/estate/index.ts';
import { isAmaExtension, isLegacyExtension } from '../../shared/model/agents.ts';
import type { Machine } from '../../shared/model/machine.ts';
import { codesOf, inventories, standing } from '../support/inventories.ts';
import { mixedEstate } from '../support/mixed-estate.ts';
import { renamed } from '../support/rename-estate.ts';
import { scenario } from '../support/scenario.ts';

function sample(name: string): EstateFile {
  const json = readFileSync(new URL(`../../rehearsal/samples/${name}.json`, import.meta.url), 'utf8');
  const parsed = parseEstate(JSON.parse(json));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.estate;
}

describe('an estate in which every machine has the name of another', () => {
  const { given, here } = scenario();
  const inventory = inventories(here);

  /** What is known of a machine, in words that hold no name of a machine, extension or association. */
  function essence(machine: Machine) {
    return {
      standing: standing(machine),
      // That an unmanaged computer has the same name is the one thing names are looked at for.
      findings: codesOf(machine).filter((code) => code !== 'sameNameAsUnmanaged'),
      kind: machine.kind,
      os: [machine.os, machine.osName, machine.osVersion],
      availability: machine.availability,
      legacyWorkspaces: machine.legacyWorkspaces,
      reports: machine.reports.map(({ workspaceId, agent }) => [workspaceId, agent]),
      agents: machine.extensions.map(({ publisher, type, version }) => [publisher, type, version]).sort(),
      rules: machine.associations.map(({ ruleId, endpointId }) => [ruleId, endpointId]).sort(),
      locks: machine.locks.length,
      scaleSetId: machine.scaleSetId,
    };
  }

  it.each([
    ['contoso', () => sample('contoso')],
    ['exported', () => sample('exported')],
    ['mixed', () => mixedEstate()],
  ])('is assessed as before, machine by machine: %s', async (_, file) => {
    const original = file();
    const other = renamed(original);
    expect(parseEstate(other.file)).toMatchObject({ ok: true });
    await given.anEstate(original);
    const { summary } = await inventory.take();
    const before = await inventory.machines();
    const planned = (await inventory.plan({ cohorts: { pilotSize: 0 } })).plan.counts;
    await here().session.close();

    await given.anEstate(other.file);
    const taken = await inventory.take();
    const after = await inventory.machines();

    expect(after.size).toBe(before.size);
    let moved = 0;
    for (const [id, machine] of before) {
      const now = after.get(other.ids.get(id) ?? id);
      if (now?.name !== machine.name) moved += 1;
      expect(now === undefined ? undefined : essence(now), id).toEqual(essence(machine));
    }
    expect(moved).toBe(other.ids.size);
    for (const count of [
      'assessment',
      'reasons',
      'legacyOnly',
      'bothAgents',
      'amaOnly',
      'unmanaged',
    ] as const)
      expect(taken.summary?.[count], count).toEqual(summary?.[count]);
    expect((await inventory.plan({ cohorts: { pilotSize: 0 } })).plan.counts).toEqual(planned);
  });

  it('takes an extension for what publisher and type say, whatever it is called', async () => {
    const { file, ids } = renamed(mixedEstate());
    await given.anEstate(file);
    await inventory.take();

    for (const id of ids.values()) {
      const { extensions } = await inventory.machine(id);
      expect(extensions.filter(isLegacyExtension)).toHaveLength(1);
      expect(extensions.filter(isAmaExtension)).toEqual([]);
      expect(extensions[0]?.name).toMatch(/^thing-\d+$/);
    }
  });
});
