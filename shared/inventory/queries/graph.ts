import type { z } from 'zod';
import type { GraphKind } from '../../model/graph-kinds.ts';
import { associationsQuery } from './associations.ts';
import { defenderPlansQuery } from './defender-plans.ts';
import { endpointsQuery } from './endpoints.ts';
import { extensionsQuery } from './extensions.ts';
import { machinesQuery } from './machines.ts';
import { policyAssignmentsQuery } from './policy-assignments.ts';
import { policyDefinitionsQuery } from './policy-definitions.ts';
import { policySetsQuery } from './policy-sets.ts';
import { rulesQuery } from './rules.ts';
import { scaleSetInstancesQuery } from './scale-set-instances.ts';
import { scaleSetsQuery } from './scale-sets.ts';
import { solutionsQuery } from './solutions.ts';
import { subscriptionsQuery } from './subscriptions.ts';
import { workspacesQuery } from './workspaces.ts';

/** The Resource Graph query of every kind. */
export const graphQueries = {
  subscriptions: subscriptionsQuery,
  machines: machinesQuery,
  scaleSets: scaleSetsQuery,
  scaleSetInstances: scaleSetInstancesQuery,
  extensions: extensionsQuery,
  associations: associationsQuery,
  rules: rulesQuery,
  endpoints: endpointsQuery,
  workspaces: workspacesQuery,
  solutions: solutionsQuery,
  policyAssignments: policyAssignmentsQuery,
  policyDefinitions: policyDefinitionsQuery,
  policySets: policySetsQuery,
  defenderPlans: defenderPlansQuery,
} satisfies Record<GraphKind, unknown>;

/** A row of one kind. */
export type GraphRow<K extends GraphKind> = z.infer<(typeof graphQueries)[K]['row']>;
