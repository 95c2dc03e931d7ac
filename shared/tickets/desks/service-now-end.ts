import type { CloseCode } from '../../model/ticket.ts';
import { ok, type Result } from '../../model/trouble.ts';
import type { Closing } from '../desk.ts';
import { journalText } from '../document.ts';
import type { DeskCall } from './call.ts';
import type { ServiceNowDetail } from './service-now.ts';

/** Choices of `change_request.close_code` (ServiceNow, "Close a change request"). */
const CODES: Readonly<Record<Exclude<CloseCode, 'cancelled'>, string>> = {
  successful: 'successful',
  successfulWithIssues: 'successful_issues',
  unsuccessful: 'unsuccessful',
};

/** One step: open tasks, then Review, then Closed with code and notes. A change that never began is canceled. */
export async function endServiceNow(
  call: DeskCall,
  patch: (id: string, json: Readonly<Record<string, string>>) => Promise<Result<null>>,
  id: string,
  { code, doc }: Closing,
  { state, tasks }: ServiceNowDetail,
): Promise<Result<null>> {
  const notes = journalText(doc).slice(0, 3900);
  if (code === 'cancelled' || Number(state) < -1) return patch(id, { state: '4', work_notes: notes });
  for (const task of tasks.filter((one) => Number(one.state) < 3)) {
    const json = {
      state: code === 'unsuccessful' ? '4' : '3',
      close_code: CODES[code],
      close_notes: 'See the closing notes of the change.',
    };
    const answer = await call({ method: 'PATCH', path: `/api/now/table/change_task/${task.id}`, json });
    if (!answer.ok) return answer;
  }
  if (state === '-1') return patch(id, { state: '0' });
  return state === '0' ? patch(id, { state: '3', close_code: CODES[code], close_notes: notes }) : ok(null);
}
