import type { SecretReader } from '../agents/gateway.ts';
import type { Settings } from '../config/settings.ts';
import { fail, ok, type Result } from '../model/trouble.ts';
import { signingKeys, webhookHeaders } from '../model/webhook-signature.ts';
import type { TicketDesk } from '../tickets/desk.ts';
import { azureDevOpsDesk, DEVOPS_SCOPE } from '../tickets/desks/azure-devops.ts';
import { type Credentials, createDeskCall, type Send, type SentAnswer } from '../tickets/desks/call.ts';
import type { DeskConfig } from '../tickets/desks/config.ts';
import { jiraDesk } from '../tickets/desks/jira.ts';
import { oauthCredentials } from '../tickets/desks/oauth.ts';
import { serviceNowDesk } from '../tickets/desks/service-now.ts';
import { webhookDesk } from '../tickets/desks/webhook.ts';
import type { AzureContext } from './context.ts';
import { createOutgoing } from './outgoing.ts';
import { attempt } from './trouble.ts';

export interface TicketDesks {
  /** A client of the desk that the settings name, with secrets of its own; made for one look and dropped after it. */
  openDesk(): TicketDesk | undefined;
  /** What signs callbacks; undefined where none are taken. */
  callbackSecret(): Promise<Result<string>> | undefined;
}

interface Dependencies {
  readonly secrets: SecretReader;
  now(): number;
}

/** How long a callback goes by the secret that was read for one before: a flood of forgeries reads no vault. */
const SECRET_MS = 60_000;

/** Ticket desks over the transport that refuses what no setting allows. */
export function createTicketDesks(
  { httpClient, credential }: Pick<AzureContext, 'httpClient' | 'credential'>,
  settings: Settings,
  { secrets, now }: Dependencies,
): TicketDesks {
  const outgoing = createOutgoing(httpClient, {
    hosts: settings.ticketHosts,
    setting: 'AMA_TICKET_HOSTS',
    timeoutMs: 30_000,
    mostBytes: 4 * 1024 * 1024,
  });
  let callback: { readonly at: number; readonly value: Promise<Result<string>> } | undefined;

  return {
    openDesk: () => openDesk(outgoing),
    callbackSecret() {
      const address = settings.ticketCallbackSecret;
      if (address === undefined) return undefined;
      if (callback === undefined || now() - callback.at > SECRET_MS || now() < callback.at)
        callback = { at: now(), value: secrets.read(address) };
      return callback.value;
    },
  };

  function openDesk(send: Send): TicketDesk | undefined {
    const { ticketDesk: kind, ticketUrl: url } = settings;
    if (kind === 'none' || url === undefined) return undefined;
    if (kind === 'webhook') return webhookDesk(signedSender(send, url));
    const config: DeskConfig = {
      call: createDeskCall(
        send,
        url,
        once(() => signIn(send, url)),
        isSignInPage,
      ),
      url,
      project: settings.ticketProject,
      type: settings.ticketType,
      user: settings.ticketUser,
      fields: settings.ticketFields,
      states: settings.ticketStates,
      windowFields: settings.ticketWindowFields,
    };
    if (kind === 'serviceNow') return serviceNowDesk(config);
    return kind === 'jira' ? jiraDesk(config) : azureDevOpsDesk(config);
  }

  async function signIn(send: Send, url: string): Promise<Result<Credentials>> {
    if (settings.ticketSignIn === 'entra') {
      const token = await attempt(() => credential.getToken(DEVOPS_SCOPE));
      if (!token.ok) return token;
      if (token.value === null) return fail('notAuthorized', 'no token for Azure DevOps');
      return ok(bearer(token.value.token));
    }
    const { ticketSecret, ticketUser: user } = settings;
    if (ticketSecret === undefined) return fail('secretUnavailable', 'AMA_TICKET_SECRET is missing');
    const secret = await secrets.read(ticketSecret);
    if (!secret.ok) return secret;
    if (settings.ticketSignIn === 'oauth') return oauthCredentials(send, url, user, secret.value);
    const pair = Buffer.from(`${user}:${secret.value}`).toString('base64');
    return ok({ headers: { authorization: `Basic ${pair}` }, secrets: [secret.value, pair] });
  }

  /** Messages that the receiver knows by their id and their signature. */
  function signedSender(send: Send, url: string) {
    const read = once(() => secretOf());
    return async (id: string, message: Readonly<Record<string, unknown>>): Promise<Result<unknown>> => {
      const secret = await read();
      if (!secret.ok) return secret;
      const keys = signingKeys(secret.value);
      if (keys === undefined)
        return fail('secretUnavailable', 'the secret of the webhook desk is no base64 of 24 to 64 bytes');
      const body = JSON.stringify({ ...message, at: new Date(now()).toISOString() });
      const headers = webhookHeaders({ id, body, nowMs: now() }, keys);
      const call = createDeskCall(send, url, async () => ok({ headers, secrets: [secret.value] }));
      return call({ method: 'POST', path: '', text: body });
    };
  }

  function secretOf(): Promise<Result<string>> {
    const { ticketSecret } = settings;
    if (ticketSecret === undefined)
      return Promise.resolve(fail('secretUnavailable', 'AMA_TICKET_SECRET is missing'));
    return secrets.read(ticketSecret);
  }
}

function bearer(token: string): Credentials {
  return { headers: { authorization: `Bearer ${token}` }, secrets: [token] };
}

/**
 * Azure DevOps answers a token it does not take with 203 or a redirect and a page to sign in ("Azure DevOps Services
 * REST API: get started", response codes).
 */
function isSignInPage({ status, text, headers = {} }: SentAnswer): boolean {
  return status === 203 || (status < 300 && text !== '' && /text\/html/i.test(headers['content-type'] ?? ''));
}

/** One value for all calls of a look; a failed one is asked for again. */
function once<T extends { readonly ok: boolean }>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => {
    made ??= make();
    const value = await made;
    if (!value.ok) made = undefined;
    return value;
  };
}
