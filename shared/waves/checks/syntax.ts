import type { Fault } from '../../model/faults.ts';
import type { PlanRequest } from '../../model/plan-request.ts';
import { items, loadKustoService } from '../../rules/blast-radius/kusto.ts';
import { placedChecks } from './placed.ts';

/** Errors of one text that are told. */
const SHOWN = 3;

/**
 * What is wrong with the KQL of a plan's checks, with the path. Only its syntax: which tables and columns there are
 * the workspace knows. The language service is loaded where there is a query to read, and nowhere else.
 */
export async function querySyntaxFaults(
  request: Pick<PlanRequest, 'policy' | 'waveSettings'>,
): Promise<Fault[]> {
  const all = placedChecks(request).flatMap(({ path, check }) =>
    check.kind === 'query' ? [{ path: `${path}.query`, query: check.query }] : [],
  );
  if (all.length === 0) return [];
  const { KustoCode, GlobalState } = await loadKustoService();
  return all.flatMap(({ path, query }) => {
    const prologue = 'let since = datetime(2026-01-01);\nlet until = datetime(2026-01-02);\n';
    const tree = KustoCode.ParseAndAnalyze(`${prologue}${query}`, GlobalState.Default);
    const errors = items(tree.GetSyntaxDiagnostics()).filter(({ Severity }) => Severity === 'Error');
    return errors.slice(0, SHOWN).map(({ Message }) => ({ path, message: `is no KQL: ${Message}` }));
  });
}
