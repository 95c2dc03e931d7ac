import { z } from 'zod';
import type { MachineRecord as MachineRecordView } from '../../../shared/model/wave.ts';
import { answer, shape } from './answer.ts';
import { Outcome } from './outcome.ts';
import { Verdict } from './verdict.ts';
import { stage } from './vocabulary.ts';

export const Operation = shape(
  'Operation',
  z.strictObject({
    kind: z.enum([
      'putExtension',
      'deleteExtension',
      'runScript',
      'deleteScript',
      'startVm',
      'deallocateVm',
      'upgradeInstances',
    ]),
    extension: z
      .string()
      .describe(
        'Name of the extension or run command that is worked on; of the VM where it is started or stopped; ids of the instances that are upgraded.',
      ),
    url: z
      .string()
      .nullable()
      .describe(
        'Status address Azure gave, or null when the operation was found running and is followed by reading.',
      ),
    startedAt: z.string(),
  }),
);

/** What of a machine's removal is done, beside the extensions that are gone. */
export const RemovalProgress = shape(
  'RemovalProgress',
  z.strictObject({
    script: z
      .strictObject({
        schema: z.literal(1),
        action: z.enum(['remove', 'detach']),
        result: z
          .enum(['failed', 'removed', 'detached', 'absent', 'refused'])
          .describe('`absent`: there was nothing to do. `refused`: it must not be done.'),
        reason: z.string().describe('A word for what stood in the way; empty where nothing did.'),
        before: z.array(z.string()).describe('Ids of the workspaces the agent reported to before and after.'),
        after: z.array(z.string()),
      })
      .exactOptional()
      .describe('The last script that ended.'),
    scomFound: z
      .literal(true)
      .exactOptional()
      .describe('The script found a management group that no heartbeat had told of.'),
    startedVm: z
      .strictObject({
        at: z.string(),
        outcome: Outcome.nullable().describe(
          'How the stage ends once the VM is off again; null while it is needed.',
        ),
      })
      .exactOptional()
      .describe('The app started the VM, and has to deallocate it again.'),
  }),
);

/** An extension as it was before this app changed it. Protected settings are never among it: Azure does not tell them. */
export const ExtensionBefore = shape(
  'ExtensionBefore',
  z.strictObject({
    type: z.string(),
    name: z.string(),
    publisher: z.string(),
    version: z
      .string()
      .nullable()
      .describe(
        'Full where Azure tells what runs ("1.35.4.0"), else the short one that was asked for ("1.2").',
      ),
    settings: z
      .unknown()
      .describe('Public settings as ARM returns them; protected settings are never returned.'),
  }),
);

/** What undoing a wave on one machine takes: the state before, written before each change. */
export const MachineUndo = shape(
  'MachineUndo',
  z.strictObject({
    agent: z
      .strictObject({
        name: z.string(),
        before: ExtensionBefore.nullable(),
      })
      .exactOptional()
      .describe('Azure Monitor Agent: how it was, or null where this app installed it.'),
    associations: z.array(z.string()).exactOptional().describe('Names of associations this app created.'),
    legacy: z.array(ExtensionBefore).exactOptional().describe('Legacy extensions this app deleted.'),
    dependencyAgent: ExtensionBefore.exactOptional().describe(
      'The dependency agent before this app set it otherwise or deleted it.',
    ),
    detached: z
      .array(z.string())
      .exactOptional()
      .describe('Workspaces, as agents know them, that a script took the legacy agent off.'),
    manualInstall: z
      .literal(true)
      .exactOptional()
      .describe('A script removed a legacy agent that was installed by hand.'),
  }),
);

/** A change of a scale set's model that the app made, until every instance has it. */
export const ScaleSetWork = shape(
  'ScaleSetWork',
  z.strictObject({
    stage: z.enum([
      'install',
      'associate',
      'verify',
      'reverify',
      'uninstall',
      'confirm',
      'returnLegacy',
      'undoAssociate',
      'undoInstall',
    ]),
    phase: z
      .enum(['model', 'instances'])
      .describe(
        '`model`: the change of the model is under way. `instances`: the model has it, instances are getting it.',
      ),
    changedAt: z
      .string()
      .describe('When the change was started, ISO 8601: a rolling upgrade that began later carries it.'),
  }),
);

/** What is true now of one machine in one wave. */
export const MachineRecord = answer<MachineRecordView>()(
  'MachineRecord',
  z.strictObject({
    waveId: z.string(),
    batchId: z.string(),
    machineId: z.string(),
    outcomes: z.partialRecord(stage, Outcome),
    stageStarted: z
      .partialRecord(stage, z.string())
      .describe('When each stage was first looked at, ISO 8601: deadlines count from here.'),
    failures: z
      .partialRecord(stage, z.number())
      .describe('Operations of each stage that Azure reported as failed.'),
    operation: Operation.nullable().describe('The long-running operation in flight, if any.'),
    associatedAt: z.string().nullable().describe('When the rules were associated: data is judged from here.'),
    removedAt: z.string().nullable().describe('When the legacy agent was seen to be gone.'),
    verdict: Verdict.nullable(),
    legacyExtensions: z.array(z.string()).describe('Names of legacy extensions still to be deleted.'),
    removal: RemovalProgress.exactOptional().describe('Absent: nothing but extensions was touched.'),
    undo: MachineUndo.exactOptional().describe('What undoing this wave takes; absent: it changed nothing.'),
    claimedUntil: z
      .string()
      .exactOptional()
      .describe('A look that changes the machine has it until then, ISO 8601; others leave it alone.'),
    troubledSince: z
      .string()
      .exactOptional()
      .describe(
        'Since when looks came in time and all ended in trouble that passes, ISO 8601; absent when the last one did not.',
      ),
    scaleSet: ScaleSetWork.exactOptional().describe(
      'Scale sets only: the change whose way to the instances is followed.',
    ),
  }),
);
