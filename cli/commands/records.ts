import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { checkEvidence } from '../../shared/reports/check-evidence.ts';
import type { Command } from '../command.ts';
import { EXIT, Trouble, usage } from '../exit.ts';
import { WAVE, wavePath } from './wave.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  csv: 'text/csv',
  json: 'application/json',
};

const OUT = {
  out: { text: 'File to write; standard output without it.', value: 'FILE', path: true as const },
};

const TrailCheck = z.looseObject({
  intact: z.boolean(),
  entries: z.number(),
  unsealed: z.number(),
  head: z.looseObject({ number: z.number(), hash: z.string() }).nullable(),
  faults: z.array(z.looseObject({ at: z.string(), text: z.string() })),
});

export const RECORD_COMMANDS: readonly Command[] = [
  {
    name: 'report',
    summary: 'Get the report of a wave or a plan.',
    args: [{ name: 'ID', text: 'Id of a wave or of a plan.' }],
    options: {
      format: { text: 'The form; html without it.', value: 'FORMAT', choices: Object.keys(TYPES) },
      board: { text: 'The one sheet for a change board (html of a wave).' },
      ...OUT,
    },
    example: 'report plan-1f2e3d4c5b6a-wave-0 --board --out wave-0.html',
    async run({ args, options, client, out }) {
      const [id = ''] = args;
      const format = options.text('format') ?? (out.json ? 'json' : 'html');
      const isWave = /-wave-\d/.test(id);
      if (options.on('board') && (!isWave || format !== 'html'))
        throw usage('--board goes with the html report of a wave.');
      const path = isWave ? wavePath(id) : `/plans/${encodeURIComponent(id)}`;
      const query = `?format=${format}${options.on('board') ? '&part=board' : ''}`;
      const { bytes } = await client().download(`${path}/report${query}`, TYPES[format] ?? '');
      const file = options.text('out');
      if (file === undefined) out.raw(bytes);
      else {
        write(file, bytes);
        out.note(file);
      }
      return EXIT.ok;
    },
  },
  {
    name: 'evidence get',
    summary: 'Get the evidence of a wave, all parts, and check it.',
    args: [WAVE],
    options: { out: { text: 'Folder to write to.', value: 'DIR', required: true, path: true } },
    example: 'evidence get plan-1f2e3d4c5b6a-wave-0 --out evidence',
    async run({ args, options, client, out }) {
      const folder = options.text('out') ?? '';
      const files: string[] = [];
      let after: string | null = null;
      do {
        const query: string = after === null ? '' : `?after=${encodeURIComponent(after)}`;
        const { bytes, headers } = await client().download(
          `${wavePath(args[0])}/evidence${query}`,
          'application/zip',
        );
        const name = `${(args[0] ?? '').replace(/[^\w.-]/g, '_')}-evidence-${String(files.length + 1).padStart(4, '0')}.zip`;
        const file = join(folder, name);
        write(file, bytes, folder);
        files.push(file);
        out.note(file);
        after = headers.get('x-next');
      } while (after !== null);
      return told(files, out);
    },
  },
  {
    name: 'evidence check',
    summary: 'Check evidence without the app: hashes, seals, completeness.',
    args: [{ name: 'FILE', text: 'The archives of one wave, in their order.', several: true, path: true }],
    example: 'evidence check evidence/*.zip',
    run: async ({ args, out }) => told(args, out),
  },
  {
    name: 'audit export',
    summary: 'Export an audit trail as JSON lines.',
    args: [
      { name: 'TRAIL', text: 'Id of a wave or a run; what belongs to neither without it.', optional: true },
    ],
    options: OUT,
    example: 'audit export plan-1f2e3d4c5b6a-wave-0 --out trail.jsonl',
    async run({ args, options, client, out }) {
      const file = options.text('out');
      let after: string | null = null;
      do {
        const query: URLSearchParams = new URLSearchParams({
          ...(args[0] && { trail: args[0] }),
          ...(after && { after }),
        });
        const { bytes, headers } = await client().download(`/audit?${query}`, 'application/x-ndjson');
        if (file === undefined) out.raw(bytes);
        else writeFileSync(file, bytes, { flag: after === null ? 'w' : 'a' });
        after = headers.get('x-next');
      } while (after !== null);
      return EXIT.ok;
    },
  },
  {
    name: 'audit check',
    summary: 'Ask the app whether a trail is as it was sealed.',
    args: [
      { name: 'TRAIL', text: 'Id of a wave or a run; what belongs to neither without it.', optional: true },
    ],
    example: 'audit check plan-1f2e3d4c5b6a-wave-0',
    async run({ args, client, out }) {
      const query = new URLSearchParams({ ...(args[0] && { trail: args[0] }) });
      const { body } = await client().get(`/audit/check?${query}`, TrailCheck);
      const head = body.head === null ? 'no seal yet' : `seal ${body.head.number} ${body.head.hash}`;
      out.lines(
        `${body.intact ? 'Intact' : 'NOT INTACT'}: ${body.entries} entries, ${body.unsealed} not sealed yet, ${head}`,
        ...body.faults.map(({ at, text }) => `  ${text} (${at})`),
      );
      out.data(body);
      return body.intact ? EXIT.ok : EXIT.notWell;
    },
  },
];

function told(files: readonly string[], out: Parameters<Command['run']>[0]['out']) {
  const check = checkEvidence(files.map((name) => ({ name, read: () => readBytes(name) })));
  out.lines(
    check.intact
      ? `Intact: ${check.machines} machines, ${check.entries} entries of the trail (${check.unsealed} not sealed yet).`
      : 'NOT INTACT:',
    ...check.faults.slice(0, 100).map((fault) => `  ${fault}`),
    ...(check.hash === null ? [] : [`sha256 ${check.hash}`]),
  );
  out.data(check);
  return check.intact ? EXIT.ok : EXIT.notWell;
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw usage(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

function write(path: string, bytes: Uint8Array, folder?: string): void {
  try {
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
    writeFileSync(path, bytes);
  } catch (error) {
    throw new Trouble(EXIT.usage, `${path} cannot be written: ${(error as NodeJS.ErrnoException).code}.`);
  }
}
