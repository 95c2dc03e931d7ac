import { z } from 'zod';
import { resultOf, troubleOf } from '../../shared/reports/machine-result.ts';
import { columns, nameOf } from '../../shared/reports/words.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { tinted } from '../output.ts';
import { integerOf } from '../parse.ts';
import { watch } from '../watch.ts';
import { WATCHING } from './watching.ts';
import { exitOf, isOver, lineOf, screenOf, Wave } from './wave-view.ts';

const Started = z.looseObject({ id: z.string() });
const WaveList = z.looseObject({ waves: z.array(Wave) });
type Outcomes = Parameters<typeof resultOf>[0];
const Machine = z.looseObject({
  machineId: z.string(),
  outcomes: z.custom<Outcomes>((value) => value !== null && typeof value === 'object'),
});
const Machines = z.looseObject({ machines: z.array(Machine), next: z.string().optional() });

export const WAVE = { name: 'WAVE', text: 'Id of a wave.' };

export function wavePath(id = ''): string {
  return `/waves/${encodeURIComponent(id)}`;
}

async function follow({ options, client, out }: Call, id: string): Promise<ExitCode> {
  const pollMs = (integerOf(options, 'poll') ?? 0) * 1000 || undefined;
  const look = () => client().get(wavePath(id), Wave);
  const show = (wave: Wave) => ({ screen: screenOf(wave), line: lineOf(wave), over: isOver(wave) });
  const wave = options.on('watch') ? await watch(look, show, out, pollMs) : (await look()).body;
  if (!options.on('watch')) out.lines(...screenOf(wave));
  out.data(wave);
  return exitOf(wave);
}

const STATUSES = ['done', 'alreadyDone', 'skipped', 'waiting', 'blocked', 'failed'];

export const WAVE_COMMANDS: readonly Command[] = [
  {
    name: 'wave start',
    summary: 'Start one wave of a plan.',
    args: [
      { name: 'PLAN', text: 'Id of a plan.' },
      { name: 'NUMBER', text: 'Number of the wave; 0 is the pilot.' },
    ],
    options: {
      'dry-run': { text: 'Look at everything and change nothing.' },
      'start-at': { text: 'Instant with its zone; at once without it.', value: 'TIME' },
      ...WATCHING,
    },
    example: 'wave start plan-1f2e3d4c5b6a 0 --dry-run --watch',
    async run(call) {
      const { args, options, client, out } = call;
      const api = client();
      const startAt = options.text('start-at');
      const body = {
        ...{ planId: args[0], wave: wholeNumber(args[1]), dryRun: options.on('dry-run') },
        ...(startAt === undefined ? {} : { startAt }),
        ...api.said,
      };
      const started = await api.start('/waves', Started, body);
      if (options.on('watch')) return follow(call, started.body.id);
      out.lines(started.body.id);
      out.data(started.body);
      return EXIT.ok;
    },
  },
  {
    name: 'wave list',
    summary: 'List waves with how they stand.',
    example: 'wave list',
    async run({ client, out }) {
      const { body } = await client().get('/waves', WaveList);
      out.lines(
        ...columns(
          body.waves.map(({ id, phase, machineCount, message }) => [
            id,
            phase,
            `${machineCount} machines`,
            message,
          ]),
        ),
      );
      out.data(body);
      return EXIT.ok;
    },
  },
  {
    name: 'wave show',
    summary: 'Show how a wave stands, or follow it.',
    ...{ args: [WAVE], options: WATCHING },
    example: 'wave show plan-1f2e3d4c5b6a-wave-0 --watch',
    run: (call) => follow(call, call.args[0] ?? ''),
  },
  {
    name: 'wave machines',
    summary: 'List machines of a wave with what became of them.',
    args: [WAVE],
    options: { status: { text: 'Those with a stage of this outcome.', value: 'STATUS', choices: STATUSES } },
    example: 'wave machines plan-1f2e3d4c5b6a-wave-0 --status blocked',
    async run({ args, options, client, out }) {
      const machines: z.infer<typeof Machine>[] = [];
      const status = options.text('status');
      let after: string | undefined;
      do {
        const query = new URLSearchParams({
          limit: '1000',
          ...(status && { status }),
          ...(after && { after }),
        });
        const { body } = await client().get(`${wavePath(args[0])}/machines?${query}`, Machines);
        // Pages are shown as they come; only a document has to be whole.
        if (out.json) machines.push(...body.machines);
        out.lines(...columns(body.machines.map(machineRow)));
        after = body.next;
      } while (after !== undefined);
      out.data({ machines });
      return EXIT.ok;
    },
  },
];

function machineRow({ machineId, outcomes }: z.infer<typeof Machine>): string[] {
  const trouble = troubleOf(outcomes);
  const why = trouble === undefined ? '' : `${trouble.stage}: ${trouble.reason}`;
  const detail = trouble?.detail === undefined ? '' : ` (${trouble.detail})`;
  return [nameOf(machineId), tinted(resultOf(outcomes)), `${why}${detail}`];
}

function wholeNumber(text = ''): number {
  return integerOf({ text: () => text, list: () => [text], on: () => true }, 'NUMBER') ?? 0;
}
