import type { OsType } from '../model/agents.ts';
import type { Extension, Lock } from '../model/machine.ts';
import type { Result } from '../model/trouble.ts';
import type { ExtensionBody } from './ama-settings.ts';

/** What the agents capability needs from Azure. */
export interface MachineGateway {
  /** The machine as it is now: availability, identities, extensions of the agents' publishers. */
  read(machine: MachineRef): Promise<Result<MachineState>>;
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

/** Reads secrets by their address. */
export interface SecretReader {
  read(address: string): Promise<Result<string>>;
}
