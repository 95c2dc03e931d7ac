/** What discovery reads from Resource Graph, in this order. */
export const GRAPH_KINDS = [
  'subscriptions',
  'machines',
  'scaleSets',
  'scaleSetInstances',
  'extensions',
  'associations',
  'rules',
  'endpoints',
  'workspaces',
  'solutions',
  'policyAssignments',
  'policyDefinitions',
  'policySets',
  'defenderPlans',
] as const;
export type GraphKind = (typeof GRAPH_KINDS)[number];
