import { z } from 'zod';
import type { Command } from '../command.ts';
import { completionScript, SHELLS, type Shell } from '../completion.ts';
import { EXIT } from '../exit.ts';
import { INVENTORY_COMMANDS } from './inventory.ts';
import { PLAN_COMMANDS } from './plan.ts';
import { RECORD_COMMANDS } from './records.ts';
import { WAVE_COMMANDS } from './wave.ts';
import { WAVE_VERBS } from './wave-verbs.ts';

/** Every command there is; help, completion and the reference are made from this table. */
export const COMMANDS: readonly Command[] = [
  ...INVENTORY_COMMANDS,
  ...PLAN_COMMANDS,
  ...WAVE_COMMANDS,
  ...WAVE_VERBS,
  ...RECORD_COMMANDS,
  {
    name: 'health',
    summary: 'Ask whether the app is well.',
    example: 'health',
    async run({ client, out }) {
      const { body } = await client().get('/health', z.looseObject({ status: z.string() }));
      out.lines(body.status);
      out.data(body);
      return EXIT.ok;
    },
  },
  {
    name: 'completion',
    summary: 'Print a script that completes commands in a shell.',
    args: [{ name: 'SHELL', text: 'The shell.', choices: SHELLS }],
    example: 'completion bash',
    async run({ args, out }) {
      out.raw(Buffer.from(completionScript(args[0] as Shell)));
      return EXIT.ok;
    },
  },
];
