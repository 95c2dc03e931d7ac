import { isIP } from 'node:net';
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Settings } from '../../shared/config/settings.ts';
import { type Caller, mayDo, type Role, readPrincipal } from '../../shared/model/caller.ts';
import { runtime } from '../compose.ts';
import { admit, missingRole } from './caller.ts';
import { answered } from './endpoint.ts';
import { Problem } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';

type Endpoint = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>;

const limit = createRateLimit();

/** An endpoint behind its role: who has not got it is refused before anything of the call is looked at. */
export function allow(role: Role, handler: Endpoint): Endpoint {
  return (request, context) =>
    answered(context, async () => {
      const { settings, now } = await runtime();
      refuseOtherSites(request);
      const caller = identify(request, context, settings);
      const waitMs = limit(caller.id ?? `key ${caller.address ?? ''}`, settings.callsPerMinute, now());
      if (waitMs > 0) {
        throw new Problem(
          'tooManyCalls',
          `More than ${settings.callsPerMinute} calls a minute; AMA_CALLS_PER_MINUTE is the limit.`,
          [],
          { 'retry-after': String(Math.ceil(waitMs / 1000)) },
        );
      }
      if (!mayDo(caller.roles, role)) {
        const { kind, id, correlationId } = caller;
        context.warn('a call was refused', { function: context.functionName, role, kind, id, correlationId });
        throw missingRole(caller, role, 'This call');
      }
      admit(request, caller);
      return handler(request, context);
    });
}

/**
 * Refuses changes that another site has a browser ask for with the sign-in of its user. Browsers say where a request
 * comes from, and a script cannot (Fetch Metadata, `Sec-Fetch-Site`); other clients send no such header.
 */
function refuseOtherSites({ method, headers }: Pick<HttpRequest, 'method' | 'headers'>): void {
  const site = headers.get('sec-fetch-site');
  if (method === 'GET' || site === null || site === 'same-origin' || site === 'none') return;
  throw new Problem('crossSiteRequest', 'A change has to be asked for by a page of the app itself.');
}

type AccessSettings = Pick<Settings, 'signIn' | 'keyRoles'> & { readonly signInTenants: readonly string[] };

/**
 * Who calls. The platform's header is believed only where the platform is in front: elsewhere anyone with a key could
 * write it. The host has checked the key of a call that carries no principal, unless keys give nothing.
 */
export function identify(
  request: Pick<HttpRequest, 'headers'>,
  context: Pick<InvocationContext, 'invocationId'>,
  { signIn, signInTenants, keyRoles }: AccessSettings,
): Caller {
  const about = { correlationId: context.invocationId, ...clientAddress(request) };
  const header = signIn === 'platform' ? request.headers.get('x-ms-client-principal')?.trim() : undefined;
  if (!header) {
    if (signIn === 'platform' && keyRoles.length === 0) throw notSignedIn('Sign in first.');
    return { kind: 'key', roles: keyRoles, ...about };
  }
  const principal = readPrincipal(header);
  if (principal === undefined)
    throw notSignedIn('The sign-in names no person or application of Microsoft Entra ID.');
  const { tenantId, ...who } = principal;
  if (signInTenants.length > 0 && !signInTenants.includes(tenantId ?? ''))
    throw notSignedIn('The sign-in is of a tenant that AMA_SIGN_IN_TENANTS does not name.');
  return { ...who, ...about };
}

function notSignedIn(detail: string): Problem {
  return new Problem('signInRequired', detail, [], { 'www-authenticate': 'Bearer' });
}

/**
 * The address that Azure's front end saw: it appends it to `x-forwarded-for`, so that the last hop is its word and
 * all before are the client's own. Undefined outside Azure, where the whole header is.
 */
function clientAddress({ headers }: Pick<HttpRequest, 'headers'>): { address?: string } {
  if (!process.env['WEBSITE_INSTANCE_ID']) return {};
  const hop = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  // A port is part of it, or not; an IPv6 address stands in brackets then.
  const [, bare] = /^\[(.+)\](?::\d+)?$/.exec(hop) ?? /^([\d.]+):\d+$/.exec(hop) ?? [];
  const address = [bare ?? '', hop].find((one) => isIP(one) !== 0);
  return address === undefined ? {} : { address };
}
