import type { z } from 'zod';
import type { ProblemCode } from '../problem.ts';

/** Groups of operations, as tools show them. */
export const TAGS = {
  inventories: 'Dated snapshots of the estate: machines, workspaces, findings.',
  rules: 'Workspace settings converted into data collection rules, their deployment, cost levers.',
  plans: 'Ordered waves with caps and gates computed from an inventory, and runs of a whole plan.',
  waves: 'Cohorts that are migrated together: start, watch, steer, roll back.',
  reports: 'Results for people, and the evidence behind them.',
  audit: 'Who did what and when, and whether the trail is as it was sealed.',
  verification: 'Exceptions that a named person accepts, and data that is paid twice.',
  connectors: 'Legacy collection per workspace, and what brings the legacy agent back.',
  events: 'Who hears of what happens: webhooks and flows, and what could not be delivered.',
  tickets: 'Changes at a ticket desk, one for each wave.',
  dashboard: 'What the pages of the dashboard show, in one call each.',
  drift: 'Whether the fleet stays as it was migrated, and what puts it right.',
  service: 'The app itself.',
} as const;

export type HeaderName =
  | 'content-digest'
  | 'location'
  | 'retry-after'
  | 'link'
  | 'x-next'
  | 'etag'
  | 'x-machines-without-list';

/** One answer of an operation that is no problem. */
export interface Answer {
  readonly what: string;
  /** JSON; its schema has a name (`answers/`). */
  readonly body?: z.ZodType;
  /** A table instead, for a caller that prefers `text/csv`. */
  readonly csv?: true;
  /** A JSON value a line instead, for a caller that prefers `application/x-ndjson`. */
  readonly lines?: true;
  /** A page for people instead, for a caller that prefers `text/html`. */
  readonly html?: true;
  /** An archive instead of JSON. */
  readonly zip?: true;
  /** Plain text instead of JSON. */
  readonly text?: true;
  readonly headers?: readonly HeaderName[];
  readonly example?: unknown;
}

/** Where a person who builds a flow picks a value from: an operation that lists, and its fields. */
export interface Choice {
  readonly operation: string;
  readonly list: string;
  readonly value: string;
  readonly title: string;
  /** Parameters of the listing operation, and the places that give them here: `id`, or `body/planId`. */
  readonly given?: Readonly<Record<string, string>>;
}

/** Makes an operation that subscribes the start of a flow; the one that `Location` names ends it. */
export interface Trigger {
  readonly hint: string;
  /** Field of the body that takes the address a flow is called at. */
  readonly callback: string;
  /** What the flow is called with; its schema has a name. */
  readonly content: z.ZodType;
}

/** How an operation shows in a custom connector of Logic Apps and Power Automate; without it, it is not there. */
export interface InFlows {
  /** `important` is offered first, `advanced` behind "show more", `internal` only fills lists of choices. */
  readonly visibility: 'important' | 'advanced' | 'internal';
  /** Choices for parameters and for fields of the body, by name. */
  readonly choices?: Readonly<Record<string, Choice>>;
  readonly trigger?: Trigger;
}

/** What the OpenAPI document says of one HTTP function. Method and route are in `routes.ts`. */
export interface Operation {
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description: string;
  /** What each parameter of the route is. */
  readonly path?: Readonly<Record<string, string>>;
  /** The schema the handler parses the query with. */
  readonly query?: z.ZodType;
  /** The schema the handler parses the body with; it has a name (`requests.ts`). */
  readonly body?: z.ZodType;
  readonly example?: unknown;
  /** A repeated Idempotency-Key gets the first answer. */
  readonly starts?: true;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Beside those that every operation of its kind can give. */
  readonly problems?: readonly ProblemCode[];
  /** What problems that come in the middle of it carry as `result`; its schema has a name. */
  readonly result?: z.ZodType;
  readonly flows?: InFlows;
  /** The key of the app is not asked for. */
  readonly open?: true;
}

/** Problems that come from how an operation is called, whichever it is. */
export function problemsOf({ body, starts, open, problems = [] }: Operation): ProblemCode[] {
  const common: ProblemCode[] = ['internalError'];
  // An open one without a body looks at nothing of the request.
  if (!open || body !== undefined) common.push('invalidRequest');
  if (!open) common.push('signInRequired', 'roleMissing', 'tooManyCalls', 'tookTooLong');
  if (!open && body !== undefined) common.push('crossSiteRequest');
  if (problems.includes('missingBy')) common.push('byDiffers');
  if (body !== undefined) common.push('invalidJson', 'requestTooLarge');
  if (starts) common.push('idempotencyKeyReused');
  return [...new Set([...common, ...problems])].sort();
}

/** Headers that come with a problem. */
export const PROBLEM_HEADERS: Partial<Record<ProblemCode, HeaderName>> = {
  unavailable: 'retry-after',
  tookTooLong: 'retry-after',
  tooManyCalls: 'retry-after',
  waveExists: 'location',
  planRunActive: 'location',
  driftActive: 'location',
  emptySelection: 'link',
  waveNotInPlan: 'link',
  workspaceInUse: 'link',
};
