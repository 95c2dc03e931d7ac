import { shortHash } from '../../model/ids.ts';
import { slug } from './families.ts';
import { LIMITS } from './limits.ts';
import type { WorkspaceSettings } from './model.ts';
import type { PackedRule } from './pack.ts';

type Workspace = WorkspaceSettings['workspace'];

/** Tells workspaces of one name apart, which two resource groups can have. */
export function workspaceHash(workspace: Workspace): string {
  return shortHash(workspace.id, 8);
}

/**
 * `contoso-1a2b3c4d-windows-counters-01`: the same in every run, unique per workspace, and a name that every
 * resource group takes: letters, digits and hyphens, at most 64 characters.
 */
export function ruleName(workspace: Workspace, rule: PackedRule): string {
  const ordinal = String(rule.part).padStart(2, '0');
  const tail = `${workspaceHash(workspace)}-${rule.os}-${rule.label}-${ordinal}`;
  const head = slug(workspace.name, LIMITS.nameCharacters - tail.length - 1);
  return `${head === '' ? 'workspace' : head}-${tail}`;
}
