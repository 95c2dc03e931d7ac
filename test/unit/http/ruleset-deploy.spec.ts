import type { HttpResponseInit } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { Problem, problemResponse } from '../../../functions/http/problem.ts';
import { deploymentResponse } from '../../../functions/http/ruleset-deploy.ts';
import type { Deployment } from '../../../shared/rules/deploy/deploy.ts';
import type { Step } from '../../../shared/rules/deploy/step.ts';
import { mixedRuleSet } from '../../support/rules/mixed-workspace.ts';

const SET = mixedRuleSet({}, []);
const STEP = { kind: 'table', id: '/t', action: 'create', changes: [] } as unknown as Step;
const base: Deployment = { status: 'stopped', steps: [], deployed: [], failed: null, remaining: [STEP] };
const trouble = (code: 'throttled' | 'notAuthorized' | 'requestRefused', retryAfterMs?: number) => ({
  failed: {
    step: STEP,
    trouble: { code, message: 'no', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  },
});

/** As the caller gets it. */
function answerTo(deployment: Deployment): HttpResponseInit {
  try {
    return deploymentResponse(SET, deployment);
  } catch (error) {
    if (error instanceof Problem) return problemResponse(error);
    throw error;
  }
}

describe('the answer to a deployment', () => {
  it.each<[string, Partial<Deployment>, number, string | undefined]>([
    ['all is there', { status: 'deployed', remaining: [] }, 200, undefined],
    ['the time of one call is over', {}, 202, '1'],
    ['Azure asks to wait', trouble('throttled', 9_500), 202, '10'],
    ['Azure is busy and does not say how long', trouble('throttled'), 202, '30'],
    ['Azure refuses', trouble('notAuthorized'), 502, undefined],
    ['there are conflicts', { status: 'refused' }, 409, undefined],
    ['one arose meanwhile', { status: 'refused', ...trouble('requestRefused') }, 409, undefined],
  ])('when %s', (_, change, status, retryAfter) => {
    const answer = answerTo({ ...base, ...change });
    const headers = (answer.headers ?? {}) as Record<string, string>;
    expect([answer.status ?? 200, headers['retry-after']]).toEqual([status, retryAfter]);
  });

  it('names what is left and what stopped it', () => {
    const conflict = { ...STEP, action: 'conflict', conflict: 'changedMeanwhile' } as Step;
    const failed = { step: conflict, trouble: { code: 'requestRefused' as const, message: 'changed' } };
    const { body } = answerTo({ ...base, status: 'refused', failed });
    expect(JSON.parse(String(body))).toMatchObject({
      code: 'ruleSetConflicts',
      errors: [{ path: 'table /t', message: 'changedMeanwhile' }],
      result: {
        id: SET.id,
        failed: { conflict: 'changedMeanwhile', message: 'changed' },
        remaining: [{ kind: 'table', id: '/t', action: 'create' }],
      },
    });
  });

  it('says what Azure refused, and what is done by then', () => {
    const { body } = answerTo({ ...base, ...trouble('notAuthorized') });
    expect(JSON.parse(String(body))).toMatchObject({
      ...{ code: 'azureRefused', detail: 'The table /t was not written: no. 1 steps are left.' },
      result: { status: 'stopped', deployed: [], failed: { code: 'notAuthorized' } },
    });
  });
});
