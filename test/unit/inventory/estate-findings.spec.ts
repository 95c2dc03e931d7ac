import { describe, expect, it } from 'vitest';
import {
  estateFindings,
  problemFindings,
  ruleFindings,
  subscriptionFindings,
  workspaceFindings,
} from '../../../shared/inventory/estate-findings.ts';
import { emptyTotals } from '../../../shared/inventory/totals.ts';
import { FINDINGS } from '../../../shared/model/findings.ts';
import type { Workspace, WorkspaceUse } from '../../../shared/model/machine.ts';
import { aRule, at, aWorkspace, SUB, WORKSPACE_ID } from '../../support/builders.ts';

const table = (name: string) => ({ table: name, billable: true, megabytesPerDay: 1, lastSeen: at(0) });
const use = (changes: Partial<WorkspaceUse> = {}): WorkspaceUse => ({
  tables: [table('Event')],
  agents: { legacy: 1, ama: 0, scom: 0 },
  legacyMachines: 0,
  ...changes,
});
const found = (workspace: Partial<Workspace>, unmanaged = 0, totals = emptyTotals()) =>
  workspaceFindings(aWorkspace({ use: use(), ...workspace }), totals, unmanaged);
const brief = (findings: ReturnType<typeof found>) => findings.map(({ code, detail }) => [code, detail]);

describe('workspaceFindings', () => {
  it.each<[string, Partial<Workspace>, readonly unknown[]]>([
    ['nothing to say', {}, []],
    ['unread', { use: null }, []],
    [
      'unused',
      { use: use({ tables: [], agents: { legacy: 0, ama: 0, scom: 0 } }) },
      [['workspaceUnused', undefined]],
    ],
    ['silent with an agent', { use: use({ tables: [] }) }, []],
    [
      'silent with an agent set to it',
      { use: use({ tables: [], agents: { legacy: 0, ama: 0, scom: 0 }, legacyMachines: 1 }) },
      [],
    ],
    ['filled by no agent', { use: use({ agents: { legacy: 0, ama: 0, scom: 0 } }) }, []],
    [
      'both agents',
      { use: use({ agents: { legacy: 3, ama: 2, scom: 0 } }) },
      [['bothAgentsWrite', '3 machines by the legacy agent, 2 by Azure Monitor Agent']],
    ],
    [
      'tables of services',
      { use: use({ tables: ['W3CIISLog', 'A_CL', 'b_cl', 'VMConnection', 'Perf'].map(table) }) },
      [
        ['iisLogs', 'W3CIISLog'],
        ['customLogs', 'A_CL, b_cl'],
        ['vmInsightsData', 'VMConnection'],
      ],
    ],
    ['Sentinel', { solutions: ['SecurityInsights'] }, [['sentinelWorkspace', undefined]]],
    [
      'a solution that depends',
      { solutions: ['Updates'] },
      [['solutionOnLegacy', expect.stringMatching(/^Update Management: /)]],
    ],
    ['a solution that does not', { solutions: ['ContainerInsights', 'Contoso'] }, []],
  ])('%s', (_, workspace, expected) => {
    expect(brief(found(workspace))).toEqual(expected);
    for (const { subject } of found(workspace))
      expect(subject).toEqual({ kind: 'workspace', id: WORKSPACE_ID });
  });

  it('tells of unmanaged machines and of strangers, five by id', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const totals = {
      ...emptyTotals(),
      strangers: { [WORKSPACE_ID]: { ids, count: 40 }, other: { ids, count: 1 } },
    };
    expect(brief(found({}, 2, totals))).toEqual([
      ['unmanagedMachines', '2 machines'],
      ['deletedMachinesHeard', '40 ids, such as a, b, c, d, e'],
    ]);
  });
});

it('rules that send to Azure Monitor Metrics', () => {
  expect(ruleFindings([aRule(), aRule({ name: 'm', metrics: true })])).toEqual([
    { code: 'metricsDestination', subject: { kind: 'rule', id: aRule({ name: 'm' }).id } },
  ]);
});

describe('subscriptionFindings', () => {
  const none = { autoProvisioning: [], defenderPlans: [], gaps: [] };
  const subject = { kind: 'subscription', id: `/subscriptions/${SUB}` };
  const plan = (name: string, tier: string | null, more: string | null = null) => ({
    id: name,
    name,
    subscriptionId: SUB.toUpperCase(),
    tier,
    plan: more,
  });

  it('gives the command that turns provisioning off, in quotes', () => {
    const setting = (name: string, on: boolean) => ({ name, on, subscriptionId: SUB });
    const findings = subscriptionFindings({
      ...none,
      autoProvisioning: [setting('default', true), setting('other', false), setting("a'; rm -rf /", true)],
    });
    expect(findings).toEqual([
      {
        code: 'defenderAutoProvisioning',
        subject,
        detail: 'default',
        fix: `az security auto-provisioning-setting update --name 'default' --auto-provision Off --subscription '${SUB}'`,
      },
      expect.objectContaining({ fix: expect.stringContaining(`--name 'a'\\''; rm -rf /' `) }),
    ]);
  });

  it('knows the plans of Defender that are paid for', () => {
    const defenderPlans = [
      plan('VirtualMachines', 'Standard', 'P2'),
      plan('SqlServerVirtualMachines', 'standard'),
      plan('VirtualMachines', 'Free'),
      plan('VirtualMachines', null),
    ];
    expect(subscriptionFindings({ ...none, defenderPlans })).toEqual([
      { code: 'defenderForServers', subject, detail: 'P2' },
      { code: 'defenderForSql', subject },
    ]);
  });

  it('names what is missing where, and the roles that give it', () => {
    const scope = `/subscriptions/${SUB}/resourcegroups/rg`;
    expect(subscriptionFindings({ ...none, gaps: [{ scope, missing: ['a/read', 'b/write'] }] })).toEqual([
      {
        code: 'permissionMissing',
        subject: { kind: 'subscription', id: scope },
        detail: expect.stringMatching(/^lacks a\/read, b\/write; .*Virtual Machine Contributor/),
      },
    ]);
  });
});

it.each([
  ['workspace', 'workspaceUnread', 'workspace', 'x', 'no'],
  ['permissions', 'permissionsUnread', 'subscription', '/subscriptions/x', 'no'],
  ['locks', 'locksUnread', 'subscription', '/subscriptions/x', 'no'],
  ['guestAgents', 'permissionsUnread', 'subscription', '/subscriptions/x', 'guestAgents: no'],
  ['autoProvisioning', 'permissionsUnread', 'subscription', '/subscriptions/x', 'autoProvisioning: no'],
  ['oddRow', 'rowsSetAside', 'estate', 'x', 'no'],
] as const)('a problem with %s is %s', (kind, code, subject, id, detail) => {
  expect(problemFindings([{ kind, id: 'x', reason: 'no' }])).toEqual([
    { code, subject: { kind: subject, id }, detail },
  ]);
  expect(FINDINGS[code].text).not.toBe('');
});

it.each([
  [{}, []],
  [{ duplicates: 2 }, [['duplicateIds', '2 rows']]],
  [{ linux: 1 }, [['telegrafNotSeen', undefined]]],
])('the estate with %j', (totals, expected) => {
  expect(brief(estateFindings({ ...emptyTotals(), ...totals }))).toEqual(expected);
});
