import type { FindingDefinition } from './finding-definition.ts';

/** What discovery can point out about workspaces, policies, subscriptions, rules and the estate as a whole. */
export const ESTATE_FINDINGS = {
  // Workspaces
  workspaceUnread: {
    severity: 'action',
    text: 'The workspace could not be queried; who reports to it and what it takes in is unknown.',
    action: "Give the app's identity Log Analytics Reader on the workspace and take the inventory again.",
    needs: 'platformTeam',
  },
  workspaceUnused: {
    severity: 'info',
    text: 'Nothing was written to the workspace and no agent was heard in the days read.',
    action: 'A candidate for clean-up once its retention has passed; this app deletes no workspace.',
    needs: 'platformTeam',
  },
  solutionOnLegacy: {
    severity: 'action',
    text: 'A solution of the workspace depends on the legacy agent.',
    action: 'Move it to its successor before the wave; the detail names it.',
    needs: 'platformTeam',
  },
  sentinelWorkspace: {
    severity: 'warning',
    text: 'Microsoft Sentinel runs on the workspace.',
    action:
      'Install the "via AMA" solutions, and check that analytics rules do not read columns only the legacy agent filled.',
    needs: 'securityTeam',
  },
  iisLogs: {
    severity: 'warning',
    text: 'IIS logs are collected; Azure Monitor Agent leaves sSiteName empty unless IIS writes it.',
    action: 'Turn on the field s-sitename in the W3C logging of IIS where queries read it.',
    needs: 'machineOwner',
  },
  firewallLogs: {
    severity: 'warning',
    text: 'Windows Firewall logs are collected.',
    action: 'They need their own data source and a data collection endpoint with Azure Monitor Agent.',
    needs: 'securityTeam',
  },
  customLogs: {
    severity: 'warning',
    text: 'Custom logs are written to the workspace.',
    action:
      'Those read from files by the legacy agent need a new table and rule; a table that was migrated takes no more rows from the legacy agent.',
    needs: 'platformTeam',
  },
  customLogsUnread: {
    severity: 'warning',
    text: 'The custom logs of the workspace could not be read; verification does not see what their tables lose.',
    action: "Give the app's identity Log Analytics Reader on the workspace and take the inventory again.",
    needs: 'platformTeam',
  },
  vmInsightsData: {
    severity: 'warning',
    text: 'VM insights data is written to the workspace.',
    action: 'Deploy the VM insights rule for Azure Monitor Agent.',
    needs: 'platformTeam',
  },
  unmanagedMachines: {
    severity: 'action',
    text: 'Machines report to the workspace that Azure does not know.',
    action: 'Connect them to Azure Arc; Azure Monitor Agent cannot be installed before.',
    needs: 'machineOwner',
  },
  deletedMachinesHeard: {
    severity: 'warning',
    text: 'Heartbeats come from resource ids that the inventory did not find.',
    action: 'They were deleted, moved, are outside the scope, or cannot be read by this app; check a few.',
    needs: 'platformTeam',
  },
  bothAgentsWrite: {
    severity: 'info',
    text: 'Agents of both generations write to the workspace; what both collect is paid for twice.',
    action: 'Keep the overlap short: finish the waves of its machines.',
    needs: 'platformTeam',
  },

  // How agents get there
  legacyInstallerAssigned: {
    severity: 'action',
    text: 'A policy assignment installs the legacy agent; it brings back what a wave removes.',
    action: 'Delete the assignment, or exclude the migrated scope, before the wave.',
    needs: 'platformTeam',
  },
  legacyInstallerCustom: {
    severity: 'action',
    text: 'A custom policy definition deploys an extension of the legacy agent and is assigned.',
    action: 'Read the definition; delete the assignment before the wave if it installs the agent.',
    needs: 'platformTeam',
  },
  legacyAuditAssigned: {
    severity: 'info',
    text: 'A policy assignment reports machines without the legacy agent as non-compliant.',
    action: 'Delete the assignment, or migrated machines will look wrong.',
    needs: 'securityTeam',
  },
  defenderProvisioningAssigned: {
    severity: 'action',
    text: "A policy assignment turns on Defender's automatic provisioning of the legacy agent.",
    action: 'Delete the assignment, then turn automatic provisioning off in each subscription.',
    needs: 'securityTeam',
  },
  defenderAutoProvisioning: {
    severity: 'action',
    text: 'Defender for Cloud provisions the legacy agent automatically in this subscription.',
    action: 'Turn automatic provisioning off before the wave.',
    needs: 'securityTeam',
  },
  legacyBlockAuditsOnly: {
    severity: 'warning',
    text: 'A policy that should block the legacy agent is assigned with an effect that only audits.',
    action: 'Set the effect to Deny where no machine carries the agent any more.',
    needs: 'platformTeam',
  },
  amaInstallerAssigned: {
    severity: 'info',
    text: 'A policy assignment installs Azure Monitor Agent.',
    action: 'It sets no proxy and does not see wrong settings: let waves go first where a proxy is needed.',
    needs: 'platformTeam',
  },
  defenderForServers: {
    severity: 'info',
    text: 'Defender for Servers is on in this subscription.',
    action:
      'Switch its features to agentless scanning and Defender for Endpoint; security events need a rule of their own.',
    needs: 'securityTeam',
  },
  defenderForSql: {
    severity: 'warning',
    text: 'Defender for SQL servers on machines is on in this subscription.',
    action: 'Migrate it to its Azure Monitor Agent provisioning before the legacy agent goes.',
    needs: 'securityTeam',
  },

  // Rules, subscriptions, the whole estate
  metricsDestination: {
    severity: 'warning',
    text: 'The rule sends to Azure Monitor Metrics, which no proxy and no gateway carries.',
    action: 'Open the metrics hosts for its machines directly, or collect into the workspace only.',
    needs: 'networkTeam',
  },
  permissionMissing: {
    severity: 'action',
    text: "The app's identity lacks permissions that waves need.",
    action: 'Grant the roles named on the scope.',
    needs: 'platformTeam',
  },
  scopeNotVisible: {
    severity: 'action',
    text: 'A subscription of the scope is not visible, so nothing of it is in the inventory.',
    action: "Grant the app's identity Reader on it, or take it out of the scope.",
    needs: 'platformTeam',
  },
  permissionsUnread: {
    severity: 'warning',
    text: "The permissions of the app's identity could not be read; a wave will show what is missing.",
    action: 'Give the identity Reader on the subscription.',
    needs: 'platformTeam',
  },
  locksUnread: {
    severity: 'warning',
    text: 'The locks of the subscription could not be read; they are read again before every removal.',
    action: 'Give the identity Microsoft.Authorization/locks/read.',
    needs: 'platformTeam',
  },
  rowsSetAside: {
    severity: 'warning',
    text: 'Azure returned rows in a form this app does not understand; they are not in the inventory.',
    action: 'Look at the places named; report them if a machine is missing.',
    needs: 'support',
  },
  duplicateIds: {
    severity: 'info',
    text: 'Resources came twice, in other casings; each is counted once.',
    action: 'Nothing.',
    needs: 'nobody',
  },
  telegrafNotSeen: {
    severity: 'info',
    text: 'Telegraf agents cannot be seen from Azure; nothing is known of them.',
    action: 'If Linux machines send custom metrics through Telegraf, plan that separately.',
    needs: 'machineOwner',
  },
} as const satisfies Record<string, FindingDefinition>;
