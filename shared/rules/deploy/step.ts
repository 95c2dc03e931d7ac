import type { RuleBody } from '../convert/arm.ts';
import type { CustomTable } from '../convert/log-files.ts';
import type { EndpointBody } from './gateway.ts';

export type Action = 'create' | 'update' | 'unchanged' | 'conflict';

/** One difference; null stands for absent. Of a list without order, only what differs is named. */
export interface Change {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Why a resource that is there is not touched. Only the first can be forced: all else belongs to others. */
export type Conflict =
  | 'changedByHand'
  | 'changedMeanwhile'
  | 'notOurs'
  | 'elsewhere'
  | 'otherRegion'
  | 'otherColumns'
  | 'reusedGone'
  | 'classicTable'
  | 'failedTable';

interface StepBase {
  readonly id: string;
  readonly action: Action;
  readonly changes: readonly Change[];
  readonly conflict?: Conflict;
  readonly why?: string;
}

export interface EndpointStep extends StepBase {
  readonly kind: 'endpoint';
  readonly wanted: EndpointBody;
}
export interface TableStep extends StepBase {
  readonly kind: 'table';
  readonly workspaceResourceId: string;
  readonly wanted: CustomTable;
  /** It is there, but its making goes on. */
  readonly inProgress: boolean;
}
export interface RuleStep extends StepBase {
  readonly kind: 'rule';
  /** With the tags and the endpoint of others that are on it already. */
  readonly wanted: RuleBody;
}
/** A rule of others that the set leaves a part to: looked at, never written. */
export interface ReusedStep extends StepBase {
  readonly kind: 'reused';
}
export type Step = EndpointStep | TableStep | RuleStep | ReusedStep;

/** A step without the body that it would write, for people and answers. */
export type StepOutline = StepBase & { readonly kind: Step['kind'] };

export function outline({ kind, id, action, changes, conflict, why }: Step): StepOutline {
  return {
    ...{ kind, id, action, changes },
    ...(conflict === undefined ? {} : { conflict }),
    ...(why === undefined ? {} : { why }),
  };
}

/** Force overwrites what was changed by hand in resources of this app, never what others made. */
export function isForceable(step: Step): boolean {
  return step.conflict === 'changedByHand';
}
