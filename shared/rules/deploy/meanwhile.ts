import { contentHash } from '../../model/ids.ts';
import { ok, type Result } from '../../model/trouble.ts';
import { differences } from './compare.ts';
import { contentOf } from './content.ts';
import type { FoundResource, RuleGateway } from './gateway.ts';
import type { RuleStep } from './step.ts';

const WHY =
  'Somebody changed the rule while this deployment ran; it was left as it is. The same call again looks anew.';

/**
 * Reads a rule right before it is written and says whether it still is what the what-if saw: undefined if so,
 * else the step as a conflict. Rules take no If-Match (no operation of `@azure/arm-monitor` 8 has the header),
 * so this leaves a moment open, but not the minutes of a whole deployment.
 */
export async function changedMeanwhile(
  gateway: RuleGateway,
  step: RuleStep,
  seen: FoundResource | undefined,
): Promise<Result<RuleStep | undefined>> {
  const read = await gateway.readRule(step.id);
  if (!read.ok) return read;
  if (isSame(seen, read.value)) return ok(undefined);
  return ok({ ...step, action: 'conflict', conflict: 'changedMeanwhile', why: WHY });
}

function isSame(seen: FoundResource | undefined, now: FoundResource | undefined): boolean {
  if (seen === undefined || now === undefined) return seen === now;
  const endpoint = ({ properties }: FoundResource) => ({
    dataCollectionEndpointId: properties['dataCollectionEndpointId'],
  });
  return (
    contentHash(seen.tags ?? {}) === contentHash(now.tags ?? {}) &&
    differences(endpoint(seen), endpoint(now)).length === 0 &&
    differences(contentOf(seen), contentOf(now)).length === 0
  );
}
