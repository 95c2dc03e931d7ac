import type { ArmPath } from '../state/ids.ts';
import type { State } from '../state/state.ts';
import type { Machine } from '../state/types.ts';
import type { OperationKind, Reply } from '../wire.ts';

/** One ARM request, authenticated and routed. */
export interface Call {
  readonly state: State;
  readonly now: number;
  readonly method: string;
  /** ARM's host that was asked; links in the answer use it. */
  readonly host: string;
  readonly path: ArmPath;
  readonly query: URLSearchParams;
  /** One that the type has. */
  readonly apiVersion: string;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
  readonly machine: Machine | undefined;
  readonly principal: string;
}

export type Handler = (call: Call) => Reply;

/** Handlers of one resource type; `list` answers GET of the collection. */
export interface Route {
  readonly kinds: {
    readonly read: OperationKind;
    readonly write?: OperationKind;
    readonly delete?: OperationKind;
    readonly list?: OperationKind;
  };
  readonly list?: Handler;
  readonly get?: Handler;
  readonly put?: Handler;
  readonly patch?: Handler;
  readonly delete?: Handler;
  readonly post?: Handler;
}
