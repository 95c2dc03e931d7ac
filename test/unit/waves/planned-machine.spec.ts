import { describe, expect, it } from 'vitest';
import { planMachine } from '../../../shared/waves/planned-machine.ts';
import { aMachine, anInventory, aPolicy } from '../../support/builders.ts';

describe('planMachine', () => {
  it('leaves out a machine whose workspace could not be asked whether SCOM uses its agent', () => {
    const machine = aMachine();
    const [id = ''] = machine.legacyWorkspaces;
    const inventory = anInventory({ unreadWorkspaces: [{ id, reason: 'throttled' }] });

    const planned = planMachine(machine, inventory, aPolicy());

    expect(planned).toMatchObject({
      kind: 'blocked',
      machine: { machineId: machine.id, reasons: [{ code: 'workspaceUnread', needs: 'platformTeam' }] },
    });
    expect(planMachine(machine, anInventory(), aPolicy()).kind).toBe('planned');
  });
});
