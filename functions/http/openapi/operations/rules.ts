import { BLOCKERS } from '../../../../shared/rules/migrate-table/model.ts';
import { BlastRadius } from '../../answers/blast-radius.ts';
import { DeployIntents, Deployment } from '../../answers/deployment.ts';
import { LeverReport } from '../../answers/levers.ts';
import { OneRuleSet, RuleSetPage, RuleSetsMade } from '../../answers/rule-set.ts';
import { TableMigration } from '../../answers/table-migration.ts';
import { BlastRadiusQuery } from '../../ruleset-blast-radius.ts';
import { DeployRequest } from '../../ruleset-deploy.ts';
import { LeversRequest } from '../../ruleset-levers.ts';
import { ConvertRequest } from '../../rulesets.ts';
import { ListQuery } from '../../schemas.ts';
import { MigrateTableRequest } from '../../tables.ts';
import { RULE_SETS } from '../choices.ts';
import type { Operation } from '../operation.ts';
import { request } from '../requests.ts';

const path = { id: 'Id of a rule set.' };
const choices = { id: RULE_SETS };
const AZURE = ['ruleSetNotFound', 'workspaceNotReadable', 'unavailable'] as const;
const by = 'olive@contoso.example';
const workspaceId =
  '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/security';

export const RULE_OPERATIONS = {
  postRuleSets: {
    tag: 'rules',
    summary: 'Convert workspace settings',
    description:
      'Reads what workspaces tell legacy agents to collect, and gives data collection rules with a report of what would be lost. It changes nothing in Azure.',
    body: request('ConvertRequest', ConvertRequest),
    example: { workspaceIds: [workspaceId] },
    starts: true,
    answers: { 201: { what: 'The rule sets.', body: RuleSetsMade } },
    problems: ['workspaceNotReadable', 'unavailable'],
    flows: { visibility: 'advanced' },
  },
  listRuleSets: {
    tag: 'rules',
    summary: 'List rule sets',
    description: 'What was converted, newest first, without the rules.',
    query: ListQuery,
    answers: { 200: { what: 'A page of rule sets.', body: RuleSetPage } },
    flows: { visibility: 'advanced' },
  },
  getRuleSet: {
    tag: 'rules',
    summary: 'Get a rule set',
    description: 'Rules, losses and explanations; as CSV the losses alone.',
    path,
    answers: { 200: { what: 'The rule set.', body: OneRuleSet, csv: true } },
    problems: ['ruleSetNotFound'],
    flows: { visibility: 'advanced', choices },
  },
  getRuleSetBicep: {
    tag: 'rules',
    summary: 'Get a rule set as Bicep',
    description: 'All rules as one file.',
    path,
    answers: { 200: { what: 'The file.', text: true } },
    problems: ['ruleSetNotFound'],
  },
  getRuleSetBlastRadius: {
    tag: 'rules',
    summary: 'See who reads what changes',
    description:
      'Analytics rules, alert rules, saved searches and workbooks that read what differs once the rule set collects. Read from Azure at every call.',
    path,
    query: BlastRadiusQuery,
    answers: { 200: { what: 'Changes with their readers.', body: BlastRadius, csv: true } },
    problems: AZURE,
  },
  postRuleSetDeploy: {
    tag: 'rules',
    summary: 'Deploy a rule set',
    description:
      'Says what would change in Azure, or changes it with `whatIf: false`. It writes only what differs, so a repeated call goes on where the one before stopped.',
    path,
    body: request('DeployRequest', DeployRequest),
    example: { whatIf: false, by },
    answers: {
      200: { what: 'What would change, or that all is there.', body: Deployment },
      202: { what: 'The same call again goes on.', body: Deployment, headers: ['retry-after'] },
    },
    problems: [...AZURE, 'missingBy', 'ruleSetConflicts', 'azureRefused'],
    result: Deployment,
    flows: { visibility: 'advanced', choices },
  },
  getRuleSetDeployments: {
    tag: 'rules',
    summary: 'List what was deployed',
    description: 'What was written or about to be, by whom, and what it replaced.',
    path,
    answers: { 200: { what: 'In order of time.', body: DeployIntents } },
    problems: ['ruleSetNotFound'],
  },
  postRuleSetLevers: {
    tag: 'rules',
    summary: 'Propose cost levers',
    description:
      'Measures the workspace and proposes what could be left out. It changes nothing in Azure and nothing in the rule set.',
    path,
    body: request('LeversRequest', LeversRequest),
    example: { pricePerGb: 2.3 },
    answers: { 201: { what: 'The proposal.', body: LeverReport } },
    problems: AZURE,
  },
  getRuleSetLevers: {
    tag: 'rules',
    summary: 'Get the last proposal of levers',
    description: 'As CSV the levers alone.',
    path,
    answers: { 200: { what: 'The proposal.', body: LeverReport, csv: true } },
    problems: ['ruleSetNotFound', 'leversNotFound'],
  },
  postTableMigration: {
    tag: 'rules',
    summary: 'Migrate a classic table',
    description:
      'Says what the migration of a classic custom table would mean, or migrates it with `whatIf: false` and the confirmation. It cannot be undone, and nothing forces it.',
    body: request('MigrateTableRequest', MigrateTableRequest),
    example: { workspaceId, table: 'App_CL' },
    answers: {
      200: { what: 'What it would mean, or the migrated table.', body: TableMigration },
      202: { what: 'Azure is at it; call again.', body: TableMigration, headers: ['retry-after'] },
    },
    problems: ['missingBy', 'confirmationDiffers', ...BLOCKERS, 'azureRefused', 'unavailable'],
  },
} as const satisfies Record<string, Operation>;
