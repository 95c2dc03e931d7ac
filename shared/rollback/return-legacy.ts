import { type ExtensionBody, sameSettings } from '../agents/ama-settings.ts';
import { handlerVersion, startedStep, withAmaMode } from '../agents/removal/start-task.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import { isLegacyExtension } from '../model/agents.ts';
import { namedWorkspaces } from '../model/legacy-settings.ts';
import type { Extension } from '../model/machine.ts';
import { blocked, type Outcome, skipped } from '../model/outcome.ts';
import type { ExtensionBefore } from '../model/rollback.ts';
import type { MachineRecord } from '../model/wave.ts';
import { outcomeOfTrouble } from '../waves/trouble-outcome.ts';
import type { UndoDependencies } from './dependencies.ts';
import { stillWorking } from './still-working.ts';
import type { UndoTask, UndoView, UndoWork } from './undo-stage.ts';

/** What nobody can promise (DESIGN, "The world of today"). */
export const LEGACY_SERVICE_WARNING =
  'By press reports Microsoft ended the ingestion service of the legacy agent on 2026-03-02: an agent that is put back may bring no data.';

/** Handler versions that are sent where the machine did not tell its own. Not verified. */
const FALLBACK_VERSION: Readonly<Record<string, string>> = {
  microsoftmonitoringagent: '1.0',
  omsagentforlinux: '1.13',
};
const FALLBACK_DEPENDENCY_AGENT = '9.10';

/** Stage `returnLegacy`: puts legacy extensions back that this app deleted, and the dependency agent as it was. */
export const returnLegacy: UndoWork = {
  readsAssociations: false,
  open({ undo }, { record }) {
    const { legacy = [], dependencyAgent } = record.undo ?? {};
    const byScript = scriptWork(record);
    if (legacy.length === 0 && dependencyAgent === undefined && byScript === undefined)
      return skipped('nothingToUndo');
    if (!undo.legacyAgent) return skipped('notRequested');
    return legacy.length === 0 && dependencyAgent === undefined
      ? blocked('scriptNotUndone', byScript)
      : undefined;
  },
  task(dependencies, view) {
    const { legacy = [], dependencyAgent } = view.undo;
    const changed: string[] = [];
    for (const before of [...legacy, ...(dependencyAgent === undefined ? [] : [dependencyAgent])]) {
      const next = nextFor(dependencies, view, before);
      if (next === 'changed') changed.push(before.name);
      else if (next !== 'there') return next;
    }
    return ended(view, changed);
  },
};

/** What a script did to the legacy agent that the app cannot undo; undefined: nothing. Pure. */
export function scriptWork({ undo, removal }: Pick<MachineRecord, 'undo' | 'removal'>): string | undefined {
  const said = removal?.script;
  const left =
    said?.action === 'detach' ? said.before.filter((id) => !said.after.includes(id)) : (undo?.detached ?? []);
  if (undo?.detached !== undefined && left.length > 0) return `taken off ${left.join(', ')}`;
  // A script that found nothing, or refused, removed nothing; one that was not heard may have.
  const kept = said?.action === 'remove' && (said.result === 'absent' || said.result === 'refused');
  return undo?.manualInstall === true && !kept ? 'the agent that was installed by hand' : undefined;
}

type Next = UndoTask | 'there' | 'changed';

function nextFor(dependencies: UndoDependencies, view: UndoView, before: ExtensionBefore): Next {
  const found = view.state.extensions.find((one) => sameHandler(one, before));
  if (found === undefined) return put(dependencies, view, before);
  const underWay = stillWorking(view, found, 'extensionTransitioning');
  if (underWay !== undefined) return underWay;
  if (sameSettings(found.settings, before.settings))
    return /^failed$/i.test(found.provisioningState ?? '')
      ? put(dependencies, view, { ...before, name: found.name })
      : 'there';
  const byApp = !isLegacyExtension(before) && sameSettings(found.settings, withAmaMode(before.settings));
  return byApp ? put(dependencies, view, { ...before, name: found.name }) : 'changed';
}

