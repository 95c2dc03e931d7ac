import { describe, expect, it } from 'vitest';
import type { Settings } from '../../../shared/agents/ama-settings.ts';
import { decideInstall, type InstallDecision } from '../../../shared/agents/decide-install.ts';
import type { MachineState } from '../../../shared/agents/gateway.ts';
import type { PlannedMachine } from '../../../shared/model/plan.ts';
import {
  anAmaExtension,
  anExtension,
  aPlannedMachine,
  aPolicy,
  aState,
  identityResource,
} from '../../support/builders.ts';

const PROXY: Settings = { proxy: { mode: 'application', address: 'http://proxy:8080', auth: 'false' } };
const IDENTITY = identityResource('id-ama').toLowerCase();
const OTHER = identityResource('id-other').toLowerCase();
const WITH_IDENTITY: Settings = {
  authentication: { managedIdentity: { 'identifier-name': 'mi_res_id', 'identifier-value': IDENTITY } },
};
const installed = (changes = {}) => ({ extensions: [anExtension(), anAmaExtension(changes)] });

interface Case {
  readonly name: string;
  readonly planned?: Partial<PlannedMachine>;
  readonly state?: Partial<MachineState>;
  readonly wanted?: Settings;
  readonly expected: InstallDecision;
}

const CASES: readonly Case[] = [
  {
    name: 'never touches another machine of the same name, whatever tag it carries',
    planned: { vmId: 'aaa' },
    state: { vmId: 'bbb', tags: { 'ama-migration-hold': '' } },
    expected: {
      kind: 'blocked',
      reason: 'machineChanged',
      detail: 'another machine has its name now: its id is bbb, planned was aaa',
    },
  },
  {
    name: 'installs under the type as name on Windows',
    expected: { kind: 'put', extension: 'AzureMonitorWindowsAgent', why: 'install' },
  },
  {
    name: 'installs under the type as name on Linux',
    planned: { os: 'linux' },
    expected: { kind: 'put', extension: 'AzureMonitorLinuxAgent', why: 'install' },
  },
  { name: 'leaves a right agent alone', state: installed(), expected: { kind: 'present' } },
  {
    name: 'leaves a right agent alone on a stopped machine',
    state: { ...installed(), availability: 'stopped' },
    expected: { kind: 'present' },
  },
  {
    name: 'repairs a wrong proxy under the name the agent has',
    state: installed({ name: 'AMAWindows' }),
    wanted: PROXY,
    expected: {
      kind: 'put',
      extension: 'AMAWindows',
      why: 'repair: proxy is the default, wanted http://proxy:8080',
    },
  },
  {
    name: 'accepts a right proxy with a boolean auth',
    state: installed({
      settings: { proxy: { mode: 'application', address: 'http://proxy:8080', auth: false } },
    }),
    wanted: PROXY,
    expected: { kind: 'present' },
  },
  {
    name: 'repairs a wrong identity',
    planned: { userAssignedIdentityId: IDENTITY },
    state: { ...installed(), userIdentities: [IDENTITY] },
    wanted: WITH_IDENTITY,
    expected: {
      kind: 'put',
      extension: 'AzureMonitorWindowsAgent',
      why: `repair: identity is the default, wanted ${IDENTITY}`,
    },
  },
  {
    name: 'repairs a failed agent',
    state: installed({ provisioningState: 'Failed' }),
    expected: { kind: 'put', extension: 'AzureMonitorWindowsAgent', why: 'repair: Failed' },
  },
  {
    name: 'repairs an agent without a state',
    state: installed({ provisioningState: null }),
    expected: { kind: 'put', extension: 'AzureMonitorWindowsAgent', why: 'repair: no state' },
  },
  {
    name: 'follows a creation it did not start',
    state: installed({ provisioningState: 'Creating', name: 'AMAWindows' }),
    expected: { kind: 'follow', extension: 'AMAWindows' },
  },
  {
    name: 'follows an update even with wrong settings',
    state: installed({ provisioningState: 'Updating' }),
    wanted: PROXY,
    expected: { kind: 'follow', extension: 'AzureMonitorWindowsAgent' },
  },
  {
    name: 'waits for a deletion to end',
    state: installed({ provisioningState: 'Deleting' }),
    expected: { kind: 'wait', reason: 'extensionBusy', detail: 'AzureMonitorWindowsAgent is being deleted' },
  },
  {
    name: 'waits for a stopped VM',
    state: { availability: 'stopped' },
    expected: { kind: 'wait', reason: 'notRunning' },
  },
  {
    name: 'waits for a disconnected Arc server',
    planned: { kind: 'arcServer' },
    state: { availability: 'disconnected' },
    expected: { kind: 'wait', reason: 'arcDisconnected' },
  },
  {
    name: 'waits for a stopped machine before repairing it',
    state: { ...installed({ provisioningState: 'Failed' }), availability: 'stopped' },
    expected: { kind: 'wait', reason: 'notRunning' },
  },
  {
    name: 'waits while the hold tag is set, in any casing and with any value',
    state: { ...installed(), tags: { 'AMA-Migration-HOLD': '' } },
    expected: { kind: 'wait', reason: 'heldTag' },
  },
  {
    name: 'is blocked without any identity',
    state: { systemIdentity: false },
    expected: { kind: 'blocked', reason: 'identityMissing' },
  },
  {
    name: 'is blocked by several user identities and no system identity',
    state: { systemIdentity: false, userIdentities: [IDENTITY, OTHER] },
    expected: { kind: 'blocked', reason: 'identityAmbiguous' },
  },
  {
    name: 'is content with one user identity',
    state: { systemIdentity: false, userIdentities: [IDENTITY] },
    expected: { kind: 'put', extension: 'AzureMonitorWindowsAgent', why: 'install' },
  },
  {
    name: 'is content with several user identities beside the system identity',
    state: { userIdentities: [IDENTITY, OTHER] },
    expected: { kind: 'put', extension: 'AzureMonitorWindowsAgent', why: 'install' },
  },
  {
    name: 'takes the named identity among several',
    planned: { userAssignedIdentityId: IDENTITY },
    state: { systemIdentity: false, userIdentities: [OTHER, IDENTITY] },
    wanted: WITH_IDENTITY,
    expected: { kind: 'put', extension: 'AzureMonitorWindowsAgent', why: 'install' },
  },
  {
    name: 'is blocked when the named identity is not assigned, even with a system identity',
    planned: { userAssignedIdentityId: IDENTITY },
    state: { userIdentities: [OTHER] },
    wanted: WITH_IDENTITY,
    expected: { kind: 'blocked', reason: 'identityMissing', detail: `${IDENTITY} is not assigned to the VM` },
  },
  {
    name: 'asks no identity of an Arc server',
    planned: { kind: 'arcServer' },
    state: { systemIdentity: false },
    expected: { kind: 'put', extension: 'AzureMonitorWindowsAgent', why: 'install' },
  },
  {
    name: 'does not take a stranger with the agent name for the agent',
    state: {
      extensions: [anExtension({ name: 'AzureMonitorWindowsAgent', publisher: 'Contoso', type: 'Other' })],
    },
    expected: { kind: 'put', extension: 'AzureMonitorWindowsAgent', why: 'install' },
  },
];

describe('decideInstall', () => {
  it.each(CASES)('$name', ({ planned, state, wanted, expected }) => {
    const decision = decideInstall(aPlannedMachine('web-01', planned), aState(state), wanted, aPolicy());

    expect(decision).toEqual(expected);
  });
});
