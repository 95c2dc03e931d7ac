import type { Result } from '../../model/trouble.ts';
import type { QueryHolder, TableSchema } from './model.ts';

/** What a blast radius needs from ARM beside Resource Graph: what hangs on a workspace, and workbooks as a whole. */
export interface QueryHolderGateway {
  /**
   * Rules of Sentinel that read tables, without texts where they show no query; none where the workspace has no
   * Sentinel.
   */
  analyticsRules(workspaceResourceId: string): Promise<Result<readonly QueryHolder[]>>;
  /** Saved searches, and those of them that are functions. */
  savedSearches(workspaceResourceId: string): Promise<Result<readonly QueryHolder[]>>;
  /** All tables of a workspace with their columns, Azure's own and custom ones. */
  tables(workspaceResourceId: string): Promise<Result<readonly TableSchema[]>>;
  /** The content of a workbook as its JSON text; empty where it has none. */
  workbook(id: string): Promise<Result<string>>;
}
