import type { MachineGateway, SecretReader } from '../agents/gateway.ts';
import type { MigratedMachine } from '../ledger/migrated.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import type { AssociationGateway } from '../rules/gateway.ts';
import type { HeardAgents } from '../verification/heartbeats.ts';
import type { StageContext } from '../waves/stage.ts';

/** What undoing takes from outside. */
export interface UndoDependencies {
  readonly machines: MachineGateway;
  readonly associations: AssociationGateway;
  readonly secrets: SecretReader;
  /** Answers who holds the machine afterwards. */
  readonly leases: { take(machineId: string, waveId: string, at: string): Promise<string> };
  readonly migrated: { get(machineId: string): Promise<MigratedMachine | undefined> };
  /** Last heartbeats per agent for machines of a wave. */
  heard(context: StageContext, machines: readonly WaveMachine[]): Promise<Map<string, HeardAgents>>;
  readonly concurrency: number;
}
