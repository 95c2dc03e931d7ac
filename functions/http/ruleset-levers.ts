import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { filledTables } from '../../shared/rules/levers/filled.ts';
import { findReaders } from '../../shared/rules/levers/find-readers.ts';
import { measure } from '../../shared/rules/levers/measure.ts';
import type { Lever, LeverReport } from '../../shared/rules/levers/model.ts';
import { DEFAULT_OPTIONS, proposeLevers } from '../../shared/rules/levers/propose.ts';
import { azureProblem } from './azure-problem.ts';
import { type CsvColumn, csvResponse, wantsCsv } from './csv.ts';
import { endpoint, readBody, readQuery } from './endpoint.ts';
import { Problem } from './problem.ts';
import { recordChange } from './record-change.ts';
import { findRuleSet } from './rulesets.ts';
import { NoQuery } from './schemas.ts';

const share = z.number().min(0).max(1);
const price = z.number().min(0).max(1000);

export const LeversRequest = z.strictObject({
  /** Least share of its table that an event has, 0 to 1. */
  minShare: share.default(DEFAULT_OPTIONS.minShare),
  /** Least share of its table that a column has, 0 to 1. */
  minColumnShare: share.default(DEFAULT_OPTIONS.minColumnShare),
  minGbPerDay: z.number().min(0).max(100_000).default(DEFAULT_OPTIONS.minGbPerDay),
  /** Events beside the app's own list that security content relies on. */
  guardedEventIds: z.array(z.int().min(0).max(65_535)).max(1000).default([]),
  /** What a gigabyte costs; without it nothing is said of money. */
  pricePerGb: price.optional(),
  /** What a gigabyte costs in a table of the Basic plan. */
  basicPricePerGb: price.optional(),
});

/**
 * `POST /rulesets/{id}/levers`: measures the workspace and proposes cost levers. It changes nothing in Azure and
 * nothing in the rule set: a lever takes effect in a conversion that names it. Needs no Idempotency-Key: a
 * repeated call measures again and replaces the proposal.
 */
export const postRuleSetLevers = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { pricePerGb, basicPricePerGb, ...thresholds } = await readBody(request, LeversRequest);
  const { ruleSet, workspace } = await findRuleSet(app, request.params['id'] ?? '');
  const found = await app.workspaceSettings.workspace(workspace.resourceId);
  if (!found.ok)
    throw azureProblem(found.trouble, 'The workspace cannot be measured', {
      otherwise: 'workspaceNotReadable',
    });
  const tables = filledTables(ruleSet).map(({ table }) => table);
  const now = () => app.now();
  const [usage, readers] = await Promise.all([
    measure({ logs: app.logs, now }, found.value.customerId, tables),
    findReaders(app, workspace.resourceId),
  ]);
  if (!usage.ok)
    throw azureProblem(usage.trouble, 'The workspace cannot be measured', {
      otherwise: 'workspaceNotReadable',
    });
  const options = {
    ...thresholds,
    ...(pricePerGb === undefined ? {} : { pricePerGb }),
    ...(basicPricePerGb === undefined ? {} : { basicPricePerGb }),
  };
  const report: LeverReport = {
    ...proposeLevers(ruleSet, usage.value, readers, options),
    measuredAt: new Date(app.now()).toISOString(),
  };
  const before = await app.ledger.ruleSets.levers(ruleSet.id);
  await recordChange(app, 'rule-set', {
    ...{
      at: report.measuredAt,
      by: app.calledBy,
      message: `proposed cost levers for rule set ${ruleSet.id}`,
    },
    ...{ before: before === undefined ? null : proposal(before), after: proposal(report) },
  });
  await app.ledger.ruleSets.putLevers(report);
  return { status: 201, jsonBody: report };
});

function proposal({ measuredAt, levers }: LeverReport) {
  return { measuredAt, levers: levers.map(({ id }) => id) };
}

/** `GET /rulesets/{id}/levers`: the last proposal; as CSV the levers alone. */
export const getRuleSetLevers = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const { ruleSet } = await findRuleSet(app, request.params['id'] ?? '');
  const report = await app.ledger.ruleSets.levers(ruleSet.id);
  if (report === undefined)
    throw new Problem('leversNotFound', `Nobody asked for the levers of rule set "${ruleSet.id}" yet.`);
  if (wantsCsv(request)) return csvResponse(LEVER_COLUMNS, report.levers);
  return { headers: { vary: 'accept' }, jsonBody: report };
});

const LEVER_COLUMNS: readonly CsvColumn<Lever>[] = [
  { header: 'id', value: ({ id }) => id },
  { header: 'kind', value: ({ kind }) => kind },
  { header: 'table', value: ({ table }) => table },
  { header: 'gbPerDay', value: (lever) => lever.gbPerDay },
  { header: 'share', value: (lever) => lever.share },
  { header: 'moneyPerDay', value: ({ moneyPerDay }) => moneyPerDay },
  { header: 'guarded', value: ({ guarded }) => guarded },
  { header: 'readers', value: ({ readerCount }) => readerCount },
  { header: 'readersUnknown', value: ({ readersUnknown }) => readersUnknown },
  { header: 'lost', value: ({ lost }) => lost },
  { header: 'before', value: ({ before }) => before },
  { header: 'after', value: ({ after }) => after },
  { header: 'choice', value: ({ choice }) => JSON.stringify(choice) },
];
