import type { MachineRef, OperationStart } from '../agents/gateway.ts';
import { type MachineAddress, parseMachineId } from '../model/ids.ts';
import { type HeaderSource, operationStart } from './operations.ts';

/** Where a machine is; an id of anything else is a bug. */
export function addressOf({ resourceId }: Pick<MachineRef, 'resourceId'>): MachineAddress {
  const address = parseMachineId(resourceId);
  if (address === undefined) throw new Error(`not a machine id: ${resourceId}`);
  return address;
}

/** Sends the first request of an SDK operation and takes its address from the answer; polls nothing. */
export async function submit(
  start: (options: { onResponse(raw: { headers: HeaderSource }): void }) => { submitted(): Promise<void> },
): Promise<OperationStart> {
  let started: OperationStart = { url: null, retryAfterMs: null };
  const poller = start({
    onResponse: (raw) => {
      started = operationStart(raw.headers);
    },
  });
  await poller.submitted();
  return started;
}
