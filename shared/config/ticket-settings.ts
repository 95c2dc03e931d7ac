import { z } from 'zod';
import { secretReference } from '../model/secret-reference.ts';
import { DESK_STATES, DESKS, type DeskStates } from '../model/ticket-policy.ts';
import { define } from './define.ts';
import { hostList, integer } from './formats.ts';

const states = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .flatMap((pair) => (pair.trim() === '' ? [] : [pair.split('=').map((part) => part.trim())])),
  )
  .refine(
    (pairs) =>
      pairs.every(([name = '', state = '', ...rest]) => {
        return rest.length === 0 && state !== '' && (DESK_STATES as readonly string[]).includes(name);
      }),
    { message: `must be pairs such as started=Implementing, apart by commas, of ${DESK_STATES.join(', ')}` },
  )
  .transform((pairs): DeskStates => Object.fromEntries(pairs));

const fields = z.string().transform((text, context): Readonly<Record<string, unknown>> => {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  context.addIssue({ code: 'custom', message: 'must be a JSON object of fields' });
  return z.NEVER;
});

const windowFields = z
  .string()
  .transform((text) => text.split(',').flatMap((name) => name.trim() || []))
  .refine((names) => [0, 2].includes(names.length) && names.every((name) => /^[\w.]{1,100}$/.test(name)), {
    message: 'must be two names of fields, apart by a comma',
  });

const baseUrl = z
  .url({ protocol: /^https$/, message: 'must be an https address' })
  .refine((url) => !/[?#@]/.test(url), { message: 'must have no query, fragment or credentials' })
  .transform((url) => url.replace(/\/+$/, ''));

/** Settings of the ticket desk. */
export const TICKET_SETTINGS = {
  ticketDesk: define(
    'AMA_TICKET_DESK',
    z.enum(['none', ...DESKS]),
    'Ticket desk that changes are opened at, for plans that ask for one: "none", "serviceNow", "jira", "azureDevOps" or "webhook".',
    'none',
  ),
  ticketUrl: define(
    'AMA_TICKET_URL',
    baseUrl.optional(),
    'Address of the desk: "https://INSTANCE.service-now.com", "https://SITE.atlassian.net", "https://dev.azure.com/ORGANISATION", or where a webhook desk takes messages.',
  ),
  ticketHosts: define(
    'AMA_TICKET_HOSTS',
    hostList,
    'Hosts that the app may call for tickets, apart by commas; that of AMA_TICKET_URL must be among them. They are called by https at public addresses on port 443.',
    '',
  ),
  ticketProject: define(
    'AMA_TICKET_PROJECT',
    z.string().regex(/^[^/\\?#]{1,64}$/, 'must be the key or name of a project'),
    'Key of the Jira project, or name of the Azure DevOps project, that changes are opened in.',
    '-',
  ),
  ticketType: define(
    'AMA_TICKET_TYPE',
    z.string().regex(/^[^/\\?#]{1,64}$/, 'must be the name of a type'),
    'Type of a change: of a ServiceNow change ("normal"), Jira issue or Azure DevOps work item. "-": what the desk usually calls it.',
    '-',
  ),
  ticketFields: define(
    'AMA_TICKET_FIELDS',
    fields,
    'Further fields that every change is opened with, as a JSON object by the desk\'s own names, such as {"assignment_group": "SYS_ID"}.',
    '',
  ),
  ticketStates: define(
    'AMA_TICKET_STATES',
    states,
    'Names of states at the desk where they differ from the usual ones: "started=Implementing,successful=Done". Jira and Azure DevOps only.',
    '',
  ),
  ticketWindowFields: define(
    'AMA_TICKET_WINDOW_FIELDS',
    windowFields,
    'Fields of planned start and end of a change, apart by a comma, where they differ from the usual ones; in Jira they have none.',
    '',
  ),
  ticketSignIn: define(
    'AMA_TICKET_SIGN_IN',
    z.enum(['basic', 'oauth', 'entra']),
    'How the app signs in at the desk: "basic" with AMA_TICKET_USER and the secret, "oauth" with client credentials (ServiceNow), or "entra" as itself (Azure DevOps).',
    'basic',
  ),
  ticketUser: define(
    'AMA_TICKET_USER',
    z.string().max(200),
    "Name of the app's account at the desk: user name, e-mail address of the API token, or client id. Empty with a personal access token.",
    '',
  ),
  ticketSecret: define(
    'AMA_TICKET_SECRET',
    secretReference.optional(),
    'Key Vault address of the secret that signs the app in at the desk: password, API token, personal access token or client secret. For a webhook desk the secret that signs messages to it.',
  ),
  ticketCallbackSecret: define(
    'AMA_TICKET_CALLBACK_SECRET',
    secretReference.optional(),
    'Key Vault address of the secret that signs callbacks of the desk (Standard Webhooks, "whsec_..."). Empty: callbacks are refused, and the desk is only polled.',
  ),
  ticketPollSeconds: define(
    'AMA_TICKET_POLL_SECONDS',
    integer(30, 86_400),
    "How often a wave's change is looked at, in seconds.",
    '300',
  ),
} as const;
