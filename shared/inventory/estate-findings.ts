import type { EstateFinding, FindingCode } from '../model/findings.ts';
import type { Rule, Workspace } from '../model/machine.ts';
import type { ReadProblem } from './dependencies.ts';
import type { AutoProvisioning } from './gateway.ts';
import { ROLES } from './permissions.ts';
import { quoted } from './policy-findings.ts';
import type { GraphRow } from './queries/graph.ts';
import type { PermissionGap } from './read-subscriptions.ts';
import { serviceOfTable, solutionAdvice } from './solutions.ts';
import type { Totals } from './totals.ts';

/** What a workspace's own records say: who uses it, what depends on the legacy agent. Pure. */
export function workspaceFindings(
  workspace: Workspace,
  totals: Pick<Totals, 'strangers'>,
  unmanaged: number,
): EstateFinding[] {
  const subject = { kind: 'workspace', id: workspace.id } as const;
  const found: EstateFinding[] = [];
  for (const product of workspace.solutions) {
    const advice = solutionAdvice(product);
    if (/securityinsights$/i.test(product)) found.push({ code: 'sentinelWorkspace', subject });
    else if (advice?.dependsOnLegacyAgent === true)
      found.push({ code: 'solutionOnLegacy', subject, detail: `${advice.title}: ${advice.successor}` });
  }
  found.push(...useFindings(workspace, subject));
  if (unmanaged > 0) found.push({ code: 'unmanagedMachines', subject, detail: `${unmanaged} machines` });
  const strangers = totals.strangers[workspace.id];
  if (strangers !== undefined) {
    const named = strangers.ids.slice(0, 5).join(', ');
    found.push({ code: 'deletedMachinesHeard', subject, detail: `${strangers.count} ids, such as ${named}` });
  }
  return found;
}

function useFindings({ use }: Workspace, subject: EstateFinding['subject']): EstateFinding[] {
  if (use === null) return [];
  const found: EstateFinding[] = [];
  const tables = new Map<FindingCode, string[]>();
  for (const { table } of use.tables) {
    const code = serviceOfTable(table);
    if (code !== undefined) tables.set(code, [...(tables.get(code) ?? []), table]);
  }
  for (const [code, names] of tables) found.push({ code, subject, detail: names.join(', ') });
  const { legacy, ama, scom } = use.agents;
  if (use.tables.length === 0 && legacy + ama + scom + use.legacyMachines === 0)
    found.push({ code: 'workspaceUnused', subject });
  if (legacy > 0 && ama > 0)
    found.push({
      code: 'bothAgentsWrite',
      subject,
      detail: `${legacy} machines by the legacy agent, ${ama} by Azure Monitor Agent`,
    });
  return found;
}

/** Rules that no proxy can serve. */
export function ruleFindings(rules: readonly Rule[]): EstateFinding[] {
  return rules
    .filter(({ metrics }) => metrics)
    .map(({ id }) => ({ code: 'metricsDestination', subject: { kind: 'rule', id } }));
}

/** What Defender for Cloud does in a subscription, and what the app may not do there. */
export function subscriptionFindings(rows: {
  readonly autoProvisioning: readonly (AutoProvisioning & { readonly subscriptionId: string })[];
  readonly defenderPlans: readonly GraphRow<'defenderPlans'>[];
  readonly gaps: readonly PermissionGap[];
}): EstateFinding[] {
  const subject = (id: string) => ({ kind: 'subscription', id: `/subscriptions/${id}` }) as const;
  const on = rows.autoProvisioning.filter((setting) => setting.on);
  const plans = rows.defenderPlans.filter(({ tier }) => /^standard$/i.test(tier ?? ''));
  return [
    ...on.map(({ name, subscriptionId }) => ({
      code: 'defenderAutoProvisioning' as const,
      subject: subject(subscriptionId),
      detail: name,
      fix: `az security auto-provisioning-setting update --name ${quoted(name)} --auto-provision Off --subscription ${quoted(subscriptionId)}`,
    })),
    ...plans.map(({ name, plan, subscriptionId }) => ({
      code: /^sqlservervirtualmachines$/i.test(name)
        ? ('defenderForSql' as const)
        : ('defenderForServers' as const),
      subject: subject(subscriptionId.toLowerCase()),
      ...(plan ? { detail: plan } : {}),
    })),
    ...rows.gaps.map(({ scope, missing }) => ({
      code: 'permissionMissing' as const,
      subject: { kind: 'subscription' as const, id: scope },
      detail: `lacks ${missing.join(', ')}; the roles ${ROLES} give them`,
    })),
  ];
}

const PROBLEM_CODES: Readonly<Record<ReadProblem['kind'], FindingCode>> = {
  workspace: 'workspaceUnread',
  customLogs: 'customLogsUnread',
  permissions: 'permissionsUnread',
  locks: 'locksUnread',
  guestAgents: 'permissionsUnread',
  autoProvisioning: 'permissionsUnread',
  oddRow: 'rowsSetAside',
  scope: 'scopeNotVisible',
};

/** What could not be read, or not be understood. */
export function problemFindings(problems: readonly ReadProblem[]): EstateFinding[] {
  return problems.map(({ kind, id, reason }) => ({
    code: PROBLEM_CODES[kind],
    subject: {
      kind: isOfWorkspace(kind) ? 'workspace' : kind === 'oddRow' ? 'estate' : 'subscription',
      id: isOfWorkspace(kind) || kind === 'oddRow' ? id : `/subscriptions/${id}`,
    },
    detail: kind === 'guestAgents' || kind === 'autoProvisioning' ? `${kind}: ${reason}` : reason,
  }));
}

function isOfWorkspace(kind: ReadProblem['kind']): boolean {
  return kind === 'workspace' || kind === 'customLogs';
}

/** What concerns the estate as a whole. */
export function estateFindings(totals: Totals): EstateFinding[] {
  const subject = { kind: 'estate', id: 'estate' } as const;
  return [
    ...(totals.duplicates > 0
      ? [{ code: 'duplicateIds' as const, subject, detail: `${totals.duplicates} rows` }]
      : []),
    ...(totals.linux > 0 ? [{ code: 'telegrafNotSeen' as const, subject }] : []),
  ];
}
