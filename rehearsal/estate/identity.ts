import { randomBytes } from 'node:crypto';
import type { Cloud } from './clouds.ts';
import type { Reply, WireRequest } from './wire.ts';

/** Real time: identity libraries judge expiry by the machine's clock, not by a rehearsal's. */
const LIFETIME_MS = 24 * 3_600_000;

interface Grant {
  readonly principal: string;
  readonly audience: string;
  readonly expiresAt: number;
}

export interface Identity {
  /** The secret a caller of the token endpoint must send. */
  readonly header: string;
  /** Answers the App Service managed identity protocol, api-version 2019-08-01. */
  token(request: WireRequest, query: URLSearchParams): Reply;
  /** A token without asking the endpoint, for tests. */
  issue(principal: string, resource: string): { token: string; expiresAt: number };
  /** Whose token this is, if it is meant for the audience. */
  check(
    authorization: string | undefined,
    audience: Audience,
    cloud: Cloud,
  ): { ok: true; principal: string } | { ok: false; why: 'missing' | 'invalid' | 'expired' | 'audience' };
}

export type Audience = 'arm' | 'logs' | 'vault' | 'eventGrid' | 'devops';

const AUDIENCES: Record<Audience, (cloud: Cloud) => readonly string[]> = {
  arm: (cloud) => cloud.armAudiences,
  logs: (cloud) => cloud.logsAudiences,
  vault: (cloud) => [`https://${cloud.vault}`],
  eventGrid: () => ['https://eventgrid.azure.net'],
  // Azure DevOps has an application id for an audience.
  devops: () => ['499b84ac-1321-427f-aa17-267ca6975798'],
};

// One set for the process: msal keeps endpoint, header and tokens of the first estate for the life of the process
// (static fields of ManagedIdentityClient), so the header and the tokens of one estate every other must take.
const usual = randomBytes(16).toString('hex');
const headers = new Set<string>();
const grants = new Map<string, Grant>();

/** Issues and recognises the opaque tokens of a simulated estate; the header is random unless given. Platform facts 2. */
export function createIdentity(header = usual): Identity {
  headers.add(header);
  function issue(principal: string, resource: string) {
    const token = `rehearsal.${randomBytes(24).toString('base64url')}`;
    const expiresAt = Date.now() + LIFETIME_MS;
    grants.set(token, { principal, audience: trim(resource), expiresAt });
    return { token, expiresAt };
  }

  return {
    header,
    issue,
    token(request, query) {
      const given = request.headers['x-identity-header'];
      if (given === undefined || !headers.has(given))
        return refuse(401, 'X-IDENTITY-HEADER is missing or wrong.');
      if (query.get('api-version') !== '2019-08-01')
        return refuse(400, 'The api-version must be 2019-08-01.');
      const resource = query.get('resource');
      if (resource === null || resource === '')
        return refuse(400, 'The query parameter resource is required.');
      const principal =
        query.get('client_id') ?? query.get('principal_id') ?? query.get('mi_res_id') ?? 'system';
      const { token, expiresAt } = issue(principal, resource);
      return {
        status: 200,
        body: {
          access_token: token,
          expires_on: String(Math.floor(expiresAt / 1000)),
          resource,
          token_type: 'Bearer',
          client_id: principal,
        },
      };
    },
    check(authorization, audience, cloud) {
      if (authorization === undefined || !/^bearer /i.test(authorization))
        return { ok: false, why: 'missing' };
      const grant = grants.get(authorization.slice(7));
      if (grant === undefined) return { ok: false, why: 'invalid' };
      if (grant.expiresAt < Date.now()) return { ok: false, why: 'expired' };
      return AUDIENCES[audience](cloud).includes(grant.audience)
        ? { ok: true, principal: grant.principal }
        : { ok: false, why: 'audience' };
    },
  };
}

function refuse(statusCode: number, message: string): Reply {
  return {
    status: statusCode,
    body: { statusCode, message, correlationId: '00000000-0000-0000-0000-000000000000' },
  };
}

/** Libraries ask for `https://host/.default`, `https://host/` or `https://host`. */
function trim(resource: string): string {
  return resource
    .toLowerCase()
    .replace(/\/?\.default$/, '')
    .replace(/\/+$/, '');
}

const TENANT = '00000000-0000-0000-0000-00000000000a';

/** 401 in the shape of the service that was called, with the challenge its libraries read. */
export function unauthorized(
  audience: Audience,
  why: 'missing' | 'invalid' | 'expired' | 'audience',
  cloud: Cloud,
): Reply {
  const authority = `https://login.microsoftonline.com/${TENANT}`;
  const challenge =
    audience === 'vault'
      ? `Bearer authorization="${authority}", resource="https://${cloud.vault}"`
      : `Bearer authorization_uri="${authority}", error="invalid_token", error_description="The access token is ${why}."`;
  const code =
    audience === 'vault'
      ? 'Unauthorized'
      : audience === 'logs'
        ? 'AuthorizationRequiredError'
        : {
            missing: 'AuthenticationFailed',
            invalid: 'InvalidAuthenticationToken',
            expired: 'ExpiredAuthenticationToken',
            audience: 'InvalidAuthenticationTokenAudience',
          }[why];
  const message =
    why === 'missing'
      ? "Authentication failed. The 'Authorization' header is missing."
      : `The access token is ${why === 'audience' ? 'meant for another audience' : why}.`;
  return { status: 401, headers: { 'www-authenticate': challenge }, body: { error: { code, message } } };
}
