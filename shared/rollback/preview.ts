import { usesProxyCredentials } from '../agents/ama-settings.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { contentHash } from '../model/ids.ts';
import { namedWorkspaces } from '../model/legacy-settings.ts';
import type { Plan } from '../model/plan.ts';
import type { ExtensionBefore, UndoChoice } from '../model/rollback.ts';
import { isHalted, type MachineRecord, type Wave, waveBatches } from '../model/wave.ts';
import type { RollbackRequest } from './request.ts';
import { LEGACY_SERVICE_WARNING, scriptWork } from './return-legacy.ts';

/** What a rollback would undo on one machine, in the order in which it would. */
export interface MachinePreview {
  readonly machineId: string;
  readonly steps: readonly string[];
}

export interface RollbackPreview {
  /** Machines on which something would be undone. */
  readonly machines: number;
  /** Machines by what would be undone on them. */
  readonly counts: Readonly<Record<UndoKind, number>>;
  /** What stays as it is because the request does not name it, or because the app cannot undo it. */
  readonly stays: Readonly<Record<Staying, number>>;
  /** Workspaces whose legacy collection would be switched on again. */
  readonly connectors: readonly string[];
  /** Machines whose legacy agent this wave removed: without it they have none that is heard. */
  readonly withoutLegacyAgent: number;
  /** The first machines; `GET /waves/{id}/machines` has what every record holds. */
  readonly preview: readonly MachinePreview[];
  readonly warnings: readonly { readonly code: string; readonly text: string }[];
  /** Repeated in the request, machines are left without an agent that is heard. */
  readonly confirmation: string;
}

type UndoKind = 'legacyAgent' | 'associations' | 'agentSettings' | 'agent';
type Staying = UndoKind | 'byScript' | 'credentialsUnknown' | 'workspaceKeyMissing';

const SHOWN = 100;

/** Reads what the ledger knows of the state before, batch by batch; asks Azure nothing. */
export async function previewRollback(
  ledger: Ledger,
  plan: Plan,
  wave: Wave,
  request: RollbackRequest,
): Promise<{ readonly value: RollbackPreview; readonly unknown: readonly string[] }> {
  const { machineIds, undo } = request;
  const missing = new Set(machineIds ?? []);
  const counts = { legacyAgent: 0, associations: 0, agentSettings: 0, agent: 0 };
  const stays = { ...counts, byScript: 0, credentialsUnknown: 0, workspaceKeyMissing: 0 };
  const preview: MachinePreview[] = [];
  const keyed = keyedWorkspaces(plan, request);
  let machines = 0;
  let withoutLegacyAgent = 0;
  for (const id of waveBatches(wave)) {
    for (const { record } of await ledger.waves.batch(wave.id, id)) {
      if (machineIds !== null && !missing.delete(record.machineId)) continue;
      const found = changesOf(record, undo, keyed);
      for (const kind of found.stays) stays[kind] += 1;
      if (found.legacyGone && found.undone.some(([kind]) => kind !== 'legacyAgent')) withoutLegacyAgent += 1;
      if (found.undone.length === 0) continue;
      machines += 1;
      for (const [kind] of found.undone) counts[kind] += 1;
      if (preview.length < SHOWN)
        preview.push({ machineId: record.machineId, steps: found.undone.map(([, step]) => step) });
    }
  }
  const connectors = undo.connectors ? await switchedByWave(ledger, plan, wave) : [];
  const seen = { machines, connectors, withoutLegacyAgent };
  return {
    value: {
      ...{ ...seen, counts, stays, preview },
      warnings: warningsOf(wave, request, { counts, stays, withoutLegacyAgent }),
      confirmation: confirmationOf(wave, seen, request),
    },
    unknown: [...missing],
  };
}

export type Seen = Pick<RollbackPreview, 'machines' | 'connectors' | 'withoutLegacyAgent'>;

/** Bound to the wave, to what is to be undone and to how much of it there is. */
export function confirmationOf(
  wave: Wave,
  seen: Seen,
  { machineIds, undo }: Pick<RollbackRequest, 'machineIds' | 'undo'>,
): string {
  const digest = contentHash({ wave: wave.id, ...seen, machineIds, undo }, 12);
  return `roll back ${seen.machines} machines of ${wave.id} even where no legacy agent is heard: ${digest}`;
}

