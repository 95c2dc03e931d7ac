import type { HttpResponseInit } from '@azure/functions';
import { callerFacts } from '../caller.ts';
import { endpoint, readQuery } from '../endpoint.ts';
import { NoQuery } from '../schemas.ts';

/** `GET /me`: who calls and what they may do, so that a page offers no button that is refused. */
export const getMe = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  return { jsonBody: meView(callerFacts(request), app.settings.signIn) };
});

export function meView({ kind, name, roles }: ReturnType<typeof callerFacts>, signIn: 'platform' | 'off') {
  return {
    kind,
    /** null: whoever calls with a key says a name in each request. */
    name: name ?? null,
    roles,
    signIn: signIn === 'platform',
  };
}
