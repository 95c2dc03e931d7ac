import { afterEach, expect } from 'vitest';
import { z } from 'zod';
import { type Api, createApi, InventoryView, PlanView, WaveView } from '../../rehearsal/drive/api.ts';
import type { EstateFile, LogEntry, OperationKind } from '../../rehearsal/estate/index.ts';
import { joinClock, type Participant } from '../../rehearsal/participant.ts';
import { type Session, type SessionOptions, startSession } from '../../rehearsal/session.ts';
import type { Outcome } from '../../shared/model/outcome.ts';
import type { Stage } from '../../shared/model/stages.ts';
import type { MachineRecord } from '../../shared/model/wave.ts';
import { judgedFetch } from './contract/described.ts';

const OPERATOR = 'olive operator';
const APPROVER = 'anna approver';
const MINUTE = 60_000;
const RollbackWhatIf = z.looseObject({
  machines: z.number(),
  counts: z.record(z.string(), z.number()),
  stays: z.record(z.string(), z.number()),
  connectors: z.array(z.string()),
  withoutLegacyAgent: z.number(),
  preview: z.array(z.object({ machineId: z.string(), steps: z.array(z.string()) })),
  warnings: z.array(z.object({ code: z.string(), text: z.string() })),
  confirmation: z.string(),
});
type RollbackWhatIf = z.infer<typeof RollbackWhatIf>;
/** Simulated time after which a scenario that waits for something gives up. */
const PATIENCE_MS = 20 * 24 * 60 * MINUTE;

interface World {
  readonly session: Session;
  readonly participant: Participant;
  readonly api: Api;
  planId: string;
  waveId: string;
}

