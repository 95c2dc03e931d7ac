/** What a plan points out beside what blocks a machine: stable code and sentence. */
export const PLAN_WARNINGS = {
  emptyScope: 'The inventory holds no machine; take one with a wider scope or more permissions.',
  emptySelection: 'No machine of the inventory fits the selection, so the plan has no waves.',
  nothingReady:
    'None of the selected machines can be migrated, so the plan has no waves; the reasons are with the blocked machines.',
  pilotIncomplete:
    'The pilot is too small to try every combination of system, kind, region, workspaces and proxy profile.',
  tablesNotCovered:
    'Workspaces take in tables that none of the rules of these machines fills: when the legacy agent goes, they stop coming from them. Add rules, or be sure that nobody needs them.',
  metricsBehindProxy:
    'Machines behind a proxy or gateway get rules that send to Azure Monitor Metrics, which no proxy carries; open the metrics hosts for them directly.',
  presenceOnly:
    'The plan is content with rows that come (policy.verification.proof is presence): it would not notice that some of them are lost. That is for laboratories.',
  settingsUnused: 'Settings are given for waves that the plan does not have.',
  windowsTooShort: 'The work does not fit into the windows that are left; the last waves cannot end.',
  freezesOver: 'Freezes are over before the plan begins; they keep nothing from starting.',
  promotionTooLate:
    'By soaks, windows and waits the inventory will be too old for a later wave before that wave can begin, and it would be refused: shorten them, make fewer waves, or allow an older inventory.',
  deadlinesTooShort:
    'Deadlines end before what they wait for can be there, so machines would end failed or blocked.',
} as const satisfies Record<string, string>;

export type PlanWarningCode = keyof typeof PLAN_WARNINGS;

export interface PlanWarning {
  readonly code: PlanWarningCode;
  readonly text: string;
  /** Machines, combinations or waves concerned. */
  readonly count?: number;
  readonly detail?: string;
}

export function planWarning(
  code: PlanWarningCode,
  more: { count?: number; detail?: string } = {},
): PlanWarning {
  return { code, text: PLAN_WARNINGS[code], ...more };
}
