import type { EventDraft, EventType, Severity } from '../model/event.ts';
import { normalizeId, shortHash } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { PlanRun } from '../model/plan-run.ts';
import type { RunState } from '../waves/run-state.ts';
import { clip } from './limits.ts';
import { shownHolds } from './wave-events.ts';

/** What was told of a run of a plan so far. */
export interface RunSeen {
  readonly state: string;
  readonly wave: number;
  readonly holds: readonly string[];
  readonly finishedAt: string | null;
}

export interface RunNow {
  readonly run: PlanRun;
  readonly state: RunState;
  /** How many waves the plan has. */
  readonly waves: number;
}

/** What is new of a run since it was told of last. Pure. */
export function runEvents(
  told: RunSeen | undefined,
  { run, state, waves }: RunNow,
): { seen: RunSeen; events: EventDraft[] } {
  const { id: runId, planId, wave } = run;
  const seen = { state: state.state, wave, holds: run.holds.map(({ id }) => id), finishedAt: run.finishedAt };
  const events: EventDraft[] = [];
  const tell = (type: EventType, data: object, severity?: Severity) =>
    events.push({
      ...{ type, subject: `plans/${planId}/runs/${runId}`, planId, message: clip(state.message) },
      ...(severity === undefined ? {} : { severity }),
      data: { runId, state: state.state, ...data },
    });
  if (told === undefined) tell('run.started', { fromWave: run.fromWave, waves, by: run.requestedBy });
  if (told !== undefined && wave !== told.wave) {
    const promotedBy = run.promotions.find((one) => one.wave === wave)?.by ?? null;
    tell('run.progressed', { wave, waves, promotedBy });
  }
  const before = new Set(told?.holds);
  const holds = run.holds.filter(({ id }) => !before.has(id));
  if (holds.length > 0) tell('run.held', { wave, holds: shownHolds(holds) });
  if (before.size > 0 && run.holds.length === 0) tell('run.resumed', { wave });
  if (seen.state === 'awaitingPromotion' && (told?.state !== seen.state || told.wave !== wave))
    tell('run.awaitingPromotion', { wave });
  if (seen.finishedAt !== null && (told?.finishedAt ?? null) === null)
    tell('run.finished', { wave, waves }, run.abort === null ? 'info' : 'warning');
  return { seen, events };
}

/** A person's switch of legacy collection; those of waves are told by their waves. */
export function connectorEvent(
  type: 'connector.switchedOff' | 'connector.restored',
  about: { workspace: string; workspaceId: string; by: string; reason: string },
): { stream: string; event: EventDraft } {
  const { workspace, workspaceId, by, reason } = about;
  const key = shortHash(normalizeId(workspaceId), 16);
  const done = type === 'connector.restored' ? 'put back' : 'switched off';
  const message = clip(`${by} ${done} legacy collection: ${reason}`);
  const event = { type, subject: `connectors/${workspace}`, message, data: { workspaceId, by: clip(by) } };
  return { stream: `connector-${key}`, event };
}

/** An inventory is told of once, when it has ended. */
export function inventoryEvents({ id, status, problem, summary }: Inventory): EventDraft[] {
  const subject = `inventories/${id}`;
  if (status === 'running') return [];
  if (status === 'failed') {
    const message = clip(problem ?? 'The inventory could not be taken.');
    return [{ type: 'inventory.failed', subject, message, data: { inventoryId: id, problem: message } }];
  }
  const { ready = 0, blocked = 0 } = summary?.assessment ?? {};
  const machines = summary?.machines ?? 0;
  const message = `${machines} machines: ${ready} ready, ${blocked} blocked.`;
  return [
    { type: 'inventory.completed', subject, message, data: { inventoryId: id, machines, ready, blocked } },
  ];
}
