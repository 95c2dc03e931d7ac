import type { Reason } from './reasons.ts';

/** Why a scale set, or its instances, do not move on; a part of `REASONS`. */
export const SCALE_SET_REASONS = {
  scaleSetUnsupported: {
    text: 'The model of this scale set is not changed by the app, because its instances are VMs of their own or its upgrade policy is unknown; take the legacy extension out of it by its own deployment.',
    needs: 'platformTeam',
  },
  noInstances: {
    text: 'The scale set has no instances, so nothing can be proved of its data; scale it out, or change its model by its own deployment.',
    needs: 'machineOwner',
  },
  manualUpgrades: {
    text: 'The owners of the scale set upgrade its instances by hand, and the plan does not let the app do it; agree with them and turn on policy.scaleSets.upgradeManual.',
    needs: 'machineOwner',
  },
  instancesOutdated: {
    text: 'Instances of the scale set lack earlier changes of its model, and an upgrade would bring those too; upgrade them, or turn on policy.scaleSets.upgradeOutdated.',
    needs: 'machineOwner',
  },
  instancesProtected: {
    text: 'Instances of the scale set are protected from actions of the set, so no change of the model reaches them; lift the protection or remove them.',
    needs: 'machineOwner',
  },
  scaleSetTooLarge: {
    text: 'The scale set has more instances than a wave may hold, and a set migrates as a whole; raise cohorts.maxSize or leave it out.',
    needs: 'approver',
  },
  extensionSequence: {
    text: 'Another extension of the scale set waits for the legacy extension (provisionAfterExtensions); change that extension first.',
    needs: 'machineOwner',
  },
  upgradeInProgress: {
    text: 'Another upgrade of the scale set has not ended; the app waits for it. If it never ends, look at the upgrade.',
    needs: 'machineOwner',
  },
  instancesUpgrading: {
    text: 'The change of the model is on its way to the instances; the app waits. If it never arrives, look at the instances that lack it.',
    needs: 'machineOwner',
  },
  instancesUnhealthy: {
    text: 'Instances that were upgraded are not well, so no more are upgraded; repair them.',
    needs: 'machineOwner',
  },
  rollingUpgradeFailed: {
    text: 'The rolling upgrade that carries the change to the instances failed or was cancelled; repair the instances and start it again.',
    needs: 'machineOwner',
  },
} as const satisfies Record<string, Reason>;
