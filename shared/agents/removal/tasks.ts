import { isCompanion, isLegacyExtension } from '../../model/agents.ts';
import type { Extension } from '../../model/machine.ts';
import type { PlannedMachine } from '../../model/plan.ts';
import type { Policy } from '../../model/policy.ts';
import type { ReasonCode } from '../../model/reasons.ts';
import type { RemovalProgress, ScriptAction } from '../../model/removal.ts';

/** What is known of a machine's legacy agent when the next step of its removal is chosen. */
export interface RemovalView {
  readonly planned: Pick<
    PlannedMachine,
    'legacyForms' | 'legacyWorkspaces' | 'legacyCustomerIds' | 'scomAttached'
  > &
    Partial<Pick<PlannedMachine, 'kind'>>;
  readonly extensions: readonly Extension[];
  readonly progress: RemovalProgress | undefined;
  /** Operations Manager was heard through the agent lately. */
  readonly scomHeard: boolean;
  readonly policy: Pick<Policy, 'removal'>;
  /** The id agents know a workspace by, lower case; undefined: the plan does not have the workspace. */
  customerIdOf(workspaceId: string): string | undefined;
}

/** What becomes of the agent as a whole. */
export type RemovalAction =
  | { readonly kind: 'remove' }
  | { readonly kind: 'keep'; readonly reason: ReasonCode }
  /** The agent stays, and no longer reports to these workspaces (ids as agents know them). */
  | { readonly kind: 'detach'; readonly workspaces: readonly string[] };

/** The next thing to do; one at a time, each form of the agent by its own. */
export type RemovalTask =
  | Extract<RemovalAction, { kind: 'keep' }>
  | { readonly kind: 'waitForExtension'; readonly extension: Extension }
  | { readonly kind: 'deleteExtension'; readonly extension: Extension }
  | { readonly kind: 'runScript'; readonly action: ScriptAction; readonly workspaces: readonly string[] }
  | { readonly kind: 'putDependencyAgent'; readonly extension: Extension }
  | { readonly kind: 'finished'; readonly agentStays: boolean };

/** Whether the agent goes, stays, or is only taken off workspaces. Pure. */
export function removalAction(view: RemovalView): RemovalAction {
  const { planned, policy, customerIdOf } = view;
  const scom = neededByScom(view);
  if (scom && policy.removal.scom === 'keep') return { kind: 'keep', reason: 'scomAttached' };
  const kept = planned.legacyWorkspaces.filter((id) => policy.removal.keepWorkspaces.includes(id));
  if (!scom && kept.length === 0) return { kind: 'remove' };
  // No script can follow the instances of a scale set as they come and go.
  if (planned.kind === 'scaleSet')
    return { kind: 'keep', reason: kept.length > 0 ? 'workspaceKept' : 'scomAttached' };
  const keptIds = kept.map(customerIdOf);
  // Without its id a workspace that must be kept could be detached.
  if (keptIds.includes(undefined)) return { kind: 'keep', reason: 'workspacesUnknown' };
  const workspaces = planned.legacyCustomerIds.filter((id) => !keptIds.includes(id));
  if (workspaces.length > 0) return { kind: 'detach', workspaces };
  return { kind: 'keep', reason: kept.length > 0 ? 'workspaceKept' : 'scomAttached' };
}

/** By a planner's word, by a heartbeat, or by what a script found on the machine. */
export function neededByScom({ planned, progress, scomHeard }: RemovalView): boolean {
  return planned.scomAttached || scomHeard || progress?.scomFound === true;
}

/** The next step of a machine's removal. Pure: the same view gives the same step. */
export function nextTask(view: RemovalView): RemovalTask {
  const { extensions, progress, policy } = view;
  const [legacy] = extensions.filter(isLegacyExtension);
  const manual = manualPending(view);
  if (legacy === undefined && !manual) return afterAgent(view, detached(progress));
  const action = removalAction(view);
  if (action.kind === 'keep') return action;
  if (action.kind === 'detach') {
    if (detached(progress)) return afterAgent(view, true);
    return { kind: 'runScript', action: 'detach', workspaces: action.workspaces };
  }
  if (legacy !== undefined) {
    return { kind: isBusy(legacy) ? 'waitForExtension' : 'deleteExtension', extension: legacy };
  }
  if (!policy.removal.manualInstalls) return { kind: 'keep', reason: 'manualInstallKept' };
  return { kind: 'runScript', action: 'remove', workspaces: [] };
}

function manualPending({ planned, progress }: RemovalView): boolean {
  return planned.legacyForms?.includes('manual') === true && !detached(progress) && !removed(progress);
}

function removed(progress: RemovalProgress | undefined): boolean {
  return progress?.script?.action === 'remove' && ['removed', 'absent'].includes(progress.script.result);
}

function detached(progress: RemovalProgress | undefined): boolean {
  return progress?.script?.action === 'detach' && ['detached', 'absent'].includes(progress.script.result);
}

/** With the agent gone or detached, the dependency agent that fed through it is next. */
function afterAgent({ extensions, policy }: RemovalView, agentStays: boolean): RemovalTask {
  const { dependencyAgent } = policy.removal;
  const extension = extensions.find((candidate) => isCompanion(candidate, 'dependencyAgent'));
  if (extension === undefined || dependencyAgent === 'keep') return { kind: 'finished', agentStays };
  const asWanted = worksWithAma(extension) && !/^failed$/i.test(extension.provisioningState ?? '');
  if (dependencyAgent === 'amaMode' && asWanted) return { kind: 'finished', agentStays };
  if (isBusy(extension) || extension.provisioningState === 'Deleting')
    return { kind: 'waitForExtension', extension };
  return { kind: dependencyAgent === 'remove' ? 'deleteExtension' : 'putDependencyAgent', extension };
}

/** Whether somebody else's operation is under way on it. One that is being deleted is followed instead. */
function isBusy({ provisioningState }: Extension): boolean {
  return /^(creating|updating|transitioning)$/i.test(provisioningState ?? '');
}

/** The dependency agent is set to work with Azure Monitor Agent. Facts file 3.1. */
export function worksWithAma({ settings }: Pick<Extension, 'settings'>): boolean {
  return /^true$/i.test(String((settings as { enableAMA?: unknown } | null)?.enableAMA ?? ''));
}
