import { z } from 'zod';
import { allQueries } from '../../../shared/queries.ts';
import { Instant, Period } from './common.ts';

const QUERIES = allQueries.filter(({ target }) => target === 'resourceGraph').map(({ id }) => id);
const GraphQuery = z.enum(QUERIES as [string, ...string[]]);

/** How Resource Graph misbehaves. */
export const GraphBehaviour = z.strictObject({
  limitHit: z
    .boolean()
    .optional()
    .describe('every answer says that subscriptions beyond 10,000 were left out'),
  truncate: z
    .array(GraphQuery)
    .optional()
    .describe('queries whose answer is cut off after at most half of the rows, with no way to read on'),
  oddRows: z
    .array(z.strictObject({ query: GraphQuery, row: z.unknown() }))
    .optional()
    .describe('rows of an unexpected form, at the end of the answer'),
});
export type GraphBehaviour = z.infer<typeof GraphBehaviour>;

/** A role assignment of the app, as the permissions it gives. */
export const PermissionEntry = z.strictObject({
  scope: z
    .string()
    .startsWith('/')
    .describe('ARM id of a management group, subscription, resource group or resource; "/" is everything'),
  actions: z.array(z.string()),
  notActions: z.array(z.string()).optional(),
});
export type PermissionEntry = z.infer<typeof PermissionEntry>;

/** Free space of a system disk, as the machine's agent reports it to its workspaces. */
export const FreeSpaceEntry = z.strictObject({
  machine: z.string(),
  disk: z.enum(['C:', '/', '/var', '/opt']),
  megabytes: z.number().min(0),
  lastSeen: Instant.optional().describe('default: with the last heartbeat'),
});
export type FreeSpaceEntry = z.infer<typeof FreeSpaceEntry>;

/** Somebody outside of Azure who takes what is posted: a webhook, a flow, or an Event Grid topic. */
export const ReceiverEntry = z.strictObject({
  url: z.url({ protocol: /^https$/ }).describe('its query is a secret: a request with another one gets 401'),
  status: z.int().min(200).max(299).optional().describe('default 200; what goes wrong is told by faults'),
});
export type ReceiverEntry = z.infer<typeof ReceiverEntry>;

/** What the estate answers to a question of the user's own: it runs no KQL, and there is no web behind it. */
export const CheckAnswers = z.strictObject({
  queries: z
    .array(
      z.strictObject({
        query: z.string().min(1).describe('the whole text of a check of the plan, as it is there'),
        rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
        ...Period.partial().shape,
      }),
    )
    .optional(),
  http: z
    .array(
      z.strictObject({
        url: z.url({ protocol: /^https$/ }),
        status: z.int().min(100).max(599),
        body: z.unknown().optional(),
        ...Period.partial().shape,
      }),
    )
    .optional(),
});
export type CheckAnswers = z.infer<typeof CheckAnswers>;