/** Workspaces whose legacy collection this wave switched off, and nobody since. */
async function switchedByWave(ledger: Ledger, plan: Plan, wave: Wave): Promise<string[]> {
  const found: string[] = [];
  for (const workspaceId of plan.waves[wave.index]?.legacyWorkspaces ?? []) {
    const last = await ledger.connectors.switchOf(workspaceId);
    if (last?.waveId === wave.id && last.restoredAt === null) found.push(workspaceId);
  }
  return found;
}

function keyedWorkspaces(plan: Plan, { workspaceKeys }: RollbackRequest): ReadonlySet<string> {
  const named = new Set(workspaceKeys.map(({ workspaceId }) => workspaceId));
  return new Set(
    plan.workspaces.filter(({ id }) => named.has(id)).map(({ customerId }) => customerId.toLowerCase()),
  );
}

interface Changes {
  readonly undone: readonly (readonly [UndoKind, string])[];
  readonly stays: readonly Staying[];
  readonly legacyGone: boolean;
}

/** What a record says would be undone, and what would stay. Pure. */
export function changesOf(
  record: Pick<MachineRecord, 'undo' | 'removal'>,
  choice: UndoChoice,
  keyed: ReadonlySet<string>,
): Changes {
  const { agent, associations = [], legacy = [], dependencyAgent } = record.undo ?? {};
  const undone: (readonly [UndoKind, string])[] = [];
  const stays: Staying[] = [];
  const add = (kind: UndoKind, step: string, obstacle?: Staying) => {
    if (!choice[kind]) stays.push(kind);
    else if (obstacle !== undefined) stays.push(obstacle);
    else undone.push([kind, step]);
  };
  const returned = [...legacy, ...(dependencyAgent === undefined ? [] : [dependencyAgent])];
  if (returned.length > 0) {
    const keyless = legacy.some((one) => !hasKey(one, keyed)) ? 'workspaceKeyMissing' : undefined;
    add('legacyAgent', `put ${returned.map(({ name }) => name).join(', ')} back`, keyless);
  }
  const byScript = scriptWork(record);
  if (byScript !== undefined) stays.push('byScript');
  if (associations.length > 0) add('associations', `delete the associations ${associations.join(', ')}`);
  if (agent?.before === null) add('agent', `delete extension ${agent.name}`);
  else if (agent !== undefined) {
    const secret = usesProxyCredentials(agent.before.settings) ? 'credentialsUnknown' : undefined;
    add('agentSettings', `put former settings of ${agent.name} back`, secret);
  }
  const returns = undone.some(([kind]) => kind === 'legacyAgent');
  const gone = (legacy.length > 0 && !returns) || record.undo?.manualInstall === true;
  return { undone, stays, legacyGone: gone };
}

function hasKey(extension: ExtensionBefore, keyed: ReadonlySet<string>): boolean {
  const [customerId] = namedWorkspaces([extension]);
  return customerId !== undefined && keyed.has(customerId);
}

function warningsOf(
  wave: Wave,
  { machineIds, undo }: RollbackRequest,
  { counts, stays, withoutLegacyAgent }: Pick<RollbackPreview, 'counts' | 'stays' | 'withoutLegacyAgent'>,
): { code: string; text: string }[] {
  const warnings: { code: string; text: string }[] = [];
  const warn = (code: string, text: string) => warnings.push({ code, text });
  if (counts.legacyAgent > 0 || undo.connectors) warn('legacyIngestionMayBeOff', LEGACY_SERVICE_WARNING);
  if (withoutLegacyAgent > 0)
    warn(
      'wouldBlind',
      `${withoutLegacyAgent} machines have no legacy agent any more: without the confirmation what Azure Monitor Agent collects there stays (wouldBlind).`,
    );
  if (stays.byScript > 0)
    warn(
      'scriptNotUndone',
      `Scripts changed the legacy agent of ${stays.byScript} machines; that is undone by hand.`,
    );
  if (stays.workspaceKeyMissing > 0)
    warn(
      'workspaceKeyMissing',
      `The legacy agent of ${stays.workspaceKeyMissing} machines needs the key of a workspace that workspaceKeys does not name.`,
    );
  if (stays.credentialsUnknown > 0)
    warn(
      'credentialsUnknown',
      `Azure Monitor Agent of ${stays.credentialsUnknown} machines had proxy credentials, which cannot be read back.`,
    );
  if (wave.step !== 'finished')
    warn(
      'stopsWave',
      `The wave has not ended: it is stopped for good${machineIds === null ? '' : ', also for machines that are not rolled back'}.`,
    );
  if (wave.step !== 'finished' && isHalted(wave) && wave.holds.length > 0)
    warn('liftsHolds', 'The holds of the wave are lifted; a new hold stops the rollback.');
  return warnings;
}
