import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { columns, duration } from '../../shared/reports/words.ts';
import type { Command } from '../command.ts';
import { EXIT, type ExitCode, usage } from '../exit.ts';
import { type Output, tinted } from '../output.ts';
import { integerOf } from '../parse.ts';
import { watch } from '../watch.ts';
import { WATCHING } from './watching.ts';

const Plan = z.looseObject({
  id: z.string(),
  name: z.string(),
  waves: z.array(z.looseObject({ index: z.number(), machineCount: z.number() })),
  counts: z.looseObject({ planned: z.number(), blocked: z.number(), alreadyMigrated: z.number() }),
  blockedReasons: z.array(z.looseObject({ code: z.string(), text: z.string(), machines: z.number() })),
  warnings: z.array(z.looseObject({ text: z.string() })),
  forecast: z.looseObject({ atLeastSeconds: z.number().nullable() }),
});
const PlanList = z.looseObject({
  plans: z.array(
    z.looseObject({ id: z.string(), name: z.string(), createdAt: z.string(), waves: z.number() }),
  ),
});
const Run = z.looseObject({
  id: z.string(),
  state: z.string(),
  message: z.string(),
  waves: z.number(),
  finishedAt: z.string().nullable(),
  currentWave: z.looseObject({
    index: z.number(),
    phase: z.string().nullable(),
    message: z.string().nullable(),
  }),
});
type Run = z.infer<typeof Run>;

function showPlan(plan: z.infer<typeof Plan>, out: Output): ExitCode {
  const { counts, waves, forecast } = plan;
  out.lines(
    `Plan ${plan.id} (${plan.name})`,
    `  ${counts.planned} machines in ${waves.length} waves: ${waves.map(({ machineCount }) => machineCount).join(', ')}`,
    `  ${counts.blocked} blocked, ${counts.alreadyMigrated} migrated already; at least ${duration(forecast.atLeastSeconds)}`,
    ...plan.blockedReasons.map(({ code, text, machines }) => `  ${machines} ${code}: ${text}`),
    ...plan.warnings.map(({ text }) => `  Note: ${text}`),
  );
  out.data(plan);
  return EXIT.ok;
}

function bodyOf(path: string): object {
  try {
    const body: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (body !== null && typeof body === 'object' && !Array.isArray(body)) return body;
    throw usage(`${path} holds no JSON object.`);
  } catch (error) {
    if (error instanceof SyntaxError) throw usage(`${path} is not JSON: ${error.message}.`);
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) throw usage(`${path} cannot be read: ${code}.`);
    throw error;
  }
}

const runPath = ([plan = '', run = '']: readonly string[]) =>
  `/plans/${encodeURIComponent(plan)}/runs/${encodeURIComponent(run)}`;

function runLine({ id, state, message }: Run): string {
  return `Run ${id}: ${tinted(state)}. ${message}`;
}

/** A run that stands still until a person acts. */
const WELL_NOT = ['held', 'aborted'];
const WAITS = ['awaitingApproval', 'awaitingPromotion'];

const inRun = [
  { name: 'PLAN', text: 'Id of a plan.' },
  { name: 'RUN', text: 'Id of a run of the plan.' },
];
const REASON = { reason: { text: 'Why; it is in the audit trail.', value: 'TEXT', required: true as const } };

function runVerb(
  verb: 'hold' | 'resume' | 'promote' | 'abort',
  summary: string,
  needsReason: boolean,
): Command {
  const { required: _, ...optional } = REASON.reason;
  return {
    ...{ name: `run ${verb}`, summary, args: inRun },
    options: needsReason ? REASON : { reason: optional },
    example: `run ${verb} plan-1f2e3d4c5b6a plan-1f2e3d4c5b6a-run-0001${needsReason ? ' --reason "CHG0031337"' : ''}`,
    async run({ args, options, client, out }) {
      const api = client();
      const reason = options.text('reason');
      const body = { ...api.said, ...(reason === undefined ? {} : { reason }) };
      const { body: run } = await api.post(`${runPath(args)}/${verb}`, Run, body);
      out.lines(runLine(run));
      out.data(run);
      return EXIT.ok;
    },
  };
}

