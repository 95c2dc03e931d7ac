/** Why a legacy agent stays, or is not gone yet, beside what stands in the way of every change. */
export const REMOVAL_REASONS = {
  manualInstallKept: {
    text: 'The legacy agent was installed by hand, and the plan does not let the app remove such agents; turn on policy.removal.manualInstalls, or remove it on the machine.',
    needs: 'machineOwner',
  },
  workspaceKept: {
    text: 'The plan keeps the legacy agent in the workspaces it reports to (policy.removal.keepWorkspaces).',
    needs: 'nobody',
  },
  workspacesUnknown: {
    text: 'Nobody knows which workspaces the legacy agent reports to, so none can be detached; look on the machine.',
    needs: 'machineOwner',
  },
  packageManagerLocked: {
    text: "Another installation holds the machine's package manager; the app tries again, end it if it hangs.",
    needs: 'machineOwner',
  },
  scriptFailed: {
    text: 'The script on the machine could not do its work; see the reason it gave, and do it on the machine.',
    needs: 'machineOwner',
  },
  unexpectedOutput: {
    text: 'The script on the machine gave no result the app knows; see the audit trail, and look on the machine.',
    needs: 'support',
  },
  extensionTransitioning: {
    text: 'Another operation on the legacy extension has not ended; the app waits. If it never ends, repair the guest agent and delete the extension.',
    needs: 'machineOwner',
  },
} as const;
