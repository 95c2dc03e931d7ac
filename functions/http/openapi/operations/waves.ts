import { z } from 'zod';
import { Wave } from '../../answers/wave.ts';
import {
  RollbackAnswer,
  VerdictPage,
  WaveList,
  WaveMachinePage,
  WaveStarted,
} from '../../answers/wave-pages.ts';
import {
  ApproveWave,
  ChangeWaveMachines,
  ListQuery,
  ResumeWave,
  RetryWave,
  StartPlannedWave,
  StartSelectedWave,
  WaveMachinesQuery,
  WithReason,
} from '../../schemas.ts';
import { RollbackWave } from '../../wave-rollback.ts';
import { PLANS, WAVES, wavesOfPlan } from '../choices.ts';
import type { Operation } from '../operation.ts';
import { request } from '../requests.ts';

const path = { id: 'Id of a wave.' };
const choices = { id: WAVES };
const after = { what: 'The wave after it.', body: Wave } as const;
const GONE = ['waveNotFound', 'missingBy'] as const;
const CLOSED = [...GONE, 'waveFinished', 'waveAborted'] as const;
const withReason = request('WithReason', WithReason);
const resume = request('Resume', ResumeWave);
const by = 'olive@contoso.example';
const why = { by, reason: 'CHG0031337 was approved' };

/** The handler chooses one of the two by the body. */
const StartWave = request(
  'StartWave',
  z.union([request('StartPlannedWave', StartPlannedWave), request('StartSelectedWave', StartSelectedWave)]),
);

