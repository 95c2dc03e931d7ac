import { REMOVAL_REASONS } from './removal-reasons.ts';
import { ROLLBACK_REASONS } from './rollback-reasons.ts';
import { SCALE_SET_REASONS } from './scale-set-reasons.ts';

/** Who can clear a reason. */
export type Needs =
  | 'machineOwner'
  | 'platformTeam'
  | 'securityTeam'
  | 'networkTeam'
  | 'approver'
  | 'nobody'
  | 'support';

export interface Reason {
  /** One sentence a person can act on. */
  readonly text: string;
  readonly needs: Needs;
}

/** Every reason the app can give for not moving a machine on: stable code, sentence, who must act. */
export const REASONS = {
  ...REMOVAL_REASONS,
  ...ROLLBACK_REASONS,
  notRunning: {
    text: 'The VM is not running; start it, extensions cannot be changed while it is stopped.',
    needs: 'machineOwner',
  },
  arcDisconnected: {
    text: 'The Arc agent is disconnected; restore its connection to Azure.',
    needs: 'machineOwner',
  },
  unsupportedOs: {
    text: 'Azure Monitor Agent does not support this operating system; upgrade or retire the machine.',
    needs: 'machineOwner',
  },
  unsupportedArchitecture: {
    text: 'Azure Monitor Agent does not support this processor architecture with this operating system; keep the machine out of the migration.',
    needs: 'machineOwner',
  },
  regionUnsupported: {
    text: 'Azure Monitor Agent is not offered in this region.',
    needs: 'platformTeam',
  },
  extensionsForbidden: {
    text: 'The machine is set to refuse extensions; allow extension operations on it.',
    needs: 'machineOwner',
  },
  guestAgentNotReady: {
    text: 'The guest agent of the VM does not answer, so no extension can be changed; repair or install it.',
    needs: 'machineOwner',
  },
  arcAgentTooOld: {
    text: 'The Arc agent is too old to fetch the package of Azure Monitor Agent; update the Connected Machine agent.',
    needs: 'machineOwner',
  },
  unmanaged: {
    text: 'Azure knows this machine by its heartbeat alone; connect it to Azure Arc first.',
    needs: 'machineOwner',
  },
  ...SCALE_SET_REASONS,
  manualInstall: {
    text: 'A legacy agent was heard from the machine, but there is no extension to remove: it was installed by hand, or is gone since; look on the machine.',
    needs: 'machineOwner',
  },
  unknownOs: {
    text: 'The operating system is unknown, so the right agent cannot be chosen; check the machine reports to Azure.',
    needs: 'platformTeam',
  },
  identityMissing: {
    text: 'The VM has no managed identity; assign a system or user-assigned identity, Azure Monitor Agent signs in with it.',
    needs: 'platformTeam',
  },
  identityAmbiguous: {
    text: 'The VM has several user-assigned identities and no system identity; name the one to use in the plan (policy.identities).',
    needs: 'platformTeam',
  },
  locked: {
    text: 'A resource lock forbids the change; remove the lock or take the machine out of the wave.',
    needs: 'platformTeam',
  },
  noRule: {
    text: "No data collection rule sends to the machine's workspace for its operating system; create one or name it in the plan (policy.rules).",
    needs: 'platformTeam',
  },
  noWorkspace: {
    text: 'The workspace the legacy agent reports to is not visible; grant read access to it or name rules in the plan (policy.rules).',
    needs: 'platformTeam',
  },
  workspaceUnread: {
    text: 'The heartbeats of a workspace the legacy agent reports to could not be read, so nobody knows whether SCOM needs the agent; mend the access and take the inventory again.',
    needs: 'platformTeam',
  },
  noEndpoint: {
    text: "The private-link profile needs a data collection endpoint in the machine's region; name one in the plan (policy.endpoints).",
    needs: 'networkTeam',
  },
  endpointConflict: {
    text: 'The machine is associated with another configuration access endpoint; remove that association or plan for that endpoint.',
    needs: 'networkTeam',
  },
  noLegacyAgent: {
    text: 'The machine has no legacy agent extension; there is nothing to migrate.',
    needs: 'nobody',
  },
  extensionStuck: {
    text: 'An extension operation is stuck on the machine; repair its guest agent, then retry.',
    needs: 'machineOwner',
  },
  extensionBusy: {
    text: 'Another operation on the extension is in progress; the app waits for it.',
    needs: 'nobody',
  },
  operationInProgress: { text: 'Azure is still working on the change.', needs: 'nobody' },
  policyDenied: {
    text: 'An Azure Policy assignment denies the change; exempt the machine or change the assignment.',
    needs: 'platformTeam',
  },
  notAuthorized: {
    text: "The app's identity lacks a permission on the machine or rule; grant the operator role on its scope.",
    needs: 'platformTeam',
  },
  notFound: { text: 'The machine no longer exists in Azure.', needs: 'nobody' },
  throttled: { text: 'Azure asked to slow down; the app waits as long as it was told to.', needs: 'nobody' },
  serviceUnavailable: { text: 'An Azure service did not answer; the app tries again.', needs: 'nobody' },
  noHeartbeat: {
    text: 'Azure Monitor Agent is installed but has not been heard; check its proxy settings and network path.',
    needs: 'networkTeam',
  },
  dataMissing: {
    text: 'An expected table has no rows from this machine since the rules were associated; check the rule and the agent.',
    needs: 'securityTeam',
  },
  dataNotYet: {
    text: 'Rows of an expected table have not arrived yet; the app looks again.',
    needs: 'nobody',
  },
  awaitsTurn: {
    text: 'Requests are spread over time to stay within the limits of Azure; those about this machine come soon.',
    needs: 'nobody',
  },
  lastLook: {
    text: 'All expected data goes on; whether the legacy agent is still gone is looked at once more.',
    needs: 'nobody',
  },
  attributionUnclear: {
    text: 'The legacy agent still writes to the same tables and volume did not rise as it should with two agents; rows cannot be attributed to Azure Monitor Agent.',
    needs: 'securityTeam',
  },
  rowsLost: {
    text: 'Fewer rows arrive than before, by more than the plan tolerates; check what the rules collect, or accept it by name.',
    needs: 'securityTeam',
  },
  tableNotCovered: {
    text: "The legacy agent writes to a table that none of the machine's rules fills; add a rule, or accept by name that it ends.",
    needs: 'securityTeam',
  },
  keysLost: {
    text: 'Events, facilities or counters that came before come no more; check what the rules collect, or accept it by name.',
    needs: 'securityTeam',
  },
  notSettled: {
    text: 'The data does not yet settle whether rows were lost; more of it does, or someone accepts it by name.',
    needs: 'securityTeam',
  },
  clockAhead: {
    text: "The machine's clock is ahead, so its rows are dated into the future and cannot be compared; set the clock.",
    needs: 'machineOwner',
  },
  queryFailed: {
    text: 'The workspace could not be queried; without data there is no verdict.',
    needs: 'platformTeam',
  },
  unverifiableRules: {
    text: "None of the machine's rules feeds a table this app can verify; accept it by hand.",
    needs: 'securityTeam',
  },
  scomAttached: {
    text: 'System Center Operations Manager needs the legacy agent; it stays installed.',
    needs: 'nobody',
  },
  workspaceInUse: {
    text: 'Other machines still report to the workspace through the legacy agent; its collection stays on.',
    needs: 'nobody',
  },
  connectorOff: {
    text: 'Legacy security-event collection of the workspace is already off.',
    needs: 'nobody',
  },
  connectorKept: { text: 'The plan leaves legacy security-event collection as it is.', needs: 'nobody' },
  connectorFailed: {
    text: "Legacy security-event collection could not be changed; check the app's permission on the workspace.",
    needs: 'platformTeam',
  },
  connectorChanged: {
    text: 'Somebody else changed legacy security-event collection while the app worked on it; what they set stands.',
    needs: 'securityTeam',
  },
  streamSettling: {
    text: 'Legacy security-event collection is off; the app waits to see that Azure Monitor Agent goes on to write.',
    needs: 'nobody',
  },
  streamLost: {
    text: 'Machines lost their security events when legacy collection went off; restore it (POST /connectors/{workspace}/restore) and mend their rules.',
    needs: 'securityTeam',
  },
  leaseTaken: { text: 'Another wave is working on this machine.', needs: 'nobody' },
  heldTag: {
    text: 'The machine carries a hold tag; remove the tag to let it migrate.',
    needs: 'machineOwner',
  },
  amaNotInstalled: {
    text: 'Azure Monitor Agent is not provisioned on the machine; the legacy agent stays.',
    needs: 'platformTeam',
  },
  rulesNotAssociated: {
    text: 'A rule is no longer associated with the machine; the legacy agent stays.',
    needs: 'platformTeam',
  },
  notVerified: { text: 'There is no passing data verdict; the legacy agent stays.', needs: 'securityTeam' },
  legacyReturned: {
    text: 'The legacy agent is back after its removal; find the policy or script that reinstalls it.',
    needs: 'platformTeam',
  },
  notApproved: {
    text: 'Removal has not been approved for this wave.',
    needs: 'approver',
  },
  earlierStage: { text: 'An earlier stage did not succeed on this machine.', needs: 'nobody' },
  held: { text: 'The wave is held; nothing new starts.', needs: 'approver' },
  aborted: { text: 'The wave was aborted before this stage started.', needs: 'nobody' },
  dryRun: { text: 'Dry run: the change was worked out and not made.', needs: 'nobody' },
  deadline: {
    text: 'The stage did not finish within its deadline; look at the last reason before it.',
    needs: 'platformTeam',
  },
  operationFailed: { text: 'Azure reported that the operation failed.', needs: 'machineOwner' },
  outsideWindow: {
    text: 'The change window is closed or too short for the change, or a freeze is on; the app goes on by itself.',
    needs: 'nobody',
  },
  windowsOver: {
    text: 'No change window of the plan opens any more, or none in which the change would end; make a plan with windows to come.',
    needs: 'approver',
  },
  machineChanged: {
    text: 'The machine is not the one that was planned for; take an inventory and make a plan anew.',
    needs: 'platformTeam',
  },
  tableMissing: {
    text: 'The workspace has no such table that the app can read, though rows of it were billed; look at its permissions.',
    needs: 'platformTeam',
  },
  resultTooLarge: {
    text: 'The query service gives no answer that large; this is a fault in the app.',
    needs: 'support',
  },
  requestRefused: {
    text: 'Azure refused the request as invalid; this is a fault in the plan or in the app.',
    needs: 'support',
  },
  secretUnavailable: {
    text: "A proxy credential or workspace key could not be read from Key Vault; check the reference and the app's access.",
    needs: 'platformTeam',
  },
  unexpected: { text: 'The stage ended in an error nobody foresaw; see the audit trail.', needs: 'support' },
} as const satisfies Record<string, Reason>;

export type ReasonCode = keyof typeof REASONS;

export function reasonText(code: ReasonCode): string {
  return REASONS[code].text;
}
