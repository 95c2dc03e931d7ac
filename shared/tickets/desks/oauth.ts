import { z } from 'zod';
import { fail, ok, type Result } from '../../model/trouble.ts';
import { type Credentials, createDeskCall, type Send } from './call.ts';

const Token = z.object({ access_token: z.string().min(1) });

/** A token for client credentials (ServiceNow, "OAuth 2.0 client credentials", `oauth_token.do`); of one look, and kept nowhere. */
export async function oauthCredentials(
  send: Send,
  url: string,
  client: string,
  secret: string,
): Promise<Result<Credentials>> {
  const call = createDeskCall(send, url, async () => ok({ headers: {}, secrets: [secret] }));
  const answer = await call({
    method: 'POST',
    path: '/oauth_token.do',
    text: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client,
      client_secret: secret,
    }).toString(),
    contentType: 'application/x-www-form-urlencoded',
  });
  if (!answer.ok) return answer;
  const parsed = Token.safeParse(answer.value);
  if (!parsed.success) return fail('notAuthorized', 'the desk gave no token');
  const token = parsed.data.access_token;
  return ok({ headers: { authorization: `Bearer ${token}` }, secrets: [token, secret] });
}
