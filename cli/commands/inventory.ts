import { z } from 'zod';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { tinted } from '../output.ts';
import { integerOf } from '../parse.ts';
import { watch } from '../watch.ts';
import { WATCHING } from './watching.ts';

const Started = z.looseObject({ id: z.string() });
const Inventory = z.looseObject({
  id: z.string(),
  status: z.string(),
  problem: z.string().nullable(),
  startedAt: z.string(),
  completedAt: z.string().nullable(),
  summary: z
    .looseObject({
      machines: z.number(),
      azureVms: z.number(),
      arcServers: z.number(),
      windows: z.number(),
      linux: z.number(),
      legacyOnly: z.number(),
      bothAgents: z.number(),
      amaOnly: z.number(),
      neither: z.number(),
    })
    .nullable(),
});
type Inventory = z.infer<typeof Inventory>;

async function follow(call: Call, id: string): Promise<ExitCode> {
  const { out, options } = call;
  const path = `/inventories/${encodeURIComponent(id)}`;
  const pollMs = (integerOf(options, 'poll') ?? 0) * 1000 || undefined;
  const look = () => call.client().get(path, Inventory);
  const inventory = options.on('watch')
    ? await watch(
        look,
        (body) => ({
          ...{ screen: [lineOf(body)], line: lineOf(body), over: body.status !== 'running' },
        }),
        ...([out, pollMs] as const),
      )
    : (await look()).body;
  if (!options.on('watch')) out.lines(lineOf(inventory));
  out.lines(...summaryOf(inventory));
  out.data(inventory);
  return inventory.status === 'failed' ? EXIT.notWell : EXIT.ok;
}

function lineOf({ id, status, problem }: Inventory): string {
  return `Inventory ${id}: ${tinted(status)}${problem === null ? '' : `, ${problem}`}`;
}

function summaryOf({ summary: s }: Inventory): string[] {
  if (s === null) return [];
  return [
    `  ${s.machines} machines: ${s.azureVms} Azure VMs, ${s.arcServers} Arc servers; ${s.windows} Windows, ${s.linux} Linux`,
    `  ${s.legacyOnly} with the legacy agent only, ${s.bothAgents} with both, ${s.amaOnly} with Azure Monitor Agent only, ${s.neither} with none`,
  ];
}

export const INVENTORY_COMMANDS: readonly Command[] = [
  {
    name: 'inventory start',
    summary: 'Take an inventory of the estate.',
    options: {
      subscription: { text: 'Limits it to a subscription.', value: 'ID', multiple: true },
      'management-group': { text: 'Limits it to a management group.', value: 'NAME', multiple: true },
      'resource-group': {
        text: 'Limits it to a resource group, by its ARM id.',
        value: 'ID',
        multiple: true,
      },
      ...WATCHING,
    },
    example: 'inventory start --subscription 11111111-1111-4111-8111-111111111111 --watch',
    async run(call) {
      const { options } = call;
      const scope = {
        subscriptions: options.list('subscription'),
        managementGroups: options.list('management-group'),
        resourceGroups: options.list('resource-group'),
      };
      const { body } = await call.client().start('/inventories', Started, { scope });
      if (options.on('watch')) return follow(call, body.id);
      call.out.lines(body.id);
      call.out.data(body);
      return EXIT.ok;
    },
  },
  {
    name: 'inventory show',
    summary: 'Show an inventory, or follow it to its end.',
    args: [{ name: 'ID', text: 'Id of an inventory; the latest complete one without it.', optional: true }],
    options: WATCHING,
    example: 'inventory show',
    run: (call) => follow(call, call.args[0] ?? 'latest'),
  },
];