function sameHandler(one: Extension, before: ExtensionBefore): boolean {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  return same(one.publisher, before.publisher) && same(one.type, before.type);
}

function put({ machines, secrets }: UndoDependencies, view: UndoView, before: ExtensionBefore): UndoTask {
  const { context, machine, state } = view;
  const { planned } = machine;
  const machineId = planned.id;
  const { name, publisher, type, version } = before;
  const key = isLegacyExtension(before) ? keyOf(view, before) : null;
  if (key === undefined) {
    const detail = `${name} of ${namedWorkspaces([before]).join(', ') || 'an unknown workspace'}`;
    return { kind: 'settled', outcome: blocked('workspaceKeyMissing', detail) };
  }
  return {
    kind: 'change',
    deletes: false,
    needsMachine: true,
    blinds: false,
    decision: {
      machineId,
      intent: `put extension ${name} (${publisher}/${type} ${version ?? ''}) back as it was`,
      before: { extensions: state.extensions },
      change: { kind: 'putExtension', extension: name },
      async act() {
        const read = key === null ? null : await secrets.read(key);
        if (read?.ok === false)
          return { machineId, outcome: outcomeOfTrouble(context, read.trouble), patch: { operation: null } };
        const body = bodyOf(machine, before, read?.value);
        const started = await machines.putExtension(planned, name, body);
        return startedStep(context, machineId, 'putExtension', name, started);
      },
    },
  };
}

/** Where the key of the extension's workspace is kept; undefined: nobody said. */
function keyOf({ context, rollback }: UndoView, before: ExtensionBefore): string | undefined {
  const [customerId] = namedWorkspaces([before]);
  const workspace = [...context.workspaces].find(([, one]) => one.customerId.toLowerCase() === customerId);
  return rollback.workspaceKeys.find(({ workspaceId }) => workspaceId === workspace?.[0])?.secret;
}

/** The key exists only here and in the request that carries it (D11). Facts file 3.1 has the settings. */
function bodyOf(
  { planned }: WaveMachine,
  { publisher, type, version, settings }: ExtensionBefore,
  workspaceKey: string | undefined,
): ExtensionBody {
  const fallback = FALLBACK_VERSION[type.toLowerCase()] ?? FALLBACK_DEPENDENCY_AGENT;
  return {
    location: planned.region,
    properties: {
      publisher,
      type,
      ...(planned.kind === 'arcServer' ? {} : { typeHandlerVersion: handlerVersion(version) ?? fallback }),
      autoUpgradeMinorVersion: true,
      ...(settings === null || settings === undefined ? {} : { settings }),
      ...(workspaceKey === undefined ? {} : { protectedSettings: { workspaceKey } }),
    },
  };
}

function ended({ machine: { record }, undo, followed }: UndoView, changed: readonly string[]): UndoTask {
  const { legacy = [], dependencyAgent, ...rest } = undo;
  const byScript = scriptWork(record);
  const left = changed.join(', ');
  const patch = changed.length === 0 ? { undo: rest } : {};
  if (byScript !== undefined)
    return { kind: 'settled', outcome: blocked('scriptNotUndone', byScript), patch };
  const all = legacy.length + (dependencyAgent === undefined ? 0 : 1);
  if (changed.length === all) return { kind: 'settled', outcome: skipped('changedSince', left) };
  const details = [
    ...(legacy.length > 0 ? [LEGACY_SERVICE_WARNING] : []),
    ...(left === '' ? [] : [`Left alone, as somebody changed it: ${left}.`]),
  ];
  const outcome: Outcome = {
    status: followed ? 'done' : 'alreadyDone',
    ...(details.length === 0 ? {} : { detail: details.join(' ') }),
  };
  return { kind: 'settled', outcome, patch };
}