export const WAVE_OPERATIONS = {
  postWave: {
    tag: 'waves',
    summary: 'Start a wave',
    description:
      'Starts one wave of a plan, or a wave of machines named in the request. With `dryRun` it looks at everything and changes nothing. Follow `Location`.',
    body: StartWave,
    example: { planId: '5f1c9a', wave: 0, dryRun: true, by },
    starts: true,
    answers: {
      202: {
        what: 'The wave has begun.',
        body: WaveStarted,
        headers: ['location'],
        example: { id: '5f1c9a-wave-0', planId: '5f1c9a', wave: 0 },
      },
    },
    problems: [
      'deskNotConfigured',
      'missingBy',
      'planNotFound',
      'waveNotInPlan',
      'emptySelection',
      'inventoryNotFound',
      'inventoryNotReady',
      'tooManyWaves',
      'pilotLargerThanCap',
      'waveExists',
      'planRunActive',
      'previousWaveNotCompleted',
      'inventoryTooOld',
      'windowsOver',
    ],
    flows: { visibility: 'important', choices: { planId: PLANS, wave: wavesOfPlan('body/planId') } },
  },
  listWaves: {
    tag: 'waves',
    summary: 'List waves',
    description: 'All waves with phase, message and counts.',
    answers: { 200: { what: 'The waves.', body: WaveList } },
    flows: { visibility: 'important' },
  },
  getWave: {
    tag: 'waves',
    summary: 'Get a wave',
    description:
      'How a wave stands: phase, a sentence that says why, holds, gates and counts of machines by stage. `Retry-After` says when another look is worth it.',
    path,
    answers: { 200: { what: 'The wave.', body: Wave, headers: ['retry-after'] } },
    problems: ['waveNotFound'],
    flows: { visibility: 'important', choices },
  },
  getWaveMachines: {
    tag: 'waves',
    summary: 'List machines of a wave',
    description:
      'What happened to each machine, stage by stage. Whole batches at a time, so a page may be longer than asked for.',
    path,
    query: WaveMachinesQuery,
    answers: { 200: { what: 'A page of machines.', body: WaveMachinePage } },
    problems: ['waveNotFound', 'detailsPurged'],
    flows: { visibility: 'important', choices },
  },
  getWaveVerdicts: {
    tag: 'verification',
    summary: 'List verdicts of a wave',
    description: 'What the proof by data says by table and workspace, with counts of machines.',
    path,
    query: ListQuery,
    answers: { 200: { what: 'A page of tables.', body: VerdictPage, csv: true, headers: ['x-next'] } },
    problems: ['waveNotFound', 'detailsPurged'],
    flows: { visibility: 'important', choices },
  },
  approveWave: {
    tag: 'waves',
    summary: 'Approve a wave',
    description:
      'Approves the gate the wave waits at. Each person counts once; approving twice changes nothing.',
    path,
    body: request('ApproveWave', ApproveWave),
    example: { by, gate: 'removal' },
    answers: { 200: after },
    problems: [
      ...CLOSED,
      'notAwaitingApproval',
      'ticketApproves',
      'requesterMayNotApprove',
      'rollbackRunning',
    ],
    flows: { visibility: 'important', choices },
  },
  holdWave: {
    tag: 'waves',
    summary: 'Hold a wave',
    description: 'Starts nothing new until somebody resumes it; machines in flight finish their stage.',
    path,
    body: withReason,
    example: why,
    answers: { 200: after },
    problems: CLOSED,
    flows: { visibility: 'important', choices },
  },
  resumeWave: {
    tag: 'waves',
    summary: 'Resume a wave',
    description:
      'Lifts every hold. Resuming over a failed gate or check is a decision of its own, and is recorded.',
    path,
    body: resume,
    example: why,
    answers: { 200: after },
    problems: [...CLOSED, 'notHeld', 'requesterMayNotApprove'],
    flows: { visibility: 'important', choices },
  },
  abortWave: {
    tag: 'waves',
    summary: 'Abort a wave',
    description: 'No new machine starts, those in flight finish their stage. It cannot be taken back.',
    path,
    body: withReason,
    example: why,
    answers: { 200: after },
    problems: [...CLOSED, 'rollbackRunning'],
    flows: { visibility: 'advanced', choices },
  },
  promoteWave: {
    tag: 'waves',
    summary: 'Promote a wave',
    description: 'Skips the rest of a soak; the removal gate is judged at once.',
    path,
    body: withReason,
    example: why,
    answers: { 200: after },
    problems: [...CLOSED, 'notSoaking', 'requesterMayNotApprove', 'rollbackRunning'],
    flows: { visibility: 'advanced', choices },
  },
  retryWave: {
    tag: 'waves',
    summary: 'Retry machines of a wave',
    description: 'Another try for machines that failed, are blocked or wait: those named, or all.',
    path,
    body: request('RetryWave', RetryWave),
    example: why,
    answers: { 200: after },
    problems: [...CLOSED, 'dryRunWave', 'nothingToRetry', 'machineNotInWave', 'rollbackRunning'],
    flows: { visibility: 'important', choices },
  },
  changeWaveMachines: {
    tag: 'waves',
    summary: 'Add or leave out machines',
    description:
      'Before the wave has begun with any machine: takes machines of later waves, or leaves some out.',
    path,
    body: request('ChangeWaveMachines', ChangeWaveMachines),
    example: {
      ...why,
      remove: [
        '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/app/providers/Microsoft.Compute/virtualMachines/web-01',
      ],
    },
    answers: { 200: after },
    problems: [...CLOSED, 'waveReachedMachines', 'machinesNotInPlan', 'rollbackRunning'],
  },
  rollbackWave: {
    tag: 'waves',
    summary: 'Roll back a wave',
    description:
      'Says what undoing the wave would do, or undoes it with `whatIf: false`. A rollback never promises that the legacy agent will deliver again.',
    path,
    body: request('RollbackWave', RollbackWave),
    example: { ...why, whatIf: true },
    answers: {
      200: { what: 'What would be undone; or the wave after it, with warnings.', body: RollbackAnswer },
    },
    problems: [
      ...GONE,
      'dryRunWave',
      'machineNotInWave',
      'rollbackRunning',
      'nothingToRollBack',
      'confirmationDiffers',
    ],
    flows: { visibility: 'advanced', choices },
  },
} as const satisfies Record<string, Operation>;
