import type { Result } from '../model/trouble.ts';
import type { SettingsSource, WorkspaceSettings } from './convert/model.ts';

/** What a conversion needs from Azure beside Resource Graph: the collection settings of a workspace. */
export interface SettingsGateway {
  workspace(resourceId: string): Promise<Result<WorkspaceSettings['workspace']>>;
  /** All settings of one kind, page after page; ARM lists them by kind only. */
  sources(workspaceResourceId: string, kind: string): Promise<Result<readonly SettingsSource[]>>;
}