export const PLAN_COMMANDS: readonly Command[] = [
  {
    name: 'plan make',
    summary: 'Compute waves from an inventory. It changes no machine.',
    more: 'Equal request and inventory give the same plan.',
    options: {
      file: {
        text: 'Body of POST /plans; the app’s defaults where it is silent.',
        value: 'FILE',
        path: true,
      },
      inventory: { text: 'Id of the inventory; the latest without it.', value: 'ID' },
    },
    example: 'plan make --file plan.json',
    async run({ options, client, out }) {
      const file = options.text('file');
      const inventoryId = options.text('inventory');
      const body = {
        ...(file === undefined ? {} : bodyOf(file)),
        ...(inventoryId === undefined ? {} : { inventoryId }),
      };
      return showPlan((await client().start('/plans', Plan, body)).body, out);
    },
  },
  {
    name: 'plan list',
    summary: 'List plans, the newest first.',
    example: 'plan list',
    async run({ client, out }) {
      const { body } = await client().get('/plans', PlanList);
      out.lines(
        ...columns(
          body.plans.map(({ id, createdAt, waves, name }) => [id, createdAt, `${waves} waves`, name]),
        ),
      );
      out.data(body);
      return EXIT.ok;
    },
  },
  {
    name: 'plan show',
    summary: 'Show a plan.',
    args: [{ name: 'PLAN', text: 'Id of a plan.' }],
    example: 'plan show plan-1f2e3d4c5b6a',
    run: async ({ args, client, out }) =>
      showPlan((await client().get(`/plans/${encodeURIComponent(args[0] ?? '')}`, Plan)).body, out),
  },
  {
    name: 'run start',
    summary: 'Run the waves of a plan in order.',
    args: [{ name: 'PLAN', text: 'Id of a plan.' }],
    options: {
      'from-wave': { text: 'The first wave; the first that has not completed without it.', value: 'NUMBER' },
      'start-at': { text: 'Instant with its zone; at once without it.', value: 'TIME' },
    },
    example: 'run start plan-1f2e3d4c5b6a --start-at 2026-11-28T21:00:00+01:00',
    async run({ args, options, client, out }) {
      const api = client();
      const [fromWave, startAt] = [integerOf(options, 'from-wave'), options.text('start-at')];
      const body = {
        ...api.said,
        ...(fromWave === undefined ? {} : { fromWave }),
        ...(startAt === undefined ? {} : { startAt }),
      };
      const Started = z.looseObject({ id: z.string() });
      const started = await api.start(`/plans/${encodeURIComponent(args[0] ?? '')}/runs`, Started, body);
      out.lines(started.body.id);
      out.data(started.body);
      return EXIT.ok;
    },
  },
  {
    name: 'run show',
    summary: 'Show a run of a plan, or follow it.',
    ...{ args: inRun, options: WATCHING },
    example: 'run show plan-1f2e3d4c5b6a plan-1f2e3d4c5b6a-run-0001 --watch',
    async run({ args, options, client, out }) {
      const look = () => client().get(runPath(args), Run);
      const show = (run: Run) => {
        const { index, phase, message } = run.currentWave;
        const line = `${runLine(run)} Wave ${index + 1} of ${run.waves}: ${phase ?? 'not started'}${message === null ? '' : `, ${message}`}`;
        return {
          screen: [line],
          line,
          over: run.finishedAt !== null || [...WELL_NOT, ...WAITS].includes(run.state),
        };
      };
      const pollMs = (integerOf(options, 'poll') ?? 0) * 1000 || undefined;
      const run = options.on('watch') ? await watch(look, show, out, pollMs) : (await look()).body;
      if (!options.on('watch')) out.lines(show(run).line);
      out.data(run);
      if (WELL_NOT.includes(run.state)) return EXIT.notWell;
      return WAITS.includes(run.state) ? EXIT.waits : EXIT.ok;
    },
  },
  runVerb('hold', 'Start nothing new in a run.', true),
  runVerb('resume', 'Lift the holds of a run.', false),
  runVerb('promote', 'Let a run go on to its next wave.', true),
  runVerb('abort', 'End a run; the wave it is at aborts.', true),
];
