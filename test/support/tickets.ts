import { z } from 'zod';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import type { DeskKind } from '../../shared/model/ticket-policy.ts';
import { signingKeys, webhookHeaders } from '../../shared/model/webhook-signature.ts';
import { smallEstate } from './small-estate.ts';

type DeskEntry = NonNullable<NonNullable<EstateFile['behaviour']>['desks']>[number];

export const CALLBACK_SECRET = `whsec_${Buffer.from('the-secret-of-callbacks-of-a-desk').toString('base64')}`;
const DESK_SECRET = `whsec_${Buffer.from('the-secret-of-messages-to-a-desk!').toString('base64')}`;
const VAULT = 'https://kv-tickets.vault.azure.net/secrets';

export const ANNA = { login: 'anna@contoso.example', name: 'Anna Approver' };
export const OLIVE = { login: 'olive@contoso.example', name: 'Olive Operator' };

interface DeskSetup {
  readonly entry: DeskEntry;
  readonly settings: Readonly<Record<string, string>>;
}

const common = { AMA_TICKET_SECRET: `${VAULT}/desk`, AMA_TICKET_CALLBACK_SECRET: `${VAULT}/callback` };

/** Each desk with what the app is told of it. */
export const DESK_SETUPS: Readonly<Record<DeskKind, DeskSetup>> = {
  serviceNow: {
    entry: {
      ...{
        kind: 'serviceNow',
        host: 'contoso.service-now.com',
        user: 'ama.integration',
        password: 'now-pass',
      },
    },
    settings: {
      ...common,
      AMA_TICKET_URL: 'https://contoso.service-now.com',
      AMA_TICKET_HOSTS: 'contoso.service-now.com',
      AMA_TICKET_USER: 'ama.integration',
      AMA_TICKET_FIELDS: '{"assignment_group": "287ebd7da9fe198100f92cc8d1d2154e"}',
    },
  },
  jira: {
    entry: {
      ...{ kind: 'jira', host: 'contoso.atlassian.net', user: 'ama@contoso.example', password: 'jira-token' },
    },
    settings: {
      ...common,
      AMA_TICKET_URL: 'https://contoso.atlassian.net/',
      AMA_TICKET_HOSTS: 'contoso.atlassian.net',
      AMA_TICKET_USER: 'ama@contoso.example',
      AMA_TICKET_PROJECT: 'OPS',
      AMA_TICKET_FIELDS: '{"customfield_10010": "17"}',
      AMA_TICKET_WINDOW_FIELDS: 'customfield_10050,customfield_10051',
    },
  },
  azureDevOps: {
    entry: { kind: 'azureDevOps', host: 'dev.azure.com', project: 'Operations & Change' },
    settings: {
      AMA_TICKET_CALLBACK_SECRET: common.AMA_TICKET_CALLBACK_SECRET,
      AMA_TICKET_URL: 'https://dev.azure.com/contoso',
      AMA_TICKET_HOSTS: 'dev.azure.com',
      AMA_TICKET_PROJECT: 'Operations & Change',
      AMA_TICKET_SIGN_IN: 'entra',
    },
  },
  webhook: {
    entry: { kind: 'webhook', host: 'desk.contoso.example', password: DESK_SECRET },
    settings: {
      ...common,
      AMA_TICKET_URL: 'https://desk.contoso.example/changes',
      AMA_TICKET_HOSTS: 'desk.contoso.example',
    },
  },
};

/** The small estate with a desk beside it, whose people answer as told. */
export function estateWithDesk(
  kind: DeskKind,
  answers: DeskEntry['answers'] = [],
  behaviour: Partial<EstateFile['behaviour']> = {},
): EstateFile {
  const { entry } = DESK_SETUPS[kind];
  return smallEstate({
    behaviour: {
      ...behaviour,
      desks: [{ ...entry, answers }],
      secrets: [
        { vault: 'kv-tickets', name: 'desk', value: entry.password ?? 'unused' },
        { vault: 'kv-tickets', name: 'callback', value: CALLBACK_SECRET },
        ...(behaviour?.secrets ?? []),
      ],
    },
  });
}

/** Sets what the app reads at its start; what comes back takes it away again. */
export function setDesk(kind: DeskKind, others: Readonly<Record<string, string>> = {}): () => void {
  const settings = { AMA_TICKET_DESK: kind, ...DESK_SETUPS[kind].settings, ...others };
  Object.assign(process.env, settings);
  return () => {
    for (const name of Object.keys(settings)) delete process.env[name];
  };
}

export const TicketedWave = z.looseObject({
  id: z.string(),
  phase: z.string(),
  message: z.string(),
  startAt: z.string().nullish(),
  finishedAt: z.string().nullable(),
  holds: z.array(z.object({ reason: z.string(), by: z.string() })),
  approvals: z.array(z.looseObject({ gate: z.string(), by: z.string(), via: z.string().optional() })),
  ticket: z
    .looseObject({
      correlationId: z.string(),
      number: z.string().nullable(),
      state: z.string(),
      decision: z.string(),
      notCounted: z.array(z.string()),
      files: z.array(z.object({ name: z.string(), sha256: z.string() })),
      code: z.string().nullable(),
      trouble: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
    })
    .optional(),
});
export type TicketedWave = z.infer<typeof TicketedWave>;

/** A signed message of a desk, as a request to the app. */
export function callback(
  message: object | string,
  { nowMs, id, secret = CALLBACK_SECRET }: { nowMs: number; id: string; secret?: string },
): Request {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  return new Request('http://127.0.0.1/api/tickets/callback', {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      ...webhookHeaders({ id, body, nowMs }, signingKeys(secret) ?? []),
    },
  });
}
