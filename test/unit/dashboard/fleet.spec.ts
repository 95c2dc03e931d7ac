import { describe, expect, it } from 'vitest';
import { fleetHistory } from '../../../shared/dashboard/fleet.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { anInventory, at, aWave } from '../../support/builders.ts';

const NOW = at(9000);

function inventory(
  id: string,
  completedAt: string,
  counts: readonly [number, number, number, number],
): Inventory {
  const [legacyOnly, bothAgents, amaOnly, neither] = counts;
  const summary = { legacyOnly, bothAgents, amaOnly, neither } as NonNullable<Inventory['summary']>;
  return anInventory({ id, completedAt, summary });
}

describe('the history of the fleet', () => {
  it('has a point a completed inventory, oldest first, and none of one that runs or failed', () => {
    const history = fleetHistory(
      [
        inventory('b', at(200), [5, 3, 2, 1]),
        inventory('a', at(100), [8, 0, 2, 1]),
        anInventory({ id: 'c', status: 'running', completedAt: null }),
      ],
      [],
      NOW,
    );
    expect(history).toEqual({
      items: [
        { at: at(100), legacyOnly: 8, both: 0, amaOnly: 2, neither: 1, total: 11 },
        { at: at(200), legacyOnly: 5, both: 3, amaOnly: 2, neither: 1, total: 11 },
      ],
      derived: false,
    });
  });

  it('ends with what waves have done since the last inventory, and they alone', () => {
    const last = inventory('a', at(100), [10, 1, 0, 0]);
    const waves = [
      { wave: aWave({ createdAt: at(50) }), counts: { install: { done: 9 } } },
      { wave: aWave({ createdAt: at(150), dryRun: true }), counts: { install: { done: 9 } } },
      {
        wave: aWave({ createdAt: at(150) }),
        counts: { install: { done: 6, alreadyDone: 2 }, uninstall: { done: 4 }, undoInstall: { done: 1 } },
      },
    ];
    expect(fleetHistory([last], waves, NOW)).toEqual({
      items: [
        { at: at(100), legacyOnly: 10, both: 1, amaOnly: 0, neither: 0, total: 11 },
        { at: NOW, legacyOnly: 5, both: 2, amaOnly: 4, neither: 0, total: 11 },
      ],
      derived: true,
    });
  });

  it('never counts more than there are, and is empty without an inventory', () => {
    const wave = {
      wave: aWave({ createdAt: at(150) }),
      counts: { install: { done: 99 }, uninstall: { done: 99 } },
    };
    expect(fleetHistory([inventory('a', at(100), [3, 0, 1, 0])], [wave], NOW).items.at(-1)).toMatchObject({
      ...{ legacyOnly: 0, both: 0, amaOnly: 4, total: 4 },
    });
    expect(fleetHistory([], [wave], NOW)).toEqual({ items: [], derived: false });
  });
});
