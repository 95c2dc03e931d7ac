import type { Result } from '../../model/trouble.ts';
import type { TableState } from './model.ts';

/** A table as ARM shows it. */
export interface TableView {
  /** In Azure's casing: queries compare names of tables with case. */
  readonly name: string;
  readonly state: Exclude<TableState, 'absent'>;
  readonly columns: readonly string[];
}

/** What a migration of a table needs from Azure beside logs and settings. */
export interface TableGateway {
  /** Undefined: the workspace has no such table. */
  read(workspaceResourceId: string, name: string): Promise<Result<TableView | undefined>>;
  /** One-way, and without effect on a table that is migrated already. */
  migrate(workspaceResourceId: string, name: string): Promise<Result<void>>;
}
