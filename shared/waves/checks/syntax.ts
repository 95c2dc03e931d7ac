import type { Fault } from '../../model/faults.ts';
import type { PlanRequest } from '../../model/plan-request.ts';
import type { Policy } from '../../model/policy.ts';
import { items, loadKustoService } from '../../rules/blast-radius/kusto.ts';

/** Errors of one text that are told. */
const SHOWN = 3;

/**
 * What is wrong with the KQL of a plan's checks, with the path. Only its syntax: which tables and columns there are
 * the workspace knows. The language service is loaded where there is a query to read, and nowhere else.
 */
export async function querySyntaxFaults({
  policy,
  waveSettings,
}: Pick<PlanRequest, 'policy' | 'waveSettings'>): Promise<Fault[]> {
  const all = [
    ...queriesOf(policy.checks, 'policy.checks'),
    ...waveSettings.flatMap((line, i) =>
      queriesOf(line.policy.checks ?? [], `waveSettings[${i}].policy.checks`),
    ),
  ];
  if (all.length === 0) return [];
  const { KustoCode, GlobalState } = await loadKustoService();
  return all.flatMap(({ path, query }) => {
    const prologue = 'let since = datetime(2026-01-01);\nlet until = datetime(2026-01-02);\n';
    const tree = KustoCode.ParseAndAnalyze(`${prologue}${query}`, GlobalState.Default);
    const errors = items(tree.GetSyntaxDiagnostics()).filter(({ Severity }) => Severity === 'Error');
    return errors.slice(0, SHOWN).map(({ Message }) => ({ path, message: `is no KQL: ${Message}` }));
  });
}

function queriesOf(checks: Policy['checks'], path: string): { path: string; query: string }[] {
  return checks.flatMap((check, i) =>
    check.kind === 'query' ? [{ path: `${path}[${i}].query`, query: check.query }] : [],
  );
}
