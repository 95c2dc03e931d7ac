import { z } from 'zod';
import { page, shape } from './answer.ts';
import { Outcome } from './outcome.ts';
import { PlannedMachine } from './plan-machines.ts';
import { MachineRecord } from './record.ts';
import { RollbackPreview } from './rollback.ts';
import { TableVerdicts, WorkspaceVerdicts } from './verdicts.ts';
import { stage } from './vocabulary.ts';
import { Wave } from './wave.ts';

const warnings = z.array(z.strictObject({ code: z.string(), text: z.string() }));

export const WaveStarted = shape(
  'WaveStarted',
  z.strictObject({
    id: z.string(),
    planId: z.string(),
    wave: z.int(),
    warnings: warnings.exactOptional(),
  }),
);
export const WaveList = shape('WaveList', z.strictObject({ waves: z.array(Wave) }));

const text = z.string().exactOptional().describe('What the reason means, for a person.');
const told = z.union(Outcome.options.map((option) => option.extend({ text })));
export const WaveMachine = shape(
  'WaveMachine',
  MachineRecord.extend({ outcomes: z.partialRecord(stage, told), planned: PlannedMachine }),
);
export const WaveMachinePage = page('WaveMachinePage', 'machines', WaveMachine);

export const VerdictPage = page('VerdictPage', 'tables', TableVerdicts, {
  waveId: z.string(),
  machines: WorkspaceVerdicts.shape.machines.describe('Machines of the wave, by how their data stands.'),
  workspaces: z.array(WorkspaceVerdicts),
});

export const RollbackAnswer = shape(
  'RollbackAnswer',
  z.union([
    RollbackPreview.extend({ status: z.literal('whatIf'), id: z.string() }),
    Wave.extend({ warnings }),
  ]),
);
