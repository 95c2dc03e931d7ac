import { AgentPoliciesRequest } from '../../agent-policies.ts';
import { AgentPoliciesAnswer } from '../../answers/agent-policies.ts';
import { Digest, FleetHistory } from '../../answers/digest.ts';
import {
  DriftFindingPage,
  DriftPage,
  DriftPolicyAnswer,
  DriftRun,
  DriftStarted,
} from '../../answers/drift.ts';
import { StartRemedy } from '../../drift-remedies.ts';
import { FindingsQuery, SetDriftPolicy, StartDrift } from '../../drift-runs.ts';
import { DigestQuery, FleetQuery } from '../../fleet.ts';
import { ListQuery } from '../../schemas.ts';
import type { Operation } from '../operation.ts';
import { request } from '../requests.ts';

const path = { id: 'Id of the drift check; `latest` is the newest that completed.' };
const by = 'olive@contoso.example';

export const DRIFT_OPERATIONS = {
  postDrift: {
    tag: 'drift',
    summary: 'Run the drift check now',
    description:
      'Takes an inventory and compares it with what machines were migrated to and what rule sets deployed. Remedies only what the drift policy lets it.',
    body: request('StartDrift', StartDrift),
    example: { by },
    starts: true,
    answers: { 202: { what: 'It runs.', body: DriftStarted, headers: ['location'] } },
    problems: ['missingBy', 'driftActive'],
    flows: { visibility: 'important' },
  },
  listDrift: {
    tag: 'drift',
    summary: 'List drift checks',
    description: 'Newest first.',
    query: ListQuery,
    answers: { 200: { what: 'A page of checks.', body: DriftPage } },
    flows: { visibility: 'advanced' },
  },
  getDrift: {
    tag: 'drift',
    summary: 'Get a drift check',
    description: 'How it stands, what it found by code, and what can be done or was.',
    path,
    answers: { 200: { what: 'The check.', body: DriftRun, headers: ['retry-after'] } },
    problems: ['driftNotFound'],
    flows: { visibility: 'important' },
  },
  getDriftFindings: {
    tag: 'drift',
    summary: 'List what a drift check found',
    description:
      'Findings about no machine come first. A page may be short, even empty, while `next` is there.',
    path,
    query: FindingsQuery,
    answers: { 200: { what: 'A page of findings.', body: DriftFindingPage, csv: true, headers: ['x-next'] } },
    problems: ['driftNotFound'],
    flows: { visibility: 'advanced' },
  },
  startDriftRemedy: {
    tag: 'drift',
    summary: 'Start a remedy that a drift check proposes',
    description:
      'Waves go through the same stages, gates and approvals as any other. Only the newest check counts; what it took for implausible is in no remedy.',
    path: { ...path, remedy: 'Kind of the remedy, as the check names it.' },
    body: request('StartRemedy', StartRemedy),
    example: { by },
    starts: true,
    answers: { 202: { what: 'The check, with what was started.', body: DriftRun, headers: ['location'] } },
    problems: [
      ...(['driftNotFound', 'driftNotReady', 'driftOutdated', 'remedyNotFound', 'remedyRefused'] as const),
      ...(['missingBy', 'planNotFound', 'inventoryNotReady', 'inventoryNotFound', 'waveExists'] as const),
      ...(['inventoryTooOld', 'windowsOver', 'planRunActive', 'previousWaveNotCompleted'] as const),
      ...(['pilotLargerThanCap', 'tooManyWaves'] as const),
    ],
    flows: { visibility: 'advanced' },
  },
  getDriftPolicy: {
    tag: 'drift',
    summary: 'Get the drift policy',
    description: 'What the check may do by itself, when, and how much of it.',
    answers: { 200: { what: 'The policy.', body: DriftPolicyAnswer } },
  },
  postDriftPolicy: {
    tag: 'drift',
    summary: 'Set the drift policy',
    description:
      'Replaces the policy as a whole; what is not given is as by default, and by default nothing is remedied without a person.',
    body: request('SetDriftPolicy', SetDriftPolicy),
    example: {
      by: 'anna@contoso.example',
      reason: 'CHG0031337',
      policy: { automatic: ['amaFailed', 'associationMissing'], caps: { machines: 20 } },
    },
    answers: { 200: { what: 'The policy as it is now.', body: DriftPolicyAnswer } },
    problems: ['missingBy'],
  },
  getFleetHistory: {
    tag: 'drift',
    summary: 'Get the fleet by agent over time',
    description:
      'A point a day on which an inventory of the scope of the drift check was taken; the last of a day counts. Oldest first.',
    query: FleetQuery,
    answers: { 200: { what: 'The points.', body: FleetHistory, csv: true } },
    flows: { visibility: 'advanced' },
  },
  getDigest: {
    tag: 'drift',
    summary: 'Get the digest of a day or week',
    description:
      'Of the period that ended last: fleet, waves, holds, drift, and what is paid twice. One that was not made yet is as of now, and without what takes queries.',
    query: DigestQuery,
    answers: { 200: { what: 'The digest.', body: Digest } },
    flows: { visibility: 'important' },
  },
  postAgentPolicies: {
    tag: 'drift',
    summary: 'Assign policies for new machines',
    description:
      "Says which built-in policies would be assigned so that new machines get the agent and the deployed rules, with parameters, identities and the roles these need; or assigns them with `whatIf: false`. What is assigned for a rule that is no longer deployed is removed. The app gives no roles: each step has the commands. An approver's role is needed to assign.",
    body: request('AgentPoliciesRequest', AgentPoliciesRequest),
    example: {
      scope: '/subscriptions/11111111-1111-4111-8111-111111111111',
      ...{ location: 'westeurope', whatIf: true, by: 'anna@contoso.example' },
    },
    answers: { 200: { what: 'What would be assigned, or is.', body: AgentPoliciesAnswer } },
    problems: [
      'missingBy',
      'inventoryNotFound',
      'inventoryNotReady',
      'guardNameTaken',
      'azureRefused',
      'unavailable',
    ],
  },
} as const satisfies Record<string, Operation>;
