/** Why a rollback leaves something as it is; a part of `REASONS`. */
export const ROLLBACK_REASONS = {
  wouldBlind: {
    text: 'The legacy agent of the machine is not heard, so undoing this would leave it without any agent; put the legacy agent back and see that it reports, or repeat the confirmation of the what-if.',
    needs: 'approver',
  },
  notSelected: { text: 'The rollback does not concern this machine.', needs: 'nobody' },
  notRequested: { text: 'The rollback was not asked to undo this.', needs: 'nobody' },
  nothingToUndo: { text: 'This wave changed nothing here that is not undone.', needs: 'nobody' },
  changedSince: {
    text: 'Somebody changed this after the app did; what they set stands.',
    needs: 'nobody',
  },
  laterWave: {
    text: 'Another wave has proved this machine since, and rests on what this one set up; roll that wave back first.',
    needs: 'approver',
  },
  agentInUse: {
    text: 'Rules that this app did not associate still use Azure Monitor Agent on the machine; it stays.',
    needs: 'nobody',
  },
  credentialsUnknown: {
    text: 'Azure Monitor Agent had proxy credentials before, which nobody can read back; put its former settings with their credentials by hand.',
    needs: 'networkTeam',
  },
  workspaceKeyMissing: {
    text: 'The legacy agent needs the key of its workspace; name the Key Vault secret that holds it (workspaceKeys) and roll back again.',
    needs: 'platformTeam',
  },
  scriptNotUndone: {
    text: 'A script removed the legacy agent or took it off workspaces, and the app cannot undo that; install it or add the workspaces on the machine.',
    needs: 'machineOwner',
  },
} as const;
