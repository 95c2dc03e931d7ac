import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ORCHESTRATORS } from '../../../functions/contracts/payloads.ts';
import type { Recording } from '../../../rehearsal/host/index.ts';
import { scenario } from '../../support/scenario.ts';
import { smallEstate } from '../../support/small-estate.ts';

const HISTORIES = new URL('../../golden/histories/', import.meta.url);

/** Waves live for weeks: the code of today must replay what the code that shipped has recorded (D14). */
describe('histories of shipped versions', () => {
  const { given, here } = scenario();

  it.each(readdirSync(HISTORIES))('%s replays without a difference', async (file) => {
    await given.anEstate(smallEstate());

    for (const recording of read(file)) {
      const difference = await here().session.host.checkRecording(recording);
      expect(difference, recording.instance.name).toBeUndefined();
    }
  });

  it('cover every orchestrator', () => {
    const names = new Set(
      readdirSync(HISTORIES).flatMap((file) => read(file).map(({ instance }) => instance.name)),
    );

    expect([...names].sort()).toEqual(Object.keys(ORCHESTRATORS).sort());
  });

  it('would notice an orchestrator that acts differently', async () => {
    await given.anEstate(smallEstate());
    const recording = read('1.0.jsonl').find(({ instance }) => instance.name === 'discovery') as Recording;
    const tampered = {
      ...recording,
      actions: recording.actions.map((text) => text.replace('advanceInventory', 'takeInventory')),
    };

    const difference = await here().session.host.checkRecording(tampered);

    expect(difference).toContain('Non-deterministic orchestrator detected');
  });
});

function read(file: string): Recording[] {
  return readFileSync(new URL(file, HISTORIES), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recording);
}
