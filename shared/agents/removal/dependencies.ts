import type { WaveMachine } from '../../ledger/waves.ts';
import type { AssociationGateway } from '../../rules/gateway.ts';
import type { HeardAgents } from '../../verification/heartbeats.ts';
import type { StageContext, StageHandler } from '../../waves/stage.ts';
import type { MachineGateway, PowerGateway, RunCommandGateway } from '../gateway.ts';

/** What the removal of legacy agents needs from outside. */
export interface UninstallDependencies {
  readonly machines: MachineGateway;
  readonly runCommands: RunCommandGateway;
  readonly power: PowerGateway;
  readonly associations: AssociationGateway;
  readonly leases: { holder(machineId: string): Promise<string | undefined> };
  /** Last heartbeats per agent for machines of a wave. */
  heard(context: StageContext, machines: readonly WaveMachine[]): Promise<Map<string, HeardAgents>>;
  /** Judges data of the last `verdictMaxAgeSeconds` for machines whose verdict has grown old. */
  readonly judgeAgain: StageHandler;
  readonly concurrency: number;
}
