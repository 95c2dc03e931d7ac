import type { FindingDefinition } from './finding-definition.ts';

/** What can be done about drift; the first three are waves, the others change no machine. */
export const REMEDY_KINDS = [
  'removeLegacy',
  'repair',
  'migrate',
  'deployRules',
  'disableConnector',
  'turnOffProvisioning',
] as const;
export type RemedyKind = (typeof REMEDY_KINDS)[number];

export const WAVE_REMEDIES = ['removeLegacy', 'repair', 'migrate'] as const satisfies readonly RemedyKind[];
export type WaveRemedy = (typeof WAVE_REMEDIES)[number];

export function isWaveRemedy(kind: RemedyKind): kind is WaveRemedy {
  return (WAVE_REMEDIES as readonly RemedyKind[]).includes(kind);
}

export interface DriftDefinition extends FindingDefinition {
  /** null: a person has to act outside of this app, or nobody. */
  readonly remedy: RemedyKind | null;
}

/** Every way in which a migrated fleet can leave the state it was brought to. */
export const DRIFT_FINDINGS = {
  // Machines that were migrated
  legacyBack: {
    severity: 'action',
    text: 'The legacy agent is on a machine again that it was removed from.',
    action: 'End the way it came back by first, then let a wave remove it.',
    needs: 'platformTeam',
    remedy: 'removeLegacy',
  },
  amaMissing: {
    severity: 'action',
    text: 'Azure Monitor Agent is gone from a migrated machine: nothing of it is collected.',
    action: 'A wave installs it again; find out who removed it.',
    needs: 'platformTeam',
    remedy: 'repair',
  },
  amaFailed: {
    severity: 'action',
    text: 'The Azure Monitor Agent extension of a migrated machine did not provision.',
    action: 'A wave installs it again; if that fails, repair the guest agent of the machine.',
    needs: 'machineOwner',
    remedy: 'repair',
  },
  amaOutdated: {
    severity: 'warning',
    text: 'The version of Azure Monitor Agent has a fault that bites under the settings of the machine.',
    action: 'A wave puts a current version; turn on automatic upgrade where it is off.',
    needs: 'nobody',
    remedy: 'repair',
  },
  amaSettingsDiffer: {
    severity: 'action',
    text: 'Azure Monitor Agent has another proxy or identity than the machine was migrated with.',
    action: 'A wave puts the planned settings back; if the change was meant, plan the machine anew.',
    needs: 'networkTeam',
    remedy: 'repair',
  },
  identityMissing: {
    severity: 'action',
    text: 'The identity that Azure Monitor Agent signs in with is no longer on the machine.',
    action: 'Assign the identity again; the agent sends nothing without it.',
    needs: 'platformTeam',
    remedy: null,
  },
  amaUnheard: {
    severity: 'action',
    text: 'Azure Monitor Agent is installed on a running machine and has not been heard for a day.',
    action: 'Check the path of the machine to Azure Monitor: proxy, firewall, private link.',
    needs: 'networkTeam',
    remedy: null,
  },
  associationMissing: {
    severity: 'action',
    text: 'A migrated machine lacks the association with a rule or endpoint it needs.',
    action: 'A wave associates it again.',
    needs: 'platformTeam',
    remedy: 'repair',
  },
  machineNotSeen: {
    severity: 'info',
    text: 'A migrated machine is not in the inventory: it was deleted or moved, or cannot be read.',
    action: 'Nothing where it was deleted; otherwise give the app Reader on it.',
    needs: 'nobody',
    remedy: null,
  },

  // Machines that were not
  newMachine: {
    severity: 'warning',
    text: 'The machine was not there in the inventory before, and is not collected from as the others are.',
    action: 'A wave migrates it where it carries the legacy agent; otherwise assign the policies for agents.',
    needs: 'platformTeam',
    remedy: 'migrate',
  },
  reachableNow: {
    severity: 'info',
    text: 'A machine that could not be migrated because it was not reachable is reachable now.',
    action: 'A wave migrates it.',
    needs: 'nobody',
    remedy: 'migrate',
  },

  // The rest of the estate
  ruleMissing: {
    severity: 'action',
    text: 'A data collection rule that machines were associated with is gone.',
    action: 'Deploy its rule set again, and let a wave associate the machines.',
    needs: 'platformTeam',
    remedy: 'deployRules',
  },
  ruleChanged: {
    severity: 'action',
    text: 'A data collection rule is not as its rule set deployed it.',
    action: 'Deploy the rule set again over the change, or convert the workspace anew if it was meant.',
    needs: 'platformTeam',
    remedy: 'deployRules',
  },
  connectorOn: {
    severity: 'action',
    text: 'Legacy collection of security events that this app switched off is on again.',
    action: 'Find out who switched it on, then switch it off.',
    needs: 'securityTeam',
    remedy: 'disableConnector',
  },
  reinstallPath: {
    severity: 'action',
    text: 'Something installs the legacy agent where migrated machines are.',
    action: 'Run the command of the finding, or exclude the scope.',
    needs: 'platformTeam',
    remedy: null,
  },
  provisioningOn: {
    severity: 'action',
    text: 'Defender for Cloud provisions the legacy agent where migrated machines are.',
    action: 'Turn automatic provisioning off.',
    needs: 'securityTeam',
    remedy: 'turnOffProvisioning',
  },

  policiesBehind: {
    severity: 'warning',
    text: 'The policies for new machines at a scope are not what was asked for with the rules deployed now.',
    action: 'Repeat POST /agent-policies for the scope; it writes only what differs.',
    needs: 'platformTeam',
    remedy: null,
  },

  // What is left over: reported, never deleted
  associationObsolete: {
    severity: 'info',
    text: 'A migrated machine has an association of this app with a rule that it no longer needs.',
    action: 'Delete the association if nobody else relies on it; until then its rows are paid for.',
    needs: 'platformTeam',
    remedy: null,
  },
  solutionUnused: {
    severity: 'info',
    text: 'A legacy solution is on a workspace to which no legacy agent reports any more.',
    action: 'Remove the solution once its data is past retention; this app deletes none.',
    needs: 'platformTeam',
    remedy: null,
  },
  workspaceUnused: {
    severity: 'info',
    text: 'Nothing was written to the workspace and no agent was heard in the days read.',
    action: 'Delete it once its retention has passed; this app deletes no workspace.',
    needs: 'platformTeam',
    remedy: null,
  },

  // The check itself
  implausible: {
    severity: 'action',
    text: 'So much of the fleet has this finding that a failed query is likelier than drift.',
    action: 'Look at a few machines by hand; nothing is remedied on this finding in this run.',
    needs: 'platformTeam',
    remedy: null,
  },
  notRead: {
    severity: 'warning',
    text: 'Something could not be read, so that nothing is known of its drift.',
    action: 'Do what the detail says and run the check again.',
    needs: 'platformTeam',
    remedy: null,
  },
} as const satisfies Record<string, DriftDefinition>;

export type DriftCode = keyof typeof DRIFT_FINDINGS;
export const DRIFT_CODES = Object.keys(DRIFT_FINDINGS) as [DriftCode, ...DriftCode[]];

/** Codes that something can be done about. */
export const REMEDIED_CODES = DRIFT_CODES.filter((code) => DRIFT_FINDINGS[code].remedy !== null);

export function driftDefinition(code: DriftCode): DriftDefinition {
  return DRIFT_FINDINGS[code];
}

export function remedyOf(code: DriftCode): RemedyKind | null {
  return DRIFT_FINDINGS[code].remedy;
}
