import { type ExtensionIdentity, isLegacyExtension } from './agents.ts';

/** Ids of the workspaces that the settings of legacy agents name, in lower case. */
export function namedWorkspaces(
  extensions: readonly (ExtensionIdentity & { readonly settings: unknown })[],
): string[] {
  return extensions.filter(isLegacyExtension).flatMap(({ settings }) => {
    const { workspaceId } = (settings ?? {}) as { readonly workspaceId?: unknown };
    return typeof workspaceId === 'string' && workspaceId !== '' ? [workspaceId.trim().toLowerCase()] : [];
  });
}
