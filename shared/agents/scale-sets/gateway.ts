import type { Extension } from '../../model/machine.ts';
import type { Result } from '../../model/trouble.ts';
import type { MachineRef, OperationStart } from '../gateway.ts';

/** What the instances of Uniform scale sets need from Azure. */
export interface ScaleSetGateway {
  /** The set with all its instances as they are now. */
  read(machine: MachineRef): Promise<Result<ScaleSetState>>;
  /** Starts bringing instances to the latest model; does not wait for it. */
  upgrade(machine: MachineRef, instanceIds: readonly string[]): Promise<Result<OperationStart>>;
}

export interface ScaleSetState {
  readonly upgradePolicy: 'manual' | 'automatic' | 'rolling' | 'unknown';
  readonly instances: readonly Instance[];
  /** The latest upgrade that Azure carried out in batches, of the model or of the image; null: there was none. */
  readonly rollingUpgrade: RollingUpgrade | null;
  /** Extensions of the model that are provisioned after others, by name. */
  readonly sequence: readonly { readonly name: string; readonly after: readonly string[] }[];
}

export interface RollingUpgrade {
  readonly status: 'running' | 'completed' | 'failed';
  /** ISO 8601, null where Azure does not tell. */
  readonly startedAt: string | null;
  /** What Azure said of a failure. */
  readonly error: string | null;
}

export interface Instance {
  readonly instanceId: string;
  readonly latestModel: boolean;
  readonly running: boolean;
  readonly provisioningState: string | null;
  /** False where a health probe or extension says so. */
  readonly healthy: boolean;
  /** Protected from every action of the set, upgrades included. */
  readonly isProtected: boolean;
  readonly extensions: readonly Extension[];
}
