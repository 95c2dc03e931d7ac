import { describe, expect, it } from 'vitest';
import { likelyMs, segmentMs, shortestMs } from '../../../shared/waves/expected.ts';
import { windowOfWave } from '../../../shared/waves/wave-window.ts';
import { aPolicy, aSummary, at, aWave, CELL, NOW } from '../../support/builders.ts';

const policy = aPolicy({
  expectedSeconds: { install: 300, associate: 20, uninstall: 200, disableConnector: 30, scaleSet: 250 },
});

describe('the likely duration', () => {
  it.each([
    ['install', 'azureVm', 300],
    ['install', 'arcServer', 300],
    // What a set takes is never less than what a machine takes.
    ['install', 'scaleSet', 300],
    ['uninstall', 'scaleSet', 250],
    ['uninstall', 'azureVm', 200],
    ['associate', 'scaleSet', 20],
    ['verify', 'azureVm', 0],
    ['reverify', 'azureVm', 0],
    ['confirm', 'azureVm', 0],
  ] as const)('of %s on %s is %i s', (stage, kind, seconds) => {
    expect(likelyMs(policy, stage, kind)).toBe(seconds * 1000);
  });

  it('of a segment is its longest change, on the quickest kind; an opening is of use for the shortest', () => {
    expect(segmentMs(policy, 'deploy', ['azureVm', 'scaleSet'])).toBe(300_000);
    expect(segmentMs(policy, 'remove', ['scaleSet'])).toBe(250_000);
    expect(segmentMs(policy, 'remove', ['scaleSet', 'azureVm'])).toBe(200_000);
    expect(shortestMs(policy, 'deploy', ['azureVm', 'scaleSet'])).toBe(20_000);
    expect(segmentMs(policy, 'remove', [])).toBe(0);
  });
});

describe('windowOfWave', () => {
  const windows = (left: number) => [
    { start: at(left - 600).slice(0, 19), timeZone: 'UTC', recurrence: 'FREQ=DAILY', durationMinutes: 10 },
  ];
  const sets = { cell: CELL, kind: 'scaleSet', batches: 1, machines: 1, batchSize: 25 } as const;
  const vms = { cell: CELL, kind: 'azureVm', batches: 1, machines: 1, batchSize: 25 } as const;

  it.each([
    ['deploy', [vms], 300, true],
    ['deploy', [vms], 299, false],
    ['remove', [vms], 200, true],
    ['remove', [sets], 249, false],
    ['remove', [vms, sets], 249, true],
    ['disableConnector', [vms], 30, true],
    ['disableConnector', [vms], 29, false],
    ['gate', [vms], 1, true],
    ['prepare', [], 1, true],
  ] as const)('in step %s of %j with %i s left: %s', (step, cells, left, open) => {
    const state = windowOfWave(aWave({ step, cells }), { ...policy, windows: windows(left) }, [], NOW);

    expect(state.open).toBe(open);
  });

  it('asks only for what is left to do', () => {
    const wave = aWave({ step: 'remove', cells: [vms, sets] });
    const done = aSummary({ batchId: '0000-0000', finished: ['deploy', 'remove'] });

    expect(windowOfWave(wave, { ...policy, windows: windows(249) }, [done], NOW).open).toBe(false);
    expect(windowOfWave(wave, { ...policy, windows: windows(250) }, [done], NOW).open).toBe(true);
  });
});
