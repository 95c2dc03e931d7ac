import type { OsType } from '../model/agents.ts';
import type { Extension, Lock } from '../model/machine.ts';
import type { Result } from '../model/trouble.ts';
import type { ExtensionBody } from './ama-settings.ts';

/** What the agents capability needs from Azure. */
export interface MachineGateway {
  /** The machine as it is now: availability, identities, extensions of the agents' publishers. */
  read(machine: MachineRef): Promise<Result<MachineState>>;
  /** Its tags alone: one request, whatever the kind. */
  tags(machine: MachineRef): Promise<Result<MachineState['tags']>>;
  /** Its extensions alone: one request, whatever the kind. */
  extensions(machine: MachineRef): Promise<Result<MachineState['extensions']>>;
  /** Starts creating or updating an extension; does not wait for it. */
  putExtension(machine: MachineRef, name: string, body: ExtensionBody): Promise<Result<OperationStart>>;
  /** Starts deleting an extension; does not wait for it. */
  deleteExtension(machine: MachineRef, name: string): Promise<Result<OperationStart>>;
  /** Asks once how a started operation stands. */
  operation(url: string): Promise<Result<OperationStatus>>;
  /** Locks of a subscription, its groups and resources. */
  locks(subscriptionId: string): Promise<Result<readonly Lock[]>>;
}

export interface MachineRef {
  readonly id: string;
  readonly resourceId: string;
  readonly region: string;
}

export interface MachineState {
  /** Azure's own id of the machine, null where it is not told. */
  readonly vmId: string | null;
  readonly os: OsType | null;
  readonly availability: 'running' | 'stopped' | 'disconnected' | 'unknown';
  readonly systemIdentity: boolean;
  /** Normalised ids. */
  readonly userIdentities: readonly string[];
  readonly extensions: readonly Extension[];
  readonly tags: Readonly<Record<string, string>>;
  /** Whether the guest agent of a running VM answers; absent where Azure does not tell. */
  readonly guestAgent?: 'ready' | 'notReady';
  /** The VM is deallocated, not only shut down. */
  readonly deallocated?: boolean;
}

export interface OperationStart {
  /** Where to ask how it stands; null when the service had nothing to do. */
  readonly url: string | null;
  readonly retryAfterMs: number | null;
}

export interface OperationStatus {
  readonly status: 'inProgress' | 'succeeded' | 'failed';
  readonly retryAfterMs: number | null;
  /** What the service said of a failure. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** Runs scripts on a machine as managed run commands, resources below it. None of its calls waits. */
export interface RunCommandGateway {
  /** Starts a script under a name; the same name later leads to its result. */
  start(machine: MachineRef, name: string, script: string): Promise<Result<OperationStart>>;
  /** How a script stands; undefined: there is no run command of that name. */
  read(machine: MachineRef, name: string): Promise<Result<RunCommand | undefined>>;
  /** Starts deleting the run command, not what it has done. */
  remove(machine: MachineRef, name: string): Promise<Result<OperationStart>>;
}

export interface RunCommand {
  readonly state: 'running' | 'succeeded' | 'failed';
  readonly exitCode: number | null;
  /** What the script printed, at most what Azure keeps of it. */
  readonly output: string;
  /** What the script, or Azure on its behalf, said went wrong; shortened. */
  readonly error: string;
}

/** Starts and deallocates Azure VMs; waits for neither. */
export interface PowerGateway {
  start(machine: MachineRef): Promise<Result<OperationStart>>;
  deallocate(machine: MachineRef): Promise<Result<OperationStart>>;
}

/** Reads secrets by their address. */
export interface SecretReader {
  read(address: string): Promise<Result<string>>;
}
