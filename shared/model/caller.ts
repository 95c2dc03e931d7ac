import { z } from 'zod';

/** What a caller may do. None includes another, but whoever may operate or approve may also read. */
export const ROLES = ['reader', 'operator', 'approver'] as const;
export type Role = (typeof ROLES)[number];

/** Whose word something is: the name that is shown and, where the platform proved one, the object id. */
export interface Word {
  readonly by: string;
  /** Object id in Entra; absent: the name is only what the caller said. */
  readonly byId?: string;
  /** The person a workload says it acts for. */
  readonly onBehalfOf?: string;
  /** Other names that a ticket desk has for the same person. */
  readonly alsoKnownAs?: readonly string[];
}

type Requested = Readonly<
  Record<'requestedBy', string> & Partial<Record<'requestedById' | 'requestedOnBehalfOf', string>>
>;

/** Whose word it was that a wave or a run should be. */
export function requesterOf({ requestedBy, requestedById, requestedOnBehalfOf }: Requested): Word {
  return {
    by: requestedBy,
    ...(requestedById === undefined ? {} : { byId: requestedById }),
    ...(requestedOnBehalfOf === undefined ? {} : { onBehalfOf: requestedOnBehalfOf }),
  };
}

/** The same for a record that is about to be written. */
export function requestedBy({ by, byId, onBehalfOf }: Word): Requested {
  return {
    requestedBy: by,
    ...(byId === undefined ? {} : { requestedById: byId }),
    ...(onBehalfOf === undefined ? {} : { requestedOnBehalfOf: onBehalfOf }),
  };
}

/** Who called, as the edge of the app found out. */
export interface Caller {
  /** `key`: a function key and nothing else, so that any name is only claimed. */
  readonly kind: 'person' | 'workload' | 'key';
  readonly name?: string;
  readonly id?: string;
  readonly roles: readonly Role[];
  /** The client's address, where the platform tells it. */
  readonly address?: string;
  readonly correlationId: string;
}

/** Where an entry of the audit trail came from. */
export interface Origin {
  readonly id?: string;
  readonly onBehalfOf?: string;
  /** `desk`: a ticket desk says who it was. */
  readonly signedInBy: 'entra' | 'functionKey' | 'desk';
  readonly address?: string;
  readonly correlationId: string;
  readonly channel: 'api' | 'ticket';
}

export function mayDo(roles: readonly Role[], needed: Role): boolean {
  return roles.includes(needed) || (needed === 'reader' && roles.length > 0);
}

/**
 * Whether two statements may be of one person. Names change and come in any case, so ids are compared too; who acts
 * for somebody counts as both.
 */
export function isSamePerson(a: Word, b: Word): boolean {
  const known = new Set(identitiesOf(a));
  return identitiesOf(b).some((identity) => known.has(identity));
}

function identitiesOf({ by, byId, onBehalfOf, alsoKnownAs = [] }: Word): string[] {
  const names = [by, ...(onBehalfOf === undefined ? [] : [onBehalfOf]), ...alsoKnownAs].map(
    (name) => `name ${name.trim().toLowerCase()}`,
  );
  return byId === undefined ? names : [`id ${byId.toLowerCase()}`, ...names];
}

/** The persons among these statements, each once: two that share a name or an id are one. */
export function distinctPersons<T extends Word>(words: readonly T[]): T[] {
  const persons: T[] = [];
  for (const word of words) if (!persons.some((one) => isSamePerson(one, word))) persons.push(word);
  return persons;
}

const Claim = z.object({ typ: z.string(), val: z.string() });
const Principal = z.object({
  auth_typ: z.string(),
  name_typ: z.string().nullish(),
  role_typ: z.string().nullish(),
  claims: z.array(Claim),
});

/**
 * Claims come by their names in the token or by the URIs that App Service maps some of them to (Microsoft Learn,
 * "Work with user identities in Azure App Service authentication", "Decode the client principal header").
 */
const CLAIMS = {
  id: ['oid', 'http://schemas.microsoft.com/identity/claims/objectidentifier'],
  tenant: ['tid', 'http://schemas.microsoft.com/identity/claims/tenantid'],
  // A name a person chooses, such as `name`, is none to go by.
  person: ['upn', 'preferred_username', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn'],
  app: ['appid', 'azp'],
  kind: ['idtyp'],
  scope: ['scp', 'http://schemas.microsoft.com/identity/claims/scope'],
  role: ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'],
} as const;

export type Principal = Pick<Caller, 'kind' | 'roles'> & {
  readonly name: string;
  readonly id: string;
  readonly tenantId: string | undefined;
};

/** The principal in `x-ms-client-principal`; undefined where it is no principal of Entra that can be told apart. */
export function readPrincipal(header: string): Principal | undefined {
  const parsed = Principal.safeParse(decoded(header));
  // Another provider would fill the same claims with what its users choose.
  if (!parsed.success || parsed.data.auth_typ.toLowerCase() !== 'aad') return undefined;
  const { claims, role_typ } = parsed.data;
  const claimOf = (types: readonly string[]) => claims.find(({ typ }) => types.includes(typ))?.val.trim();
  const id = claimOf(CLAIMS.id)?.toLowerCase();
  const kind = claimOf(CLAIMS.kind);
  const app = claimOf(CLAIMS.app);
  const named = kind === 'app' ? undefined : claimOf(CLAIMS.person);
  // Tokens for applications have no scope; a guest's may lack every name, and is none of an application for that.
  const isApp = kind === 'app' || (!named && !claimOf(CLAIMS.scope) && kind !== 'user' && Boolean(app));
  if (!id || (isApp && !app)) return undefined;
  const name = isApp ? `app ${app?.toLowerCase()}` : named || `person ${id}`;
  const roleTypes: readonly string[] = role_typ ? [...CLAIMS.role, role_typ] : CLAIMS.role;
  const values = claims.filter(({ typ }) => roleTypes.includes(typ)).map(({ val }) => val);
  return {
    kind: isApp ? 'workload' : 'person',
    ...{ name, id, tenantId: claimOf(CLAIMS.tenant)?.toLowerCase() },
    roles: ROLES.filter((role) => values.includes(role)),
  };
}

function decoded(header: string): unknown {
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
