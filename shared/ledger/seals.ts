import {
  nextSeals,
  type Seal,
  type SealedEntry,
  sealedEntry,
  type TrailCheck,
  verifyTrail,
} from '../model/audit-seal.ts';
import type { AuditEntry } from '../model/wave.ts';
import { auditRows } from './audit.ts';
import { allRows, type Store } from './store.ts';

/** Entries younger than this are left: an activity that began before may still write one (`functionTimeout`). */
const SETTLED_MS = 15 * 60_000;

/** Where the next look begins: rows after `since`, all of whose seals have `from` as their number or a later one. */
interface Head {
  readonly since: string;
  readonly from: number;
  readonly at: string;
}

export interface SealResult {
  readonly added: number;
  readonly head: Seal | undefined;
}

/** Seals over the trails: one partition each, inserted by number and never written again. */
export function createSeals(store: Store) {
  async function sealsFrom(trail: string | null, from: number): Promise<Seal[]> {
    const seals: Seal[] = [];
    const before = from <= 1 ? undefined : rowOf(from - 1);
    for await (const { value } of allRows(store, sealPartition(trail), 'seal|', before))
      seals.push(value as Seal);
    return seals;
  }

  return {
    /** All seals of a trail, the oldest first; few beside its entries. */
    all: (trail: string | null): Promise<Seal[]> => sealsFrom(trail, 1),

    /** The last seal of a trail; undefined: nothing of it is sealed. */
    async last(trail: string | null): Promise<Seal | undefined> {
      const head = (await store.get(sealPartition(trail), 'head'))?.value as Head | undefined;
      return head === undefined ? undefined : (await sealsFrom(trail, head.from)).at(-1);
    },

    /** When a trail was last looked at, as milliseconds; 0: never. */
    async lastLook(trail: string | null): Promise<number> {
      const head = (await store.get(sealPartition(trail), 'head'))?.value as Head | undefined;
      return head === undefined ? 0 : Date.parse(head.at);
    },

    /**
     * Seals what has settled. A look reads what came since the one before the last; only a `full` one finds entries
     * that came later than that. Two at once: one of them seals.
     */
    async seal(trail: string | null, nowMs: number, { full = false } = {}): Promise<SealResult> {
      const partition = sealPartition(trail);
      const known = full ? undefined : ((await store.get(partition, 'head'))?.value as Head | undefined);
      const seals = await sealsFrom(trail, known?.from ?? 1);
      const entries: SealedEntry[] = [];
      for await (const { row, value } of auditRows(store, trail, known?.since || undefined))
        entries.push(sealedEntry(row, value));
      const at = new Date(nowMs).toISOString();
      const horizon = new Date(nowMs - SETTLED_MS).toISOString();
      const added = nextSeals(entries, seals, { at, horizon });
      for (const seal of added) {
        const written = await store.write(partition, [
          { kind: 'insert', row: rowOf(seal.number), value: seal },
        ]);
        if (!written.ok) return { added: 0, head: undefined };
      }
      const last = added.at(-1) ?? seals.at(-1);
      const head: Head = {
        ...{ since: seals.at(-1)?.through ?? '', at },
        from: added[0]?.number ?? last?.number ?? 1,
      };
      const kept = added.length === 0 && known !== undefined ? { ...known, at } : head;
      await store.write(partition, [{ kind: 'upsert', row: 'head', value: kept }]);
      return { added: added.length, head: last };
    },

    /** Holds a trail against its seals; the general one also against what it says of the others. */
    async verify(trail: string | null): Promise<TrailCheck> {
      const entries: SealedEntry[] = [];
      const anchors = new Map<string, { trail: string; number: number; hash: string }>();
      for await (const { row, value } of auditRows(store, trail)) {
        entries.push(sealedEntry(row, value));
        const { event, data } = value as AuditEntry;
        if (event !== 'seal' || trail !== null) continue;
        const anchor = data as { trail: string; number: number; hash: string };
        anchors.set(anchor.trail, anchor);
      }
      const check = verifyTrail(entries, await sealsFrom(trail, 1));
      const faults = [...check.faults];
      for (const anchor of anchors.values()) {
        const found = (await store.get(sealPartition(anchor.trail), rowOf(anchor.number)))?.value;
        if ((found as Seal | undefined)?.hash !== anchor.hash)
          faults.push({ code: 'trailMissing', at: anchor.trail });
      }
      return { ...check, faults };
    },
  };
}

function sealPartition(trail: string | null): string {
  return `seals|${trail ?? 'general'}`;
}

function rowOf(number: number): string {
  return `seal|${String(number).padStart(8, '0')}`;
}
