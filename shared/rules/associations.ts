import { shortHash } from '../model/ids.ts';
import type { Association } from '../model/machine.ts';
import type { AssociationTarget } from './gateway.ts';

/** The one name Azure accepts for an endpoint association (facts file 3.2). */
export const ENDPOINT_ASSOCIATION = 'configurationAccessEndpoint';

export interface MissingAssociation {
  readonly name: string;
  readonly target: AssociationTarget;
}

/**
 * The associations a machine still lacks. A rule that is associated under any name counts as present,
 * so nothing is ever duplicated, and associations this app did not make are left alone.
 */
export function missingAssociations(
  existing: readonly Association[],
  wanted: { ruleIds: readonly { ruleId: string; resourceId: string }[]; endpointId: string | null },
): MissingAssociation[] {
  const present = new Set(existing.map((association) => association.ruleId));
  const missing: MissingAssociation[] = wanted.ruleIds
    .filter(({ ruleId }) => !present.has(ruleId))
    .map(({ ruleId, resourceId }) => ({ name: `ama-${shortHash(ruleId)}`, target: { ruleId: resourceId } }));
  const endpoint = existing.find(({ name }) => name.toLowerCase() === ENDPOINT_ASSOCIATION.toLowerCase());
  if (wanted.endpointId !== null && endpoint?.endpointId !== wanted.endpointId) {
    missing.push({ name: ENDPOINT_ASSOCIATION, target: { endpointId: wanted.endpointId } });
  }
  return missing;
}
