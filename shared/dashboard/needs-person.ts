import type { Role } from '../model/caller.ts';
import type { Inventory } from '../model/inventory.ts';
import type { PhaseName } from '../model/phase.ts';
import type { Hold } from '../model/wave.ts';

/** Something that does not go on without a person. */
export interface NeedsPerson {
  readonly kind: 'hold' | 'approval' | 'degraded' | 'inventory';
  readonly waveId: string | null;
  readonly inventoryId: string | null;
  readonly title: string;
  readonly text: string;
  /** Since when it waits; null where it is not known. */
  readonly since: string | null;
  /** Who may clear it. */
  readonly role: Role;
}

interface ShownWave {
  readonly id: string;
  readonly index: number;
  readonly phase: PhaseName;
  readonly message: string;
  readonly holds: readonly Hold[];
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly gates: readonly { readonly at: string }[];
  readonly dryRun: boolean;
}

const RANK: Readonly<Record<NeedsPerson['kind'], number>> = {
  hold: 0,
  approval: 1,
  inventory: 2,
  degraded: 3,
};

/** Whether it was a gate or a check that held the wave: to go on takes an approver. */
const RISK: readonly Hold['kind'][] = ['gate', 'check'];

/** What needs a person, the most urgent first, and of one kind the one that waits longest. */
export function needsPerson(
  waves: readonly ShownWave[],
  latest: Pick<Inventory, 'id' | 'status' | 'problem' | 'startedAt'> | undefined,
): NeedsPerson[] {
  const failed =
    latest?.status === 'failed'
      ? [
          {
            ...{
              kind: 'inventory' as const,
              waveId: null,
              inventoryId: latest.id,
              role: 'operator' as const,
            },
            title: 'The last inventory failed',
            text: latest.problem ?? 'It did not complete.',
            since: latest.startedAt,
          },
        ]
      : [];
  return [...waves.flatMap(ofWave), ...failed].sort(
    (a, b) => RANK[a.kind] - RANK[b.kind] || ((a.since ?? '') < (b.since ?? '') ? -1 : 1),
  );
}

function ofWave(wave: ShownWave): NeedsPerson[] {
  const { id: waveId, index, phase, message, holds } = wave;
  const name = `Wave ${index}`;
  const about = { waveId, inventoryId: null };
  if (phase === 'held')
    return holds.map(({ kind, reason, since, by }) => ({
      ...about,
      kind: 'hold',
      title: `${name} is held`,
      text: `${reason} (${by})`,
      since,
      role: RISK.includes(kind) ? 'approver' : 'operator',
    }));
  if (phase === 'awaitingApproval')
    return [
      {
        ...{ ...about, kind: 'approval', role: 'approver', title: `${name} waits for an approval` },
        text: message,
        since: wave.gates.at(-1)?.at ?? wave.createdAt,
      },
    ];
  if (phase === 'degraded' && !wave.dryRun)
    return [
      {
        ...{ ...about, kind: 'degraded', role: 'operator', title: `${name} ended with failures` },
        text: message,
        since: wave.finishedAt,
      },
    ];
  return [];
}
