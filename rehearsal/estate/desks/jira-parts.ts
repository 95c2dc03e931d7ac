import { dict, list, text } from '../json.ts';
import type { Reply } from '../wire.ts';
import type { Desk, DeskItem, Person } from './desk.ts';

/** Whether a value is a document that the API takes: version 1, known nodes, no empty text. */
export function isDocument(value: unknown): boolean {
  const { type, version, content } = dict(value);
  return type === 'doc' && version === 1 && Array.isArray(content) && content.every(isNode);
}

const NODES = ['paragraph', 'heading', 'bulletList', 'listItem', 'text', 'hardBreak'];

function isNode(value: unknown): boolean {
  const { type, content, text: words, attrs } = dict(value);
  if (!NODES.includes(String(type))) return false;
  if (type === 'text') return (text(words) ?? '') !== '';
  if (type === 'heading' && typeof dict(attrs)['level'] !== 'number') return false;
  if ((type === 'bulletList' || type === 'listItem') && list(content).length === 0) return false;
  return content === undefined || (Array.isArray(content) && content.every(isNode));
}

/** An account as the APIs show it; who hides the e-mail address shows none. */
export function userOf({ login, name }: Person, hidesEmail: boolean) {
  return {
    accountId: `712020:${Buffer.from(login).toString('hex').slice(0, 24)}`,
    displayName: name,
    active: true,
    ...(hidesEmail ? {} : { emailAddress: login }),
  };
}

/** Approvals of a request; an issue that is no request of the portal has none to be asked for. */
export function approvalsOf(desk: Desk, item: DeskItem | undefined): Reply {
  if (item === undefined || !item.fields.has('customfield_10010'))
    return {
      status: 404,
      body: { errorMessage: 'The request you are trying to view does not exist.', i18nErrorMessage: {} },
    };
  const asked = (desk.entry.answers ?? []).filter(({ does }) => does !== 'cancels');
  const words = item.words.filter(({ answer }) => answer.does !== 'cancels');
  const others = words.map(({ answer }) => answer).filter((answer) => !asked.includes(answer));
  const needed = asked.filter(({ does }) => does === 'approves').length;
  const approved = words.filter(({ answer }) => answer.does === 'approves');
  const declined = words.some(({ answer }) => answer.does === 'rejects');
  const isApproved = !declined && approved.length > 0 && approved.length >= needed;
  const value = {
    id: '1',
    name: 'CAB approval',
    finalDecision: declined ? 'declined' : isApproved ? 'approved' : 'pending',
    canAnswerApproval: false,
    approvers: [...asked, ...others].map((answer) => ({
      approver: userOf(answer.by, answer.hidesEmail ?? false),
      approverDecision: !words.some((word) => word.answer === answer)
        ? 'pending'
        : answer.does === 'approves'
          ? 'approved'
          : 'declined',
    })),
    createdDate: dateOf(item.createdAt),
    ...(declined || isApproved ? { completedDate: dateOf(words.at(-1)?.at ?? item.createdAt) } : {}),
  };
  return { status: 200, body: { size: 1, start: 0, limit: 50, isLastPage: true, values: [value] } };
}

function dateOf(ms: number) {
  return { epochMillis: ms, iso8601: new Date(ms).toISOString().replace('.000Z', '+0000') };
}
