import type { Extension } from './machine.ts';
import type { Outcome } from './outcome.ts';

/** An extension as it was before this app changed it. Protected settings are never among it: Azure does not tell them. */
export type ExtensionBefore = Pick<Extension, 'name' | 'publisher' | 'type' | 'version' | 'settings'>;

/** What undoing a wave on one machine takes: the state before, written before each change. */
export interface MachineUndo {
  /** Azure Monitor Agent: how it was, or null where this app installed it. */
  readonly agent?: { readonly name: string; readonly before: ExtensionBefore | null };
  /** Names of associations this app created. */
  readonly associations?: readonly string[];
  /** Legacy extensions this app deleted. */
  readonly legacy?: readonly ExtensionBefore[];
  /** The dependency agent before this app set it otherwise or deleted it. */
  readonly dependencyAgent?: ExtensionBefore;
  /** Workspaces, as agents know them, that a script took the legacy agent off. */
  readonly detached?: readonly string[];
  /** A script removed a legacy agent that was installed by hand. */
  readonly manualInstall?: true;
}

/** Keeps what was known first: a later look at a machine would take the app's own work for the state before. */
export function mergeUndo(known: MachineUndo | undefined, found: MachineUndo): MachineUndo {
  const associations = union(known?.associations, found.associations, (name) => name.toLowerCase());
  const legacy = union(known?.legacy, found.legacy, ({ name }) => name.toLowerCase());
  const detached = union(known?.detached, found.detached, (id) => id.toLowerCase());
  return {
    ...found,
    ...known,
    ...(associations.length === 0 ? {} : { associations }),
    ...(legacy.length === 0 ? {} : { legacy }),
    ...(detached.length === 0 ? {} : { detached }),
  };
}

function union<T>(known: readonly T[] = [], found: readonly T[] = [], keyOf: (item: T) => string): T[] {
  const keys = new Set(known.map(keyOf));
  return [...known, ...found.filter((item) => !keys.has(keyOf(item)))];
}

export function extensionBefore({ name, publisher, type, version, settings }: Extension): ExtensionBefore {
  return { name, publisher, type, version, settings };
}

/** Whether this app has changed anything on a machine that is not undone. */
export function hasUndo(undo: MachineUndo | undefined): boolean {
  return undo !== undefined && Object.values(undo).some((part) => !Array.isArray(part) || part.length > 0);
}

/** What a rollback is to undo. */
export interface UndoChoice {
  /** Legacy security-event collection that the wave switched off. */
  readonly connectors: boolean;
  /** Legacy extensions, and the dependency agent, as they were. */
  readonly legacyAgent: boolean;
  readonly associations: boolean;
  /** Settings of an Azure Monitor Agent that was there before. */
  readonly agentSettings: boolean;
  /** Removes an Azure Monitor Agent that the app installed. */
  readonly agent: boolean;
}

/** Where the key of a workspace is kept; never the key (D11). */
export interface WorkspaceKey {
  readonly workspaceId: string;
  readonly secret: string;
}

export interface ConnectorUndone {
  readonly workspaceId: string;
  readonly outcome: Outcome;
  readonly at: string;
}

/** A rollback of a wave, from the request to its end; a later one takes its place. */
export interface Rollback {
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  /** null: the whole wave. */
  readonly machineIds: readonly string[] | null;
  readonly undo: UndoChoice;
  /** The text of the what-if, repeated: machines may be left without an agent that is heard. */
  readonly confirmation: string | null;
  readonly workspaceKeys: readonly WorkspaceKey[];
  /** When leases and records of the machines were ready; null before. */
  readonly preparedAt: string | null;
  readonly connectors: readonly ConnectorUndone[];
  readonly finishedAt: string | null;
}
