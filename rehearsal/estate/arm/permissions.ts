import type { PermissionEntry } from '../file/answers.ts';
import { type ArmPath, canonicalType } from '../state/ids.ts';
import type { State } from '../state/state.ts';
import type { Reply } from '../wire.ts';
import type { Route } from './call.ts';
import { fail } from './errors.ts';

/** What the caller may do at a scope: everything, or what the file's `permissions` at and above it say. */
export const permissions: Route = {
  kinds: { read: 'permission.read' },
  list: (call) => {
    const value = granted(call.state, call.path.parent?.id ?? '/');
    return { status: 200, body: { value: value.map(view) } };
  },
};

/** ARM's refusal of a change that no permission allows; reads are not restricted. */
export function permissionRefusal(
  state: State,
  path: ArmPath,
  verb: 'write' | 'delete' | 'action',
): Reply | undefined {
  if (state.permissions === undefined) return undefined;
  const action = `${canonicalType(path.type)}/${verb}`;
  const allowed = granted(state, path.id).some(
    ({ actions, notActions }) => named(action, actions) && !named(action, notActions ?? []),
  );
  if (allowed) return undefined;
  return fail(
    403,
    'AuthorizationFailed',
    `The client does not have authorization to perform action '${action}' over scope '${path.id}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

function granted(state: State, scope: string): readonly PermissionEntry[] {
  if (state.permissions === undefined) return [{ scope: '/', actions: ['*'] }];
  const key = scope.toLowerCase();
  const chain = state.subscriptions.get(key.split('/')[2] ?? '')?.chain ?? [];
  const above = new Set(chain.map((group) => `/providers/microsoft.management/managementgroups/${group}`));
  return state.permissions.filter((entry) => {
    const at = entry.scope.toLowerCase().replace(/\/$/, '');
    return at === '' || key === at || key.startsWith(`${at}/`) || above.has(at);
  });
}

/** `*` stands for any part of an action, slashes included. */
function named(action: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 'i').test(action);
  });
}

function view({ actions, notActions }: PermissionEntry): unknown {
  return { actions, notActions: notActions ?? [], dataActions: [], notDataActions: [] };
}
