/** What discovery reads from Resource Graph, in this order. */
export const GRAPH_KINDS = [
  'machines',
  'extensions',
  'associations',
  'rules',
  'endpoints',
  'workspaces',
] as const;
export type GraphKind = (typeof GRAPH_KINDS)[number];
