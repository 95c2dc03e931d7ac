import { describe, expect, it } from 'vitest';
import type { Estate } from '../../rehearsal/estate/index.ts';
import { runKilled } from '../support/killed.ts';
import { dependencyAgent, removalEstate } from '../support/removal-estate.ts';
import { ARC, CUSTOMER, LINUX_VM, VM } from '../support/small-estate.ts';

const app = new URL('../support/killable-removal.ts', import.meta.url).pathname;

/** A VM whose agent is detached for SCOM, a Linux VM and an Arc server whose agents were installed by hand. */
function estate() {
  const file = removalEstate({
    withoutExtension: [LINUX_VM, ARC],
    behaviour: {
      legacyIngestionEnds: '2026-11-21T07:30:00Z',
      manualAgents: [LINUX_VM, ARC].map((machine) => ({ machine, workspaces: [CUSTOMER] })),
    },
  });
  return { ...file, resources: [...file.resources, dependencyAgent(LINUX_VM)] };
}

describe('an app that is killed while it removes agents by script', () => {
  it('ends as if nothing had happened, wherever it is killed, and leaves no run command behind', async () => {
    const undisturbed = await runKilled({ app, file: estate(), points: [] });
    const requests = undisturbed.estate.requestLog.entries();
    const first = requests.findIndex(({ kind }) => kind === 'runCommand.write');
    // Every second request from the first script on, as soon as Azure has done the work and before it is heard.
    const points = requests
      .flatMap((_, i) => (i >= first && (i - first) % 2 === 0 ? [i + 1] : []))
      .slice(0, 20);

    const killed = await runKilled({ app, file: estate(), points });

    expect(undisturbed.done).toBe(true);
    expect(killed.done).toBe(true);
    expect(killed.kills).toBe(points.length);
    expect(points.length).toBeGreaterThan(8);
    for (const machine of [VM, LINUX_VM, ARC]) {
      expect(finalState(killed.estate, machine)).toEqual(finalState(undisturbed.estate, machine));
      expect(killed.estate.snapshot(machine)?.runCommands).toEqual([]);
      expect(killed.estate.snapshot(machine)?.legacyWorkspaces).toEqual([]);
    }
  });
});

function finalState(estate: Estate, machineId: string) {
  const found = estate.snapshot(machineId);
  return { extensions: found?.extensions, workspaces: found?.legacyWorkspaces };
}
