import { z } from 'zod';
import type { TicketRecord, TicketSnapshot } from '../../model/ticket.ts';
import { ok, type Result } from '../../model/trouble.ts';
import { type Closing, EMPTY_SNAPSHOT, type FoundTicket, type TicketDesk, type TicketFile } from '../desk.ts';
import { plainText } from '../document.ts';

const Opened = z.looseObject({ number: z.string().max(100).optional(), url: z.url().max(500).optional() });

/** Sends one signed message; the id is the same however often it is sent, so that the receiver takes it once. */
export type SendMessage = (
  id: string,
  message: Readonly<Record<string, unknown>>,
) => Promise<Result<unknown>>;

/**
 * A desk of the user's own: it takes signed messages and answers by callbacks. It cannot be read, so what was sent
 * and what it said is known from the record alone.
 */
export function webhookDesk(send: SendMessage): TicketDesk {
  async function tell(
    { correlationId, waveId }: Pick<TicketRecord, 'correlationId' | 'waveId'>,
    key: string,
    type: string,
    data: object,
  ): Promise<Result<null>> {
    const answer = await send(`${correlationId}-${key}`, {
      type: `ticket.${type}`,
      correlationId,
      waveId,
      ...data,
    });
    return answer.ok ? ok(null) : answer;
  }

  return {
    kind: 'webhook',
    settleMs: 0,

    // The same message again is the same change again.
    find: async () => ok(undefined),

    async open({ correlationId, waveId, title, description, plan, risk, rollback, test, ...window }) {
      const answer = await send(`${correlationId}-open`, {
        ...{ type: 'ticket.open', correlationId, waveId, title, ...window },
        description: plainText(description),
        plan: plainText(plan),
        risk: plainText(risk),
        rollback: plainText(rollback),
        test: plainText(test),
      });
      if (!answer.ok) return answer;
      const opened = Opened.safeParse(answer.value ?? {});
      const { number = correlationId, url = '' } = opened.success ? opened.data : {};
      const ref = { id: correlationId, number, url };
      return ok<FoundTicket>({ ref, own: [] });
    },

    read: async (_, record) => ok(snapshotOf(record)),
    submit: (_, __, record) => tell(record, 'submit', 'submitted', {}),
    start: (_, __, record) => tell(record, 'start', 'started', {}),
    note: (_, { key, doc, halves }, __, record) =>
      tell(record, key, 'progress', { key, text: plainText(doc), ...halves }),
    attach: (_, file: TicketFile, record) => tell(record, fileKey(file.name), 'file', file),
    close: (_, { code, doc }: Closing, __, record) =>
      tell(record, 'close', 'closed', { code, text: plainText(doc) }),
  };
}

function fileKey(name: string): string {
  return `file-${name.replaceAll('.', '-')}`;
}

function snapshotOf({ said, sent, files }: TicketRecord): TicketSnapshot {
  const state = said?.cancelled
    ? 'cancelled'
    : sent.includes('close')
      ? 'closed'
      : sent.includes('start')
        ? 'started'
        : 'open';
  const { cancelled: _, ...told } = said ?? { ...EMPTY_SNAPSHOT, cancelled: false };
  const decision = told.decision === 'notAsked' && sent.includes('submit') ? 'pending' : told.decision;
  return {
    ...told,
    ...{ state, decision, deskState: decision === 'pending' ? state : `${state}, ${decision}` },
    files: files.map(({ name }) => name),
    notes: sent.filter((key) => key.startsWith('note-')).map((key) => key.slice('note-'.length)),
  };
}
