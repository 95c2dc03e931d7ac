import { describe, expect, it } from 'vitest';
import { unmanagedId, unmanagedMachines } from '../../../shared/inventory/unmanaged.ts';
import { at, must, NOW, WORKSPACE_ID } from '../../support/builders.ts';
import { DAY, lonelyRow, reasonsOf } from '../../support/inventory-builders.ts';

describe('unmanagedMachines', () => {
  it('are one a agent id, under the name last heard', () => {
    const machines = unmanagedMachines(
      [
        lonelyRow({ Computer: 'old.contoso.example', lastSeen: at(-DAY) }),
        lonelyRow({ Computer: 'new', workspaceId: '/w/2' }),
        lonelyRow({ Computer: 'new', AgentId: 'agent-2', OSType: 'Linux' }),
      ],
      NOW,
    );
    expect(machines).toMatchObject([
      {
        id: 'unmanaged/agent-lonely',
        kind: 'unmanaged',
        name: 'new',
        os: 'windows',
        legacyWorkspaces: [WORKSPACE_ID, '/w/2'],
        heartbeats: { legacy: at(-60) },
        assessment: { status: 'blocked', reasons: [{ code: 'unmanaged' }] },
      },
      { id: 'unmanaged/agent-2', name: 'new', os: 'linux' },
    ]);
  });

  it.each([
    ['agent id', { AgentId: 'a', Computer: 'c' }, 'unmanaged/a'],
    ['computer', { AgentId: '', Computer: 'c' }, 'unmanaged/c'],
    ['computer', { AgentId: null, Computer: 'c' }, 'unmanaged/c'],
    ['nothing', { AgentId: null, Computer: null }, 'unmanaged/unknown'],
  ])('are known by %s', (_, row, id) => {
    expect(unmanagedId(row)).toBe(id);
  });

  it('with nothing but a heartbeat are whole machines', () => {
    const row = lonelyRow({ AgentId: null, Computer: null, VmId: null, OSType: null, Solutions: null });
    expect(must(unmanagedMachines([row], NOW)[0])).toMatchObject({
      id: 'unmanaged/unknown',
      name: 'unmanaged/unknown',
      os: 'unknown',
      vmId: null,
      findings: [],
    });
    expect(unmanagedMachines([lonelyRow({ Computer: '' })], NOW)[0]?.name).toBe('unmanaged/agent-lonely');
  });

  it('are no containers, and no rows without category', () => {
    expect(
      unmanagedMachines([lonelyRow({ Category: 'Container' }), lonelyRow({ Category: null })], NOW),
    ).toEqual([]);
  });

  it.each([
    ['Direct Agent', ['unmanaged'], [WORKSPACE_ID]],
    ['SCOM Agent', ['unmanaged'], [WORKSPACE_ID]],
    ['Azure Monitor Agent', 'alreadyMigrated', []],
  ])('of %s', (Category, reasons, workspaces) => {
    const machine = must(unmanagedMachines([lonelyRow({ Category })], NOW)[0]);
    expect([reasonsOf(machine), machine.legacyWorkspaces]).toEqual([reasons, workspaces]);
  });
});
