import type { Origin, WorkspaceSettings } from '../model.ts';

/** `OMSGallery/X` and `X(workspace)` are X. */
export function productOf(solution: string): string {
  const last = solution.split('/').at(-1) ?? '';
  return last.replace(/\(.*$/s, '').trim();
}

/** A solution has no data source; its id is the workspace's with the product behind it. */
export function solutionOrigin({ workspace }: WorkspaceSettings, product: string): Origin {
  return { sourceId: `${workspace.id}/solutions/${product.toLowerCase()}`, kind: 'Solution', item: product };
}
