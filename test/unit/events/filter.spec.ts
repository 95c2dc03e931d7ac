import { describe, expect, it } from 'vitest';
import { isFor } from '../../../shared/events/filter.ts';
import type { AppEvent } from '../../../shared/model/event.ts';
import type { EventFilter, Subscription } from '../../../shared/model/subscription.ts';

const event: AppEvent = {
  ...{ id: 'p-wave-0-000001', stream: 'p-wave-0', number: 1, time: '2026-11-21T09:00:00.000Z' },
  ...{ type: 'wave.held', subject: 'waves/p-wave-0', severity: 'warning', message: 'm' },
  ...{ planId: 'p', waveId: 'p-wave-0', dryRun: false, data: {} },
};
const subscriber = (filter: Partial<EventFilter>, createdAt = '2026-11-21T08:00:00.000Z'): Subscription => ({
  ...{ id: 's', name: null, sink: { kind: 'eventGrid', host: 'h' }, createdAt, createdBy: 'o' },
  ...{ filter: { dryRuns: false, ...filter }, disabled: null, lastDeadLetterAt: null },
});

describe('a filter', () => {
  it.each<[string, Partial<EventFilter>, Partial<AppEvent>, boolean]>([
    ['nothing lets everything through', {}, {}, true],
    ['its type', { types: ['wave.held', 'wave.started'] }, {}, true],
    ['another type', { types: ['wave.started'] }, {}, false],
    ['its plan', { planIds: ['x', 'p'] }, {}, true],
    ['another plan', { planIds: ['x'] }, {}, false],
    ['a plan, of what has none', { planIds: ['p'] }, { planId: undefined as never }, false],
    ['its wave', { waveIds: ['p-wave-0'] }, {}, true],
    ['another wave', { waveIds: ['p-wave-1'] }, {}, false],
    ['its severity', { minSeverity: 'warning' }, {}, true],
    ['a lower severity', { minSeverity: 'info' }, {}, true],
    ['a higher severity', { minSeverity: 'error' }, {}, false],
    ['dry runs where none are wanted', {}, { dryRun: true }, false],
    ['dry runs where they are', { dryRuns: true }, { dryRun: true }, true],
    ['all of several', { types: ['wave.held'], planIds: ['p'], minSeverity: 'warning' }, {}, true],
    ['one of several', { types: ['wave.held'], planIds: ['x'] }, {}, false],
  ])('by %s', (_, filter, change, wanted) => {
    expect(isFor(subscriber(filter), { ...event, ...change })).toBe(wanted);
  });

  it('lets through nothing that was before the subscription, nor news of itself', () => {
    expect(isFor(subscriber({}, '2026-11-21T09:00:00.001Z'), event)).toBe(false);
    const about = { ...event, type: 'subscription.disabled' as const };
    expect(isFor(subscriber({}), { ...about, data: { subscriptionId: 's' } })).toBe(false);
    expect(isFor(subscriber({}), { ...about, data: { subscriptionId: 't' } })).toBe(true);
  });
});
