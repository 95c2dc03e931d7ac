import type { Association } from '../model/machine.ts';
import type { Result } from '../model/trouble.ts';

/** What the rules capability needs from Azure: associations of one machine. */
export interface AssociationGateway {
  list(machineResourceId: string): Promise<Result<readonly Association[]>>;
  create(machineResourceId: string, name: string, target: AssociationTarget): Promise<Result<void>>;
  /** One that is not there is as good as removed. */
  remove(machineResourceId: string, name: string): Promise<Result<void>>;
}

/** One association holds a rule or an endpoint, never both (facts file 3.2). */
export type AssociationTarget = { readonly ruleId: string } | { readonly endpointId: string };
