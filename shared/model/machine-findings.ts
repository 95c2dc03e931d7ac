import type { FindingDefinition } from './finding-definition.ts';

/** What discovery can point out about one machine, beside what blocks it. */
export const MACHINE_FINDINGS = {
  osUnverified: {
    severity: 'warning',
    text: 'The operating system is not in the support table of Azure Monitor Agent that this app carries.',
    action: "Check it against Microsoft's list; the agent's installer refuses what it does not support.",
    needs: 'platformTeam',
  },
  regionUnlisted: {
    severity: 'warning',
    text: "The region is not in the list that Microsoft's own policies for Azure Monitor Agent carry.",
    action:
      'Check that Azure Monitor Agent is offered there; newer regions are often only missing in the list.',
    needs: 'platformTeam',
  },
  amaVersionFaulty: {
    severity: 'warning',
    text: 'The installed version of Azure Monitor Agent has a known fault.',
    action: 'Nothing: the wave puts a current version. Turn on automatic upgrade where it is off.',
    needs: 'nobody',
  },
  amaUnhealthy: {
    severity: 'action',
    text: 'The Azure Monitor Agent extension is there but did not provision.',
    action: 'The wave installs it again; if that fails, repair the guest agent of the machine.',
    needs: 'machineOwner',
  },
  amaSilent: {
    severity: 'action',
    text: 'Azure Monitor Agent is installed but has not been heard in the last days.',
    action: 'Check its rules, proxy settings and network path; the machine may send nothing.',
    needs: 'networkTeam',
  },
  legacySilent: {
    severity: 'info',
    text: 'The legacy agent is installed but has not been heard in the last days.',
    action: 'Its service no longer takes data in; migrate the machine soon, it may send nothing.',
    needs: 'nobody',
  },
  multiHomed: {
    severity: 'info',
    text: 'The legacy agent reports to several workspaces.',
    action: 'Each needs a rule; the plan takes one for every workspace.',
    needs: 'platformTeam',
  },
  scomAttached: {
    severity: 'info',
    text: 'The legacy agent also reports to System Center Operations Manager.',
    action: 'The agent stays; decide what becomes of Operations Manager.',
    needs: 'platformTeam',
  },
  renamedComputer: {
    severity: 'info',
    text: 'The machine has been heard under several computer names.',
    action: 'Queries and alerts by computer name may look for the old one.',
    needs: 'securityTeam',
  },
  clonedAgent: {
    severity: 'action',
    text: 'Several machines send heartbeats with the same agent id, as clones of one image do.',
    action: 'Cloned images with an agent inside are not supported: remove the agent from the image.',
    needs: 'platformTeam',
  },
  lowDisk: {
    severity: 'action',
    text: 'The last known free space of the system disk is less than Azure Monitor Agent may need.',
    action: "Free 11 GB, or cap the agent's cache with an AgentSettings rule (MaxDiskQuotaInMB).",
    needs: 'machineOwner',
  },
  arcAgentOutdated: {
    severity: 'warning',
    text: 'The Arc agent is older than the year Microsoft supports.',
    action: 'Update the Connected Machine agent before the wave.',
    needs: 'machineOwner',
  },
  windowsClient: {
    severity: 'warning',
    text: 'The machine runs a Windows client system.',
    action:
      'The extension works on Azure VMs and Arc servers; physical clients take the client installer and a monitored object.',
    needs: 'platformTeam',
  },
  dependencyAgentOnLegacy: {
    severity: 'action',
    text: 'The dependency agent is not set to work with Azure Monitor Agent; the map of VM insights goes empty after the migration.',
    action:
      'Set enableAMA to "true" in the settings of the dependency agent extension, or remove it if the map is not used.',
    needs: 'platformTeam',
  },
  diagnosticsExtension: {
    severity: 'info',
    text: 'The machine has the diagnostics extension (WAD or LAD), another agent that this app never touches.',
    action: 'Plan its own replacement: it was retired on 2026-03-31.',
    needs: 'platformTeam',
  },
  hybridWorkerOnLegacy: {
    severity: 'action',
    text: 'The machine is an agent-based Hybrid Runbook Worker, which ends with the legacy agent.',
    action: 'Install the extension-based Hybrid Runbook Worker before the wave.',
    needs: 'platformTeam',
  },
  updateManagementOnLegacy: {
    severity: 'action',
    text: 'Update Management runs on the legacy agent of this machine.',
    action: 'Move it to Azure Update Manager, which needs neither agent, before the wave.',
    needs: 'platformTeam',
  },
  changeTrackingOnLegacy: {
    severity: 'action',
    text: 'Change Tracking and Inventory runs on the legacy agent of this machine.',
    action: 'Install the ChangeTracking extension and associate a change tracking rule.',
    needs: 'platformTeam',
  },
  defenderForSqlOnLegacy: {
    severity: 'action',
    text: 'Defender for SQL on this machine still uses the legacy agent.',
    action: 'Turn on its Azure Monitor Agent provisioning in Defender for Cloud.',
    needs: 'securityTeam',
  },
  scaleSetModelInstallsLegacy: {
    severity: 'action',
    text: 'The model of the scale set this machine belongs to still installs the legacy agent on new instances.',
    action: 'Remove the extension from the model of the scale set.',
    needs: 'platformTeam',
  },
  sameNameAsUnmanaged: {
    severity: 'info',
    text: 'A heartbeat without resource id carries the name of this machine; names prove nothing.',
    action: 'Compare the two: it may be the same machine before it was connected to Azure.',
    needs: 'platformTeam',
  },
} as const satisfies Record<string, FindingDefinition>;
