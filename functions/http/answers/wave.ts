import { z } from 'zod';
import type { waveView } from '../wave-view.ts';
import { answer, shape } from './answer.ts';
import { Hold, Outcome } from './outcome.ts';
import { ConnectorUndone, UndoChoice, WorkspaceKey } from './rollback.ts';
import { Ticket } from './ticket.ts';
import { abort, phaseName, requester, stage, waveStep, word } from './vocabulary.ts';

export const WaveTotals = shape(
  'WaveTotals',
  z.strictObject({
    machines: z.number(),
    inFlight: z.number(),
    verified: z.number(),
    failed: z.number(),
    notUndone: z
      .number()
      .exactOptional()
      .describe('Machines of which a rollback could not undo something; absent: none.'),
  }),
);

/** Whether a change may start; `opensAt` is null when there is no time for it any more. */
export const WindowState = shape(
  'WindowState',
  z.union([
    z.strictObject({
      open: z.literal(true),
    }),
    z.strictObject({
      open: z.literal(false),
      opensAt: z.string().nullable(),
      frozenBy: z.string().exactOptional().describe('Name of the freeze that is on.'),
      detail: z.string().exactOptional().describe('Why not, where it is more than a closed window.'),
    }),
  ]),
);

/** Machines of one kind in one cell; kinds are kept apart because their requests cost differently. */
export const WaveCell = shape(
  'WaveCell',
  z.strictObject({
    cell: z.string(),
    kind: z.enum(['scaleSet', 'azureVm', 'arcServer']),
    batches: z.number(),
    machines: z.number(),
    batchSize: z.number().describe('Machines of a full batch; the last one may have fewer.'),
  }),
);

export const Approval = shape(
  'Approval',
  z.strictObject({
    gate: z.enum(['start', 'removal']),
    ...word,
    at: z.string(),
    via: z.literal('ticket').exactOptional().describe('Where it came from; absent: by a call of the API.'),
  }),
);

export const GateResult = shape(
  'GateResult',
  z.strictObject({
    gate: z.literal('removal'),
    result: z.enum(['pass', 'fail', 'inconclusive']),
    at: z.string(),
    message: z.string(),
  }),
);

export const ConnectorResult = shape(
  'ConnectorResult',
  z.strictObject({
    workspaceId: z.string(),
    outcome: Outcome,
    dependents: z
      .number()
      .describe('Machines that still depend on legacy collection; the list itself is in the audit trail.'),
    at: z.string(),
  }),
);

/** How a check came out. `error`: it could not be asked. Only `pass` lets a wave go on. */
export const CheckResult = shape(
  'CheckResult',
  z.strictObject({
    name: z.string(),
    kind: z.enum(['heartbeats', 'installFailures', 'verdicts', 'timeInStage', 'query', 'http']),
    result: z.enum(['error', 'pass', 'fail', 'inconclusive']),
    message: z.string().describe('One sentence with the numbers.'),
    at: z.string(),
    enforced: z.boolean(),
  }),
);

/** A soak that somebody ended early. */
export const Promotion = shape(
  'Promotion',
  z.strictObject({
    by: z.string(),
    at: z.string(),
    reason: z.string(),
    soakUntil: z.string().describe('When the soak would have ended.'),
  }),
);

/** Another try for machines that failed, were blocked or wait. */
export const Retry = shape(
  'Retry',
  z.strictObject({
    by: z.string(),
    at: z.string(),
    reason: z.string(),
    machineIds: z.array(z.string()).nullable().describe('Normalised; null: all that did not succeed.'),
    from: waveStep.describe('Where the wave stood when it was asked for.'),
    preparedAt: z.string().nullable().describe('When their records were reset; null: not yet.'),
    machines: z.number().nullable().describe('How many were; null: not yet.'),
  }),
);

export const Wave = answer<Awaited<ReturnType<typeof waveView>>>()(
  'Wave',
  z.strictObject({
    totals: WaveTotals,
    counts: z.partialRecord(
      stage,
      z.strictObject({
        done: z.number().exactOptional(),
        alreadyDone: z.number().exactOptional(),
        skipped: z.number().exactOptional(),
        waiting: z.number().exactOptional(),
        blocked: z.number().exactOptional(),
        failed: z.number().exactOptional(),
      }),
    ),
    window: WindowState.exactOptional(),
    message: z.string(),
    phase: phaseName,
    rollback: z
      .strictObject({
        machines: z.union([z.string(), z.number()]),
        at: z.string(),
        by: z.string(),
        reason: z.string(),
        undo: UndoChoice,
        confirmation: z
          .string()
          .nullable()
          .describe(
            'The text of the what-if, repeated: machines may be left without an agent that is heard.',
          ),
        workspaceKeys: z.array(WorkspaceKey),
        preparedAt: z
          .string()
          .nullable()
          .describe('When leases and records of the machines were ready; null before.'),
        connectors: z.array(ConnectorUndone),
        finishedAt: z.string().nullable(),
      })
      .exactOptional(),
    id: z.string(),
    planId: z.string(),
    index: z.number(),
    dryRun: z.boolean(),
    ...requester,
    createdAt: z.string(),
    startAt: z.string().nullable().exactOptional().describe('When it starts; null or absent: at once.'),
    machineCount: z.number(),
    step: waveStep,
    cells: z
      .array(WaveCell)
      .describe('Cells in order with their number of batches; empty until the wave is prepared.'),
    holds: z.array(Hold),
    resumedAt: z
      .string()
      .nullable()
      .describe('When the last hold was lifted: deadlines count from there at the earliest.'),
    approvals: z.array(Approval),
    abort: abort.nullable(),
    soakUntil: z
      .string()
      .nullable()
      .describe('End of the soak before the removal gate, set when deployment ends.'),
    gates: z.array(GateResult),
    connectors: z.array(ConnectorResult),
    finishedAt: z.string().nullable(),
    checks: z
      .array(CheckResult)
      .exactOptional()
      .describe('How each check came out last; absent: none was asked.'),
    overruled: z.array(z.string()).exactOptional().describe('Checks that somebody resumed the wave over.'),
    promotions: z.array(Promotion).exactOptional().describe('Soaks that were cut short.'),
    retry: Retry.exactOptional().describe(
      'Machines that are tried again; the last one, absent: none was asked for.',
    ),
    excluded: z
      .array(z.string())
      .exactOptional()
      .describe(
        'Machines of its plan that it leaves out, and some of later waves that it takes; absent: none.',
      ),
    added: z.array(z.string()).exactOptional(),
    ticket: Ticket.exactOptional().describe('Its change at the ticket desk; absent: its plan asks for none.'),
    detailsPurgedAt: z
      .string()
      .exactOptional()
      .describe('When what was kept of its machines was deleted for its age; absent: it is there.'),
  }),
);
