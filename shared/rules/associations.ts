import { shortHash } from '../model/ids.ts';
import type { Association } from '../model/machine.ts';
import type { AssociationTarget } from './gateway.ts';

/** The one name Azure accepts for an endpoint association (facts file 3.2). */
export const ENDPOINT_ASSOCIATION = 'configurationAccessEndpoint';

export interface MissingAssociation {
  readonly name: string;
  readonly target: AssociationTarget;
}

export interface MissingAssociations {
  readonly missing: readonly MissingAssociation[];
  /** The endpoint someone else associated where another one is planned. */
  readonly otherEndpoint: string | null;
}

/** The name under which the app associates a rule. */
export function associationName(ruleId: string): string {
  return `ama-${shortHash(ruleId)}`;
}

/**
 * The associations a machine still lacks. A rule that is associated under any name counts as present,
 * so nothing is ever duplicated; what this app did not make is kept, also an endpoint that is in the way.
 */
export function missingAssociations(
  existing: readonly Association[],
  wanted: {
    rules: readonly { readonly ruleId: string; readonly resourceId: string }[];
    endpointId: string | null;
  },
): MissingAssociations {
  const present = new Set(existing.map(({ ruleId }) => ruleId));
  const rules = new Map(wanted.rules.map((rule) => [rule.ruleId, rule]));
  const missing: MissingAssociation[] = [...rules.values()]
    .filter(({ ruleId }) => !present.has(ruleId))
    .map(({ ruleId, resourceId }) => ({ name: associationName(ruleId), target: { ruleId: resourceId } }));
  if (wanted.endpointId === null) return { missing, otherEndpoint: null };
  const endpoint = existing.find(({ name }) => name.toLowerCase() === ENDPOINT_ASSOCIATION.toLowerCase());
  if (endpoint === undefined) {
    missing.push({ name: ENDPOINT_ASSOCIATION, target: { endpointId: wanted.endpointId } });
    return { missing, otherEndpoint: null };
  }
  return {
    missing,
    otherEndpoint: endpoint.endpointId === wanted.endpointId ? null : (endpoint.endpointId ?? 'none'),
  };
}
