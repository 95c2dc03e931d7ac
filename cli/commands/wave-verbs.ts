import { z } from 'zod';
import type { Command, Option } from '../command.ts';
import { EXIT } from '../exit.ts';
import { WAVE, wavePath } from './wave.ts';
import { screenOf, Wave } from './wave-view.ts';

const ID = 'plan-1f2e3d4c5b6a-wave-0';
const REASON: Option = { text: 'Why; it is in the audit trail.', value: 'TEXT', required: true };
const MACHINES: Option = { text: 'One machine by its ARM id; all without it.', value: 'ID', multiple: true };

interface Verb {
  readonly verb: string;
  readonly summary: string;
  readonly more?: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly example: string;
}

const VERBS: readonly Verb[] = [
  {
    verb: 'approve',
    summary: 'Approve the gate a wave waits at.',
    options: { gate: { text: 'Only this gate.', value: 'GATE', choices: ['start', 'removal'] } },
    example: '--gate removal',
  },
  {
    verb: 'hold',
    summary: 'Start nothing new; machines in flight finish their stage.',
    options: { reason: REASON },
    example: '--reason "change freeze"',
  },
  {
    verb: 'resume',
    summary: 'Lift every hold of a wave.',
    more: 'Over a failed gate or check it is a decision of its own, and needs a reason.',
    options: { reason: { text: REASON.text, value: 'TEXT' } },
    example: '--reason "the two machines are known"',
  },
  {
    verb: 'abort',
    summary: 'Start no new machine, for good. It cannot be taken back.',
    options: { reason: REASON },
    example: '--reason "wrong rules"',
  },
  {
    verb: 'promote',
    summary: 'Skip the rest of a soak; the removal gate is judged at once.',
    options: { reason: REASON },
    example: '--reason "watched for a day"',
  },
  {
    verb: 'retry',
    summary: 'Try machines again that failed, are blocked or wait.',
    options: { reason: REASON, machine: MACHINES },
    example: '--reason "locks are gone"',
  },
];

const Preview = z.looseObject({
  machines: z.number(),
  counts: z.record(z.string(), z.number()),
  withoutLegacyAgent: z.number(),
  warnings: z.array(z.looseObject({ text: z.string() })),
  confirmation: z.string(),
});

export const WAVE_VERBS: readonly Command[] = [
  ...VERBS.map(
    ({ verb, example, ...rest }): Command => ({
      ...{ ...rest, name: `wave ${verb}`, args: [WAVE], example: `wave ${verb} ${ID} ${example}` },
      async run({ args, options, client, out }) {
        const api = client();
        const [reason, gate, machineIds] = [
          options.text('reason'),
          options.text('gate'),
          options.list('machine'),
        ];
        const body = {
          ...api.said,
          ...(reason === undefined ? {} : { reason }),
          ...(gate === undefined ? {} : { gate }),
          ...(machineIds.length === 0 ? {} : { machineIds }),
        };
        const { body: wave } = await api.post(`${wavePath(args[0])}/${verb}`, Wave, body);
        out.lines(...screenOf(wave));
        out.data(wave);
        return EXIT.ok;
      },
    }),
  ),
  {
    name: 'wave rollback',
    summary: 'Say what undoing a wave would do; with --confirm, undo it.',
    more: 'A rollback never promises that the legacy agent will deliver again.',
    args: [WAVE],
    options: {
      reason: REASON,
      machine: MACHINES,
      confirm: { text: 'The confirmation that the what-if printed: undoes it.', value: 'TEXT' },
    },
    example: `wave rollback ${ID} --reason "wrong rules"`,
    async run({ args, options, client, out }) {
      const api = client();
      const machineIds = options.list('machine');
      const confirmation = options.text('confirm');
      const body = {
        ...{ ...api.said, reason: options.text('reason'), whatIf: confirmation === undefined },
        ...(confirmation === undefined ? {} : { confirmation }),
        ...(machineIds.length === 0 ? {} : { machineIds }),
      };
      const path = `${wavePath(args[0])}/rollback`;
      if (confirmation !== undefined) {
        const { body: wave } = await api.post(path, Wave, body);
        out.lines(...screenOf(wave));
        out.data(wave);
        return EXIT.ok;
      }
      const { body: preview } = await api.post(path, Preview, body);
      out.lines(
        `Nothing was changed. Undoing would change ${preview.machines} machines:`,
        ...Object.entries(preview.counts).map(([kind, machines]) => `  ${kind}: ${machines}`),
        `  ${preview.withoutLegacyAgent} would be left without a legacy agent`,
        ...preview.warnings.map(({ text }) => `  Note: ${text}`),
        `To do it, repeat with: --confirm "${preview.confirmation}"`,
      );
      out.data(preview);
      return EXIT.ok;
    },
  },
];
