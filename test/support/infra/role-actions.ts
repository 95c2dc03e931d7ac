import roles from '../../../infra/estate/roles.json' with { type: 'json' };

/** Actions that no run reaches, with the reason; nothing else may be in a role and unused. */
export const UNREACHED: Readonly<Record<string, string>> = {
  'microsoft.hybridcompute/locations/operationresults/read':
    'the simulated Azure always gives the status of an operation, as recorded answers do',
};

/** Actions of a role, in lower case. */
export function granted(role: keyof typeof roles): string[] {
  return roles[role].actions.map(({ action }) => action.toLowerCase());
}

/** Both roles together: what the app as a whole may do. */
export function grantedAtAll(): string[] {
  return [...granted('reader'), ...granted('operator')];
}
