import type { QueryDefinition, QueryParameters } from '../model/query.ts';
import type { Result } from '../model/trouble.ts';

/** Runs a declared Resource Graph query, one page at a time. */
export interface GraphGateway {
  page<R>(
    query: QueryDefinition<QueryParameters, R>,
    scope: { readonly subscriptions: readonly string[] },
    skipToken?: string,
  ): Promise<Result<GraphPage<R>>>;
}

export interface GraphPage<R> {
  readonly rows: readonly R[];
  readonly skipToken?: string;
  /** How long the caller must wait before its next query, from the quota headers. */
  readonly waitMs: number;
}
