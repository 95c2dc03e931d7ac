import { describe, expect, it } from 'vitest';
import { arcState, vmState } from '../../../shared/azure/machine-state.ts';

describe('what a machine is', () => {
  it.each<[string, Parameters<typeof vmState>[0], object]>([
    [
      'a VM',
      {
        location: 'l',
        vmId: 'AAA-1',
        storageProfile: { osDisk: { createOption: 'Attach', osType: 'Linux' } },
      },
      { vmId: 'aaa-1', os: 'linux' },
    ],
    ['a VM of which little is told', { location: 'l' }, { vmId: null, os: null }],
    ['an empty id is none', { location: 'l', vmId: '' }, { vmId: null }],
  ])('%s', (_, vm, expected) => {
    expect(vmState(vm, [])).toMatchObject(expected);
  });

  it.each<[string, Parameters<typeof arcState>[0], object]>([
    [
      'an Arc server',
      { location: 'l', properties: { vmId: 'BBB-2', osName: 'Windows' } },
      { vmId: 'bbb-2', os: 'windows' },
    ],
    [
      'a name of a system that is neither word',
      { location: 'l', properties: { osName: 'Ubuntu 20.04' } },
      { vmId: null, os: null },
    ],
    ['an Arc server of which little is told', { location: 'l' }, { vmId: null, os: null }],
  ])('%s', (_, machine, expected) => {
    expect(arcState(machine, [])).toMatchObject(expected);
  });
});
