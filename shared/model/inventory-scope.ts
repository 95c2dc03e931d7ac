import { z } from 'zod';
import { hasPlainParts, NOT_PLAIN, normalizeId } from './ids.ts';

const groupId = z
  .string()
  .regex(
    /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+$/i,
    'must be the ARM id of a resource group: /subscriptions/ID/resourceGroups/NAME',
  )
  .refine(hasPlainParts, NOT_PLAIN)
  .transform(normalizeId);

/** What an inventory is to cover, as a person says it; nothing given: all that the app can see. */
export const InventoryScopeRequest = z
  .strictObject({
    /** Names of management groups; Resource Graph takes ten. */
    managementGroups: z.array(z.string().min(1).max(90)).max(10).default([]),
    subscriptions: z
      .array(z.guid().transform((id) => id.toLowerCase()))
      .max(5000)
      .default([]),
    resourceGroups: z.array(groupId).max(1000).default([]),
    tags: z
      .array(z.strictObject({ name: z.string().min(1), value: z.string().optional() }))
      .max(50)
      .default([]),
  })
  .refine(
    ({ managementGroups, subscriptions }) => managementGroups.length === 0 || subscriptions.length === 0,
    {
      path: ['managementGroups'],
      message: 'cannot go with scope.subscriptions: Resource Graph takes one of them',
    },
  )
  .refine(
    ({ subscriptions, resourceGroups }) =>
      subscriptions.length === 0 ||
      resourceGroups.every((group) => subscriptions.includes(group.split('/')[2] ?? '')),
    {
      path: ['resourceGroups'],
      message: 'names a group of a subscription that is not in scope.subscriptions',
    },
  );
