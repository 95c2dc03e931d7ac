import type { Result } from '../../model/trouble.ts';
import type { Column, RuleBody } from '../convert/arm.ts';
import type { RuleTags } from '../convert/tags.ts';

/** A rule or an endpoint as ARM answers it. */
export interface FoundResource {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly kind?: string | null;
  readonly tags?: RuleTags;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface FoundTable {
  readonly name: string;
  /** Made by the legacy agent or the Data Collector API: no rule can send to it before it is migrated. */
  readonly classic: boolean;
  /** Rules may name a table only once it is `ready`. */
  readonly state: 'ready' | 'inProgress' | 'failed';
  readonly columns: readonly Column[];
  /** `Analytics`, `Basic` or `Auxiliary`. */
  readonly plan?: string;
}

export interface EndpointBody {
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly properties: { readonly description: string };
}

/** What a deployment of rules needs from Azure. What is not there is `undefined`, not trouble. */
export interface RuleGateway {
  /** Rules of a subscription or of a resource group, by its resource id. */
  rules(scopeId: string): Promise<Result<readonly FoundResource[]>>;
  readRule(id: string): Promise<Result<FoundResource | undefined>>;
  putRule(id: string, body: RuleBody): Promise<Result<void>>;
  readEndpoint(id: string): Promise<Result<FoundResource | undefined>>;
  putEndpoint(id: string, body: EndpointBody): Promise<Result<void>>;
  readTable(workspaceResourceId: string, name: string): Promise<Result<FoundTable | undefined>>;
  /** Starts it: the table is there once it reads back as `ready`. Without a plan it gets Azure's default. */
  putTable(
    workspaceResourceId: string,
    name: string,
    columns: readonly Column[],
    plan?: 'Basic',
  ): Promise<Result<{ readonly retryAfterMs: number | null }>>;
}
