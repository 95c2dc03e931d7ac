import { describe, expect, it } from 'vitest';
import type { MachineState } from '../../../shared/agents/gateway.ts';
import { machineChange } from '../../../shared/agents/machine-change.ts';
import type { PlannedMachine } from '../../../shared/model/plan.ts';
import { anAmaExtension, anExtension, aPlannedMachine, aState, CUSTOMER_ID } from '../../support/builders.ts';

const OTHER = '99999999-9999-4999-8999-999999999999';
const reportsTo = (...ids: readonly string[]) => ({
  extensions: ids.map((workspaceId) => anExtension({ settings: { workspaceId } })),
});
const planned: Partial<PlannedMachine> = { os: 'windows', vmId: 'aaa', legacyCustomerIds: [CUSTOMER_ID] };
const state: Partial<MachineState> = { os: 'windows', vmId: 'aaa', ...reportsTo(CUSTOMER_ID) };

describe('machineChange', () => {
  it.each<[string, Partial<PlannedMachine>, Partial<MachineState>, string | undefined]>([
    ['nothing', {}, {}, undefined],
    ['the id in other casing', {}, { vmId: 'AAA' }, undefined],
    ['another id', {}, { vmId: 'bbb' }, 'another machine'],
    ['an id the plan did not know', { vmId: null }, { vmId: 'bbb' }, undefined],
    ['an id Azure does not tell', {}, { vmId: null }, undefined],
    ['another system', {}, { os: 'linux' }, 'it runs linux now'],
    ['a system Azure does not tell', {}, { os: null }, undefined],
    ['the workspace in other casing', {}, reportsTo(CUSTOMER_ID.toUpperCase()), undefined],
    ['another workspace', {}, reportsTo(OTHER), OTHER],
    ['one more workspace', {}, reportsTo(CUSTOMER_ID, OTHER), OTHER],
    ['a known second workspace', { legacyCustomerIds: [CUSTOMER_ID, OTHER] }, reportsTo(OTHER), undefined],
    ['a workspace, where the plan knew none', { legacyCustomerIds: [] }, reportsTo(OTHER), undefined],
    ['no legacy agent any more', {}, { extensions: [] }, undefined],
    ['a legacy agent without settings', {}, { extensions: [anExtension({ settings: null })] }, undefined],
    [
      'the new agent, whose settings are no workspace',
      {},
      { extensions: [anAmaExtension({ settings: { workspaceId: OTHER } })] },
      undefined,
    ],
  ])('%s', (_, plannedChange, stateChange, expected) => {
    const change = machineChange(
      aPlannedMachine('web-01', { ...planned, ...plannedChange }),
      aState({ ...state, ...stateChange }),
    );

    if (expected === undefined) expect(change).toBeUndefined();
    else expect(change).toContain(expected);
  });
});
