import { describe, expect, it } from 'vitest';
import type { Estate, LogEntry, OperationKind } from '../../rehearsal/estate/index.ts';
import { runKilled } from '../support/killed.ts';
import { dependencyAgent, removalEstate } from '../support/removal-estate.ts';
import { ARC, CUSTOMER, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

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

type Seen = readonly LogEntry[];

/** What of the removal was accepted so far tells its stage: kinds are counted over all lives. */
const done = (all: Seen, kind: OperationKind) =>
  all.filter((entry) => entry.kind === kind && entry.status > 0 && entry.status < 300).length;
const is = (all: Seen, ...kinds: readonly OperationKind[]) => kinds.some((kind) => all.at(-1)?.kind === kind);
/** The nth query of a life: a round that was killed begins with its first again. */
const query = (life: Seen, n: number) => is(life, 'logs.query') && done(life, 'logs.query') === n;
const isSwitched = (all: Seen) => done(all, 'dataSource.write') > 0;
const isRemoved = (all: Seen) => done(all, 'extension.delete') === 3;

/** Where an app is killed, each as soon as Azure has answered and before that is heard. */
const KILLS: readonly [stage: string, at: (all: Seen, life: Seen) => boolean][] = [
  ['disableConnector', (all) => is(all, 'dataSource.write')],
  ['disableConnector', (all) => isSwitched(all) && is(all, 'dataSource.read')],
  ...[1, 2, 3, 5, 7].map((n): (typeof KILLS)[number] => [
    'reverify',
    (all, life) => isSwitched(all) && done(all, 'extension.delete') === 0 && query(life, n),
  ]),
  ['uninstall', (all) => isSwitched(all) && is(all, 'machine.read')],
  ['uninstall', (all) => isSwitched(all) && is(all, 'lock.read')],
  ['uninstall', (all) => isSwitched(all) && is(all, 'association.read')],
  // The three deletes can come at once, so only the first is sure to be one by itself.
  ['uninstall', (all) => is(all, 'extension.delete') && done(all, 'extension.delete') === 1],
  ['uninstall', (all) => isRemoved(all) && is(all, 'operation.read', 'machine.read', 'extension.read')],
  ...[1, 2, 4].map((n): (typeof KILLS)[number] => [
    'confirm',
    (all, life) => isRemoved(all) && query(life, n) && life.every(({ kind }) => kind !== 'lock.read'),
  ]),
  ['confirm', (all, life) => isRemoved(all) && done(life, 'logs.query') > 4 && is(all, 'machine.read')],
];

describe('an app that is killed while it removes agents', () => {
  it('in each stage of the removal goes on, and changes nothing twice', async () => {
    const run = { app: new URL('../support/killable-app.ts', import.meta.url).pathname };
    const undisturbed = await runKilled({ ...run, file: smallEstate(), points: [] });

    const killed = await runKilled({ ...run, file: smallEstate(), points: KILLS.map(([, at]) => at) });

    expect([undisturbed.done, killed.done]).toEqual([true, true]);
    expect(killed.kills).toBe(KILLS.length);
    for (const kind of ['dataSource.write', 'extension.delete'] as const) {
      expect(done(killed.estate.requestLog.entries(), kind), kind).toBe(
        done(undisturbed.estate.requestLog.entries(), kind),
      );
    }
    for (const machine of [VM, LINUX_VM, ARC])
      expect(finalState(killed.estate, machine)).toEqual(finalState(undisturbed.estate, machine));
  }, 120_000);
});

function finalState(estate: Estate, machineId: string) {
  const found = estate.snapshot(machineId);
  return { extensions: found?.extensions, workspaces: found?.legacyWorkspaces };
}
