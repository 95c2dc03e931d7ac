import { PlanRequest } from '../../../../shared/model/plan-request.ts';
import { Plan } from '../../answers/plan.ts';
import {
  BlockedPage,
  PlannedMachinePage,
  PlanPage,
  PlanRunList,
  PlanRunStarted,
} from '../../answers/plan-pages.ts';
import { PlanRun } from '../../answers/plan-run.ts';
import { PlanPageQuery } from '../../plan-parts.ts';
import { ListQuery, ResumeWave, StartPlanRun, WithReason } from '../../schemas.ts';
import { INVENTORIES, PLANS, RUNS, wavesOfPlan } from '../choices.ts';
import type { Operation } from '../operation.ts';
import { request } from '../requests.ts';

const PLAN = 'Id of a plan.';
const path = { id: PLAN };
const inRun = { id: PLAN, runId: 'Id of a run of the plan.' };
const RUN_GONE = ['planNotFound', 'planRunNotFound'] as const;
const CLOSED = ['missingBy', 'changedMeanwhile', 'runFinished', ...RUN_GONE] as const;
const run = { what: 'The run after it.', body: PlanRun } as const;
const ofRun = { id: PLANS, runId: RUNS };
const withReason = request('WithReason', WithReason);
const resume = request('Resume', ResumeWave);
const why = { by: 'olive@contoso.example', reason: 'CHG0031337 was approved' };

export const PLAN_OPERATIONS = {
  postPlan: {
    tag: 'plans',
    summary: 'Make a plan',
    description:
      'Computes waves from an inventory: a pilot, then growing cohorts, each with its gates and windows. It changes no machine. Equal request and inventory give the same plan.',
    body: request('PlanRequest', PlanRequest),
    example: { name: 'autumn', cohorts: { pilotSize: 10 }, policy: { soakSeconds: 86_400 } },
    starts: true,
    answers: { 201: { what: 'The plan.', body: Plan, headers: ['location'] } },
    problems: ['inventoryNotFound', 'inventoryNotReady', 'tooManyWaves', 'pilotLargerThanCap'],
    flows: { visibility: 'important', choices: { inventoryId: INVENTORIES } },
  },
  listPlans: {
    tag: 'plans',
    summary: 'List plans',
    description: 'Newest first, without their waves.',
    query: ListQuery,
    answers: { 200: { what: 'A page of plans.', body: PlanPage } },
    flows: { visibility: 'advanced' },
  },
  getPlan: {
    tag: 'plans',
    summary: 'Get a plan',
    description: 'Waves with forecasts, counts, warnings, and the first of the machines it leaves out.',
    path,
    answers: { 200: { what: 'The plan.', body: Plan } },
    problems: ['planNotFound'],
    flows: { visibility: 'important', choices: { id: PLANS } },
  },
  getPlanBlocked: {
    tag: 'plans',
    summary: 'List machines a plan leaves out',
    description: 'Each with every reason, what to do, and who must act.',
    path,
    query: PlanPageQuery,
    answers: { 200: { what: 'A page of machines.', body: BlockedPage, csv: true, headers: ['x-next'] } },
    problems: ['planNotFound'],
    flows: { visibility: 'advanced', choices: { id: PLANS } },
  },
  getPlanWaveMachines: {
    tag: 'plans',
    summary: 'List machines of a planned wave',
    description: 'What the plan will do to each machine of a wave.',
    path: { id: PLAN, wave: 'Number of the wave in its plan; the pilot is 0.' },
    query: PlanPageQuery,
    answers: {
      200: { what: 'A page of machines.', body: PlannedMachinePage, csv: true, headers: ['x-next'] },
    },
    problems: ['planNotFound', 'waveNotInPlan'],
    flows: { visibility: 'advanced', choices: { id: PLANS, wave: wavesOfPlan('id') } },
  },
  postPlanRun: {
    tag: 'plans',
    summary: 'Run a plan',
    description: 'Starts the waves of a plan one after the other, each when its policy lets it.',
    path,
    body: request('StartPlanRun', StartPlanRun),
    example: { by: 'olive@contoso.example', startAt: '2026-12-05T22:00:00+01:00' },
    starts: true,
    answers: { 202: { what: 'The run has begun.', body: PlanRunStarted, headers: ['location'] } },
    problems: [
      'missingBy',
      'planNotFound',
      'planRunActive',
      'waveNotCompleted',
      'previousWaveNotCompleted',
      'inventoryTooOld',
      'windowsOver',
      'nothingToRun',
    ],
    flows: { visibility: 'important', choices: { id: PLANS } },
  },
  listPlanRuns: {
    tag: 'plans',
    summary: 'List runs of a plan',
    description: 'All of them, in the order they were started.',
    path,
    answers: { 200: { what: 'The runs.', body: PlanRunList } },
    problems: ['planNotFound'],
    flows: { visibility: 'advanced', choices: { id: PLANS } },
  },
  getPlanRun: {
    tag: 'plans',
    summary: 'Get a run of a plan',
    description: 'How it stands, and the wave it is at. `Retry-After` says when to look again.',
    path: inRun,
    answers: { 200: { what: 'The run.', body: PlanRun, headers: ['retry-after'] } },
    problems: RUN_GONE,
    flows: { visibility: 'important', choices: ofRun },
  },
  promotePlanRun: {
    tag: 'plans',
    summary: 'Promote a run',
    description:
      'Lets the run go on to its next wave now, whatever the plan says of waiting and of failed machines.',
    path: inRun,
    body: withReason,
    example: why,
    answers: { 200: run },
    problems: [...CLOSED, 'runAborted', 'runHeld', 'waveNotCompleted', 'requesterMayNotApprove'],
    flows: { visibility: 'advanced', choices: ofRun },
  },
  holdPlanRun: {
    tag: 'plans',
    summary: 'Hold a run',
    description: 'Starts no further wave, and holds the one it is at.',
    path: inRun,
    body: withReason,
    example: why,
    answers: { 200: run },
    problems: [...CLOSED, 'runAborted'],
    flows: { visibility: 'important', choices: ofRun },
  },
  resumePlanRun: {
    tag: 'plans',
    summary: 'Resume a run',
    description: 'Lifts the holds of the run and those it passed on to its wave.',
    path: inRun,
    body: resume,
    example: why,
    answers: { 200: run },
    problems: [...CLOSED, 'runAborted', 'notHeld'],
    flows: { visibility: 'important', choices: ofRun },
  },
  abortPlanRun: {
    tag: 'plans',
    summary: 'Abort a run',
    description:
      'Starts no further wave, and aborts the one it is at: machines in flight finish their stage.',
    path: inRun,
    body: withReason,
    example: why,
    answers: { 200: run },
    problems: CLOSED,
    flows: { visibility: 'advanced', choices: ofRun },
  },
} as const satisfies Record<string, Operation>;
