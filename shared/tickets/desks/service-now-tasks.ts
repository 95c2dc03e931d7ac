import { ok, type Result } from '../../model/trouble.ts';
import type { Half, TicketNote } from '../desk.ts';
import type { DeskCall } from './call.ts';
import type { ServiceNowDetail } from './service-now.ts';

const TASKS = '/api/now/table/change_task';
const HALVES = [
  ['deploy', 'Install Azure Monitor Agent, associate its rules, prove that the data is there'],
  ['removal', 'Remove the legacy agent after its gate, confirm that nothing went quiet'],
] as const;

/** States of a change task: 1 Open, 2 In Progress, 3 Closed, 4 Canceled. */
const STATES: Readonly<Record<Half, string>> = { ahead: '1', underWay: '2', done: '3', dropped: '4' };

/** Creates what is missing of the two tasks of a change. */
export async function createTasks(
  call: DeskCall,
  changeId: string,
  correlationId: string,
  { tasks }: ServiceNowDetail,
): Promise<Result<null>> {
  for (const [half, text] of HALVES) {
    const own = `${correlationId}-${half}`;
    if (tasks.some((task) => task.correlationId === own)) continue;
    const json = {
      change_request: changeId,
      change_task_type: 'implementation',
      short_description: text,
      correlation_id: own,
    };
    const answer = await call({ method: 'POST', path: TASKS, json });
    if (!answer.ok) return answer;
  }
  return ok(null);
}

/** Brings tasks to where the wave is; never back, and what is closed stays. */
export async function moveTasks(
  call: DeskCall,
  correlationId: string,
  { tasks }: ServiceNowDetail,
  halves: TicketNote['halves'],
): Promise<Result<null>> {
  for (const [half] of HALVES) {
    const task = tasks.find((one) => one.correlationId === `${correlationId}-${half}`);
    const wanted = STATES[halves[half]];
    if (task === undefined || Number(wanted) <= Number(task.state)) continue;
    const json =
      wanted === '3' || wanted === '4'
        ? {
            state: wanted,
            close_code: wanted === '3' ? 'successful' : 'unsuccessful',
            close_notes: 'See the work notes of the change.',
          }
        : { state: wanted };
    const answer = await call({ method: 'PATCH', path: `${TASKS}/${task.id}`, json });
    if (!answer.ok) return answer;
  }
  return ok(null);
}