/** Scenarios read as sentences: given an estate and a plan, when something happens, then this is so. */
export function scenario() {
  let world: World | undefined;
  afterEach(async () => {
    world?.participant.leave();
    await world?.session.close();
    world = undefined;
  });

  function here(): World {
    if (world === undefined) throw new Error('the scenario has no estate yet');
    return world;
  }

  const given = {
    async anEstate(file: EstateFile, options: Partial<SessionOptions> = {}): Promise<void> {
      const session = await startSession({ file, ...options });
      const participant = joinClock(session.clock);
      const api = createApi({
        url: 'http://127.0.0.1',
        key: session.host.key,
        fetch: judgedFetch(session.host),
      });
      world = { session, participant, api, planId: '', waveId: '' };
    },

    async anInventory(): Promise<InventoryView> {
      const { api, participant } = here();
      const { body } = await api.post('/inventories', z.object({ id: z.string() }), {});
      for (;;) {
        const { body: inventory } = await api.get(`/inventories/${body.id}`, InventoryView);
        if (inventory.status !== 'running') return inventory;
        await participant.sleep(1000);
      }
    },

    /** An inventory and a plan made from it; without a pilot unless the request asks for one. */
    async aPlan(request: Record<string, unknown> = {}): Promise<PlanView> {
      await given.anInventory();
      const cohorts = { pilotSize: 0, firstSize: 500, maxSize: 500 };
      const { body } = await here().api.post('/plans', PlanView, { cohorts, ...request });
      here().planId = body.id;
      return body;
    },
  };

  const when = {
    async theWaveStarts(wave = 0, options: { dryRun?: boolean; startAt?: string } = {}): Promise<void> {
      const { api, planId } = here();
      const Started = z.object({ id: z.string() });
      const { body } = await api.post('/waves', Started, { planId, wave, by: OPERATOR, ...options });
      here().waveId = body.id;
    },

    async timePasses(time: { minutes: number }): Promise<void> {
      await here().participant.sleep(time.minutes * MINUTE);
    },

    /** Time passes until the wave looks as wanted. */
    async theWaveReaches(wanted: string | ((wave: WaveView) => boolean)): Promise<WaveView> {
      const { session, participant } = here();
      const from = session.clock.now();
      for (;;) {
        const wave = await then.theWave();
        if (typeof wanted === 'string' ? wave.phase === wanted : wanted(wave)) return wave;
        const elapsed = session.clock.now() - from;
        if (elapsed > PATIENCE_MS) throw new Error(`the wave stays ${wave.phase}: ${JSON.stringify(wave)}`);
        // Who has waited for hours need not look every minute.
        await participant.sleep(Math.min(15 * MINUTE, Math.max(MINUTE, elapsed / 30)));
      }
    },

    /** Time passes until a stage of a machine has an outcome of this reason. */
    async theMachineWaitsFor(machineId: string, stage: Stage, reason: string): Promise<void> {
      const { session, participant } = here();
      const limit = session.clock.now() + PATIENCE_MS;
      for (;;) {
        const outcome = await then.outcome(machineId, stage);
        if (outcome?.status === 'waiting' && outcome.reason === reason) return;
        if (session.clock.now() > limit)
          throw new Error(`${stage} of ${machineId} is ${JSON.stringify(outcome)}`);
        await participant.sleep(MINUTE);
      }
    },

    async someoneApproves(by = APPROVER): Promise<void> {
      await verb('approve', { by });
    },
    async theOperatorHolds(reason: string): Promise<void> {
      await verb('hold', { by: OPERATOR, reason });
    },
    async theOperatorResumes(reason?: string, by = OPERATOR): Promise<void> {
      await verb('resume', { by, ...(reason === undefined ? {} : { reason }) });
    },
    async theOperatorAborts(reason: string): Promise<void> {
      await verb('abort', { by: OPERATOR, reason });
    },

    /** Asks what a rollback would do. */
    async aRollbackIsPreviewed(request: Record<string, unknown> = {}): Promise<RollbackWhatIf> {
      const { api, waveId } = here();
      const body = { by: OPERATOR, reason: 'wrong rules', ...request };
      return (await api.post(`/waves/${waveId}/rollback`, RollbackWhatIf, body)).body;
    },
    /** Rolls back; `confirmed` repeats the confirmation of a what-if of the same request. */
    async theOperatorRollsBack(request: Record<string, unknown> = {}, confirmed = false): Promise<void> {
      const accepted = confirmed
        ? { confirmation: (await when.aRollbackIsPreviewed(request)).confirmation }
        : {};
      await verb('rollback', {
        ...{ by: OPERATOR, reason: 'wrong rules', whatIf: false },
        ...request,
        ...accepted,
      });
    },

    /** The wave runs to its end, approved wherever it asks. */
    async theWaveRunsToItsEnd(): Promise<WaveView> {
      for (;;) {
        const wave = await when.theWaveReaches(
          ({ phase, finishedAt, totals }) =>
            finishedAt !== null ||
            phase === 'awaitingApproval' ||
            (phase === 'held' && totals.inFlight === 0),
        );
        if (wave.phase !== 'awaitingApproval') return wave;
        await when.someoneApproves();
      }
    },
  };

  async function verb(name: string, body: object): Promise<void> {
    const { api, waveId } = here();
    await api.post(`/waves/${waveId}/${name}`, WaveView, body);
  }

  const then = {
    async theWave(): Promise<WaveView> {
      const { api, waveId } = here();
      return (await api.get(`/waves/${waveId}`, WaveView)).body;
    },

    async theWaveIs(phase: string): Promise<void> {
      const wave = await then.theWave();
      expect(wave.phase, wave.message).toBe(phase);
    },

    async records(): Promise<Map<string, MachineRecord>> {
      const { api, waveId } = here();
      const Page = z.object({ machines: z.array(z.custom<MachineRecord>()), next: z.string().optional() });
      const records = new Map<string, MachineRecord>();
      let after = '';
      do {
        const query = after === '' ? '' : `&after=${after}`;
        const { body } = await api.get(`/waves/${waveId}/machines?limit=1000${query}`, Page);
        for (const record of body.machines) records.set(record.machineId, record);
        after = body.next ?? '';
      } while (after !== '');
      return records;
    },

    /** The outcome of a stage on a machine, by ARM id in any casing. */
    async outcome(machineId: string, stage: Stage): Promise<Outcome | undefined> {
      return (await then.records()).get(machineId.toLowerCase())?.outcomes[stage];
    },

    /** Names of the associations the machine really has, in order. */
    associationsOf(machineId: string): string[] {
      const found = here().session.estate.snapshot(machineId);
      return (found?.associations ?? []).map(({ name }) => name).sort();
    },

    /** Types of the agent extensions the machine really carries, in order. */
    theAgentsOf(machineId: string): string[] {
      const found = here().session.estate.snapshot(machineId);
      return (found?.extensions ?? []).map(({ type }) => type).sort();
    },

    /** Workspaces (customer ids) the legacy agent is set to report to, in whatever form it is on the machine. */
    legacyAgentOf(machineId: string): readonly string[] {
      return here().session.estate.snapshot(machineId)?.legacyWorkspaces ?? [];
    },

    /** Names of the run commands that are left on the machine. */
    runCommandsOf(machineId: string): readonly string[] {
      return here().session.estate.snapshot(machineId)?.runCommands ?? [];
    },

    requests(kind: OperationKind, machineId?: string): number {
      return here().session.estate.requestLog.entries({
        kind,
        ...(machineId === undefined ? {} : { machineId }),
      }).length;
    },

    /** Changes Azure accepted: what must not happen twice. */
    acceptedChanges(kind: OperationKind, machineId?: string): number {
      return here()
        .session.estate.requestLog.entries({ kind, ...(machineId === undefined ? {} : { machineId }) })
        .filter(({ status }) => status >= 200 && status < 300).length;
    },
  };

  return { given, when, then, here };
}

export type { LogEntry };
