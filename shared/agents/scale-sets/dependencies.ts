import type { WaveMachine } from '../../ledger/waves.ts';
import type { Result } from '../../model/trouble.ts';
import type { StageContext } from '../../waves/stage.ts';
import type { MachineGateway } from '../gateway.ts';
import type { ScaleSetGateway } from './gateway.ts';

/** What work on the instances of scale sets needs from outside. */
export interface InstanceDependencies {
  readonly machines: MachineGateway;
  readonly scaleSets: ScaleSetGateway;
  /** How many instances of a set have a fresh heartbeat of Azure Monitor Agent. */
  heardInstances(context: StageContext, set: WaveMachine): Promise<Result<number>>;
  readonly concurrency: number;
}
