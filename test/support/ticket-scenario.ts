import type { DeskView } from '../../rehearsal/estate/desks/desks.ts';
import type { DeskKind } from '../../shared/model/ticket-policy.ts';
import { scenario } from './scenario.ts';
import { ANNA, callback, DESK_SETUPS, type TicketedWave, TicketedWave as View } from './tickets.ts';

const MINUTE = 60_000;

/** Scenarios of waves with a ticket. */
export function ticketScenario() {
  const base = scenario();
  const { here, when } = base;
  let messages = 0;

  async function look(): Promise<TicketedWave> {
    const { api, waveId } = here();
    return (await api.get(`/waves/${waveId}`, View)).body;
  }

  const steps = {
    look,

    /** Time passes until wave and ticket look as wanted; a day at most unless told otherwise. */
    async until(wanted: (wave: TicketedWave) => boolean, minutes = 3 * 1440): Promise<TicketedWave> {
      for (let passed = 0; passed < minutes; passed += 5) {
        const wave = await look();
        if (wanted(wave)) return wave;
        await here().participant.sleep(5 * MINUTE);
      }
      throw new Error(`never came: ${JSON.stringify(await look())}`);
    },

    desk(kind: DeskKind): DeskView {
      const view = here().session.estate.desk(DESK_SETUPS[kind].entry.host);
      if (view === undefined) throw new Error(`no desk ${kind}`);
      return view;
    },

    /** A signed message of the desk; its status and body. */
    async tells(message: object | string, options: { id?: string; secret?: string; at?: number } = {}) {
      const { session } = here();
      messages += 1;
      const { id = `msg_${messages}`, at = session.clock.now(), ...rest } = options;
      const answer = await session.host.fetch(callback(message, { nowMs: at, id, ...rest }));
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },

    /** Somebody approves the change at its desk: by hand there, or by a signed message. */
    async somebodyApproves(kind: DeskKind, by = ANNA): Promise<void> {
      const { ticket } = await look();
      if (kind === 'webhook') {
        const person = { login: by.login, name: by.name };
        await steps.tells({ correlationId: ticket?.correlationId, decision: 'approved', person });
        return;
      }
      steps.desk(kind).answer(ticket?.number ?? '', { does: 'approves', by });
    },

    /** The wave runs to its end and its ticket with it. */
    async bothEnd(): Promise<TicketedWave> {
      return steps.until(({ ticket, finishedAt }) => finishedAt !== null && ticket?.state === 'closed');
    },
  };

  return { ...base, when, steps };
}
