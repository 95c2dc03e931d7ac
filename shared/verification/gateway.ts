import type { QueryDefinition, QueryParameters } from '../model/query.ts';
import type { Result } from '../model/trouble.ts';

/** Runs a declared query in one workspace; rows are parsed by the query's own schema. */
export interface LogsGateway {
  query<P extends QueryParameters, R>(
    customerId: string,
    query: QueryDefinition<P, R>,
    parameters: P,
    span: { readonly since: string; readonly until: string },
  ): Promise<Result<readonly R[]>>;
}
