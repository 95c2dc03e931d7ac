import type { DriftFinding, DriftRun } from '../../shared/model/drift.ts';
import { driftDefinition } from '../../shared/model/drift-codes.ts';

/** A run as the API shows it. */
export function driftView(run: DriftRun) {
  const { startKey: _, step, ...shown } = run;
  return { ...shown, phase: step.phase, links: { findings: `/api/drift/${run.id}/findings` } };
}

/** A finding with what its code means for a person. */
export function driftFindingView(finding: DriftFinding) {
  const { severity, text, action, needs } = driftDefinition(finding.code);
  return { ...finding, severity, text, action, needs };
}
