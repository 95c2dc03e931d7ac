import { type AppEvent, isAtLeast } from '../model/event.ts';
import type { Subscription } from '../model/subscription.ts';

/** Whether a subscription gets an event. What happened before it was made is not for it, nor is news of itself. */
export function isFor({ id, filter, createdAt }: Subscription, event: AppEvent): boolean {
  const { types, planIds, waveIds, minSeverity, dryRuns } = filter;
  if (event.time < createdAt) return false;
  if (event.type.startsWith('subscription.') && event.data['subscriptionId'] === id) return false;
  if (event.dryRun === true && !dryRuns) return false;
  if (types !== undefined && !types.includes(event.type)) return false;
  if (planIds !== undefined && !planIds.includes(event.planId ?? '')) return false;
  if (waveIds !== undefined && !waveIds.includes(event.waveId ?? '')) return false;
  return minSeverity === undefined || isAtLeast(event.severity, minSeverity);
}
