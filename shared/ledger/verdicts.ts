import { shortHash } from '../model/ids.ts';
import type { MachineStage } from '../model/stages.ts';
import type { Verdict } from '../model/verdict.ts';
import { allRows, type Store, upsertAll } from './store.ts';

/** What one round of judging says about a machine. */
export interface JudgedMachine {
  readonly machineId: string;
  readonly verdict: Verdict;
  /** Why a workspace could not be asked, and when to ask again at the earliest. */
  readonly trouble: { readonly message: string; readonly retryAfterMs: number | null } | null;
  /** When more data makes another look worthwhile, ISO 8601. */
  readonly nextAt: string;
}

/** Machines that are judged in one go, so that one query serves many batches. */
export interface Round {
  readonly waveId: string;
  readonly stage: MachineStage;
  readonly group: string;
  /** End of the judged window, ISO 8601: what tells one round of a group from the next. */
  readonly until: string;
}

interface Claim {
  /** The batch that reads for all of its group. */
  readonly by: string;
  readonly until: string;
  readonly claimedAt: string;
  readonly finished: boolean;
}

/** A claim older than this is of a process that died. */
const CLAIM_MS = 600_000;

export function createVerdicts(store: Store) {
  const partitionOf = ({ waveId, stage, group }: Omit<Round, 'until'>) =>
    `verdicts|${waveId}|${stage}|${group}`;
  const prefixOf = (batchId: string) => `batch|${batchId}|`;
  return {
    partitionOf,

    /**
     * `mine`: to be done by this batch, now or at its next look. `finished`: its results can be read. `busy`: another
     * batch is at it.
     */
    async claim(round: Round, batchId: string, nowMs: number): Promise<'mine' | 'finished' | 'busy'> {
      const partition = partitionOf(round);
      const known = await store.get(partition, 'claim');
      const claim = known?.value as Claim | undefined;
      if (claim?.finished === true && claim.until >= round.until) return 'finished';
      // An earlier round that is still at work counts as well: two at once would overwrite each other.
      const isTaken = claim?.finished === false && nowMs - Date.parse(claim.claimedAt) < CLAIM_MS;
      if (isTaken && claim.by !== batchId) return 'busy';
      const value: Claim = {
        ...{ by: batchId, until: round.until },
        ...{ claimedAt: new Date(nowMs).toISOString(), finished: false },
      };
      const written = await store.write(partition, [
        known === undefined
          ? { kind: 'insert', row: 'claim', value }
          : { kind: 'replace', row: 'claim', value, etag: known.etag },
      ]);
      return written.ok ? 'mine' : 'busy';
    },

    /** Gives a round back that could not be done, so that the next to look may try. */
    async release(round: Round): Promise<void> {
      await store.write(partitionOf(round), [{ kind: 'delete', row: 'claim' }]);
    },

    /** Keeps the results by the batch of each machine, and then that the round is done. */
    async finish(
      round: Round,
      batchId: string,
      judged: ReadonlyMap<string, readonly JudgedMachine[]>,
      nowMs: number,
    ): Promise<void> {
      const partition = partitionOf(round);
      const rows = [...judged].flatMap(([batchId, machines]) =>
        machines.map((one) => ({
          row: `${prefixOf(batchId)}${shortHash(one.machineId, 24)}`,
          value: { ...one, until: round.until },
        })),
      );
      await upsertAll(store, partition, rows);
      const value: Claim = {
        ...{ by: batchId, until: round.until },
        ...{ claimedAt: new Date(nowMs).toISOString(), finished: true },
      };
      await store.write(partition, [{ kind: 'upsert', row: 'claim', value }]);
    },

    /** Results of this round or a later one for the machines of a batch. */
    async read(round: Round, batchId: string): Promise<JudgedMachine[]> {
      const found: JudgedMachine[] = [];
      for await (const { value } of allRows(store, partitionOf(round), prefixOf(batchId))) {
        const one = value as JudgedMachine & { until: string };
        if (one.until >= round.until) found.push(one);
      }
      return found;
    },
  };
}

export type Verdicts = ReturnType<typeof createVerdicts>;
