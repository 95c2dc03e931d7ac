import { z } from 'zod';
import { MachineMatch } from './common.ts';

const Address = z.string().regex(/^http:\/\/[^/\s:]+:\d+\/?$/, 'expected http://host:port');

/** What stands between a machine and Azure Monitor. Facts file 3.3, 3.4. */
export const Network = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('direct') }),
  z.strictObject({
    mode: z.literal('proxy'),
    address: Address,
    username: z.string().optional(),
    password: z.string().optional(),
    ambient: z
      .boolean()
      .optional()
      .describe(
        'the operating system or the Arc agent already uses this proxy, so the agent needs no settings',
      ),
  }),
  z.strictObject({ mode: z.literal('gateway'), address: Address }),
  z.strictObject({ mode: z.literal('privateLink') }),
]);
export type Network = z.infer<typeof Network>;

export const NetworkBehaviour = z.strictObject({
  default: Network.optional(),
  rules: z
    .array(z.strictObject({ match: MachineMatch, network: Network }))
    .optional()
    .describe('the first rule that matches a machine decides'),
});
