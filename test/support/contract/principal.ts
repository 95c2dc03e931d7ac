import type { Role } from '../../../shared/model/caller.ts';

export interface SignedIn {
  readonly id: string;
  /** User principal name; absent for a workload. */
  readonly upn?: string;
  readonly appId?: string;
  readonly roles?: readonly (Role | string)[];
  readonly provider?: string;
  readonly tenantId?: string;
}

/** The header that App Service authentication adds for a principal, with the claim names it maps to. */
export function principalHeader(who: SignedIn): Record<string, string> {
  const { id, upn, appId, roles = [], provider = 'aad', tenantId = TENANT } = who;
  const claim = (typ: string, val: string | undefined) => (val === undefined ? [] : [{ typ, val }]);
  const principal = {
    auth_typ: provider,
    name_typ: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
    role_typ: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role',
    claims: [
      ...claim('http://schemas.microsoft.com/identity/claims/objectidentifier', id),
      ...claim('http://schemas.microsoft.com/identity/claims/tenantid', tenantId),
      ...claim('preferred_username', upn),
      ...claim('name', upn === undefined ? undefined : 'A Chosen Name'),
      ...claim('idtyp', upn === undefined ? 'app' : undefined),
      ...claim('appid', appId),
      ...roles.flatMap((role) => claim('roles', role)),
    ],
  };
  return { 'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64') };
}

export const TENANT = '11111111-1111-4111-8111-111111111111';
