import type { Ledger } from '../ledger/ledger.ts';
import { shortHash } from '../model/ids.ts';
import type { AuditEntry } from '../model/wave.ts';

/** Machines of one entry: a row of the trail has a limit, an impact list has none. */
const MACHINES_PER_ENTRY = 500;

/** Appends to the trail of a wave, or to the general one; `about` is a workspace, subscription or scope. */
export async function record(
  ledger: Ledger,
  about: string,
  entry: Pick<AuditEntry, 'at' | 'waveId' | 'event' | 'message' | 'by' | 'data'>,
): Promise<void> {
  const stage = entry.waveId === null ? null : 'disableConnector';
  // Entries of one instant are in the order of their keys: what was meant comes before what came of it.
  const order = entry.event === 'effect' || entry.event === 'gate' ? 2 : 1;
  await ledger.audit.append(`connector|${shortHash(about)}|${order}`, [{ ...entry, machineId: null, stage }]);
}

/** The same with the machines that are affected, in as many entries as they need. */
export async function recordWithMachines(
  ledger: Ledger,
  about: string,
  entry: Parameters<typeof record>[2] & { readonly data: Readonly<Record<string, unknown>> },
  machines: readonly string[],
): Promise<void> {
  await record(ledger, about, {
    ...entry,
    data: { ...entry.data, dependents: machines.slice(0, MACHINES_PER_ENTRY) },
  });
  for (let i = MACHINES_PER_ENTRY; i < machines.length; i += MACHINES_PER_ENTRY) {
    await record(ledger, about, {
      ...entry,
      message: `${entry.message} (machines from ${i + 1})`,
      data: { dependents: machines.slice(i, i + MACHINES_PER_ENTRY) },
    });
  }
}
