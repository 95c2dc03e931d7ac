import pMap from 'p-map';
import { normalizeId } from '../../model/ids.ts';
import { ok, type Result } from '../../model/trouble.ts';
import type { RuleSet } from '../convert/convert.ts';
import type { RuleGateway } from './gateway.ts';
import type { Step } from './step.ts';
import { findById, ruleId, workspaceOf } from './targets.ts';
import { type Existing, endpointTargets, whatIf } from './what-if.ts';

/** Calls under way at the same time. */
const CONCURRENT_READS = 4;

/** Reads what a rule set would meet. Rules are listed to find one in another place, and read to be sure. */
export async function observe(gateway: RuleGateway, ruleSet: RuleSet): Promise<Result<Existing>> {
  const ids = ruleSet.rules.map((rule) => ruleId(ruleSet, rule));
  const subscriptions = new Map(
    [...ids, workspaceOf(ruleSet)]
      .map((id) => id.split('/').slice(0, 3).join('/'))
      .map((id) => [normalizeId(id), id]),
  );
  const listed = await readAll([...subscriptions.values()], (id) => gateway.rules(id));
  if (!listed.ok) return listed;
  const rules = await readAll(ids, (id) => gateway.readRule(id));
  if (!rules.ok) return rules;
  const endpoints = await readAll(endpointTargets(ruleSet), ({ id }) => gateway.readEndpoint(id));
  if (!endpoints.ok) return endpoints;
  const tables = await readAll(ruleSet.tables, ({ name }) => gateway.readTable(workspaceOf(ruleSet), name));
  if (!tables.ok) return tables;
  const reused = await readAll(ruleSet.reused, async ({ resourceId }) => {
    const found = await gateway.readRule(resourceId);
    return found.ok ? ok(found.value === undefined ? [resourceId] : []) : found;
  });
  if (!reused.ok) return reused;
  const elsewhere = listed.value.flat().filter(
    ({ id }) =>
      findById(
        ids.map((one) => ({ id: one })),
        id,
      ) === undefined,
  );
  return ok({
    rules: [...rules.value.filter(isThere), ...elsewhere],
    endpoints: endpoints.value.filter(isThere),
    tables: tables.value.filter(isThere),
    reusedGone: reused.value.flat(),
  });
}

/** What a deployment would do now; changes nothing. */
export async function previewRuleSet(
  gateway: RuleGateway,
  ruleSet: RuleSet,
): Promise<Result<readonly Step[]>> {
  const existing = await observe(gateway, ruleSet);
  return existing.ok ? ok(whatIf(ruleSet, existing.value)) : existing;
}

/** All answers, or the first trouble, after which no more is asked. */
async function readAll<T, R>(
  items: readonly T[],
  read: (item: T) => Promise<Result<R>>,
): Promise<Result<readonly R[]>> {
  let trouble: Result<never> | undefined;
  const values: R[] = [];
  await pMap(
    items.entries(),
    async ([i, item]) => {
      if (trouble !== undefined) return;
      const answer = await read(item);
      if (answer.ok) values[i] = answer.value;
      else trouble ??= answer;
    },
    { concurrency: CONCURRENT_READS },
  );
  return trouble ?? ok(values);
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
