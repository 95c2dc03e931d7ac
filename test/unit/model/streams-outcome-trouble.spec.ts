import { describe, expect, it } from 'vitest';
import {
  allowsNext,
  blocked,
  failed,
  isSettled,
  type Outcome,
  outcomeReason,
  skipped,
  waiting,
} from '../../../shared/model/outcome.ts';
import { REASONS } from '../../../shared/model/reasons.ts';
import { tableOfStream } from '../../../shared/model/streams.ts';
import { isCurable, isTransient, TROUBLE_CODES } from '../../../shared/model/trouble.ts';
import { batchId, pageEnd } from '../../../shared/model/wave.ts';
import { at } from '../../support/builders.ts';

describe('tableOfStream', () => {
  // Facts file 3.6.
  it.each([
    ['Microsoft-Perf', 'Perf'],
    ['Microsoft-Event', 'Event'],
    ['Microsoft-SecurityEvent', 'SecurityEvent'],
    ['Microsoft-Syslog', 'Syslog'],
    ['Microsoft-CommonSecurityLog', 'CommonSecurityLog'],
    ['Microsoft-W3CIISLog', 'W3CIISLog'],
    ['Microsoft-InsightsMetrics', 'InsightsMetrics'],
    ['Microsoft-ConfigurationChange', 'ConfigurationChange'],
    ['microsoft-SECURITYEVENT', 'SecurityEvent'],
    ['Custom-App_CL', 'App_CL'],
    ['custom-App_AMA_CL', 'App_AMA_CL'],
  ])('sends %s to %s', (stream, table) => {
    expect(tableOfStream(stream)).toBe(table);
  });

  it.each(['Custom-Input-App', 'Custom-_CL', 'Microsoft-Table-Event', 'Event', ''])(
    'does not know %s',
    (stream) => {
      expect(tableOfStream(stream)).toBeUndefined();
    },
  );
});

describe('outcomes', () => {
  const cases: readonly [Outcome, settled: boolean, next: boolean, reason: string | undefined][] = [
    [{ status: 'done' }, true, true, undefined],
    [{ status: 'alreadyDone' }, true, true, undefined],
    [skipped('scomAttached'), true, true, 'scomAttached'],
    [waiting('notRunning', at(60)), false, false, 'notRunning'],
    [blocked('locked'), true, false, 'locked'],
    [failed('operationFailed'), true, false, 'operationFailed'],
  ];

  it.each(cases)(
    '%j is settled, allows the next stage, and names its reason',
    (outcome, settled, next, reason) => {
      expect(isSettled(outcome)).toBe(settled);
      expect(allowsNext(outcome)).toBe(next);
      expect(outcomeReason(outcome)).toBe(reason);
    },
  );

  it('an outcome that is not there is neither settled nor a way on', () => {
    expect(isSettled(undefined)).toBe(false);
    expect(allowsNext(undefined)).toBe(false);
  });

  it('a blocked outcome says who must act, from the table of reasons', () => {
    expect(blocked('identityMissing')).toEqual({
      status: 'blocked',
      reason: 'identityMissing',
      needs: 'platformTeam',
    });
    expect(blocked('notRunning', 'stopped')).toEqual({
      status: 'blocked',
      reason: 'notRunning',
      needs: 'machineOwner',
      detail: 'stopped',
    });
  });

  it('no detail means no detail key', () => {
    expect(Object.keys(waiting('throttled', at(1)))).toEqual(['status', 'reason', 'until']);
    expect(Object.keys(failed('unexpected'))).toEqual(['status', 'code']);
    expect(Object.keys(skipped('dryRun'))).toEqual(['status', 'reason']);
  });
});

describe('reasons', () => {
  it.each(Object.entries(REASONS))('%s is a sentence', (_, { text }) => {
    expect(text).toMatch(/^[A-Z].{15,}\.$/);
  });
});

describe('trouble', () => {
  it.each(TROUBLE_CODES)('%s is cured by time, by a person, or by neither, never by both', (code) => {
    const transient = ['throttled', 'serviceUnavailable', 'extensionBusy'].includes(code);
    const curable = ['notRunning', 'arcDisconnected', 'extensionStuck'].includes(code);

    expect([isTransient(code), isCurable(code)]).toEqual([transient, curable]);
  });
});

describe('batches', () => {
  it('sort by cell, then by number', () => {
    expect([batchId(0, 2), batchId(0, 10), batchId(1, 0)]).toEqual(['0000-0002', '0000-0010', '0001-0000']);
  });

  it.each([
    [0, 200, 450, 200],
    [400, 200, 450, 450],
    [0, 200, 0, 0],
  ])('page from %i of size %i of %i ends at %i', (from, size, total, end) => {
    expect(pageEnd(from, size, total)).toBe(end);
  });
});
