import { describe, expect, it } from 'vitest';
import { PlanRequest } from '../../../shared/model/plan-request.ts';
import { limitFaults, shortDeadlines } from '../../../shared/waves/limit-faults.ts';
import { aMachine } from '../../support/builders.ts';
import { tryPlan } from '../../support/planning.ts';

const pathsOf = (request: object) => limitFaults(PlanRequest.parse(request)).map(({ path }) => path);
const slow = (stage: string, maxSeconds: number, more: object = {}) => ({
  checks: [{ kind: 'timeInStage', name: 'slow', stage, maxSeconds, ...more }],
});
const NOBODY = { start: false, removal: false };
/** Two hours of data, its lag of 300 s, and 1200 s until the first rows are expected. */
const VERIFY = 7200 + 300 + 1200;

describe('limits that rule each other out', () => {
  it.each<[string, object, string[]]>([
    [
      'a quorum where nobody is asked',
      { policy: { approvals: { ...NOBODY, quorum: 2 } } },
      ['policy.approvals.quorum'],
    ],
    [
      'a quorum of some waves where nobody is asked',
      { waveSettings: [{ waves: 'rest', policy: { approvals: { removal: false, quorum: 3 } } }] },
      ['waveSettings[0].policy.approvals.quorum'],
    ],
    [
      'a verification faster than any',
      { policy: slow('verify', VERIFY - 1) },
      ['policy.checks[0].maxSeconds'],
    ],
    ['a confirmation faster than any', { policy: slow('confirm', 3899) }, ['policy.checks[0].maxSeconds']],
    [
      'the same for some waves',
      { waveSettings: [{ waves: [0], policy: slow('verify', 60) }] },
      ['waveSettings[0].policy.checks[0].maxSeconds'],
    ],
  ])('%s is refused with the path', (_, request, paths) => {
    expect(pathsOf(request)).toEqual(paths);
  });

  it.each<[string, object]>([
    ['a quorum at one of the gates', { policy: { approvals: { ...NOBODY, start: true, quorum: 2 } } }],
    [
      'a quorum for the waves that do ask',
      {
        policy: { approvals: { ...NOBODY, quorum: 2 } },
        waveSettings: [{ waves: 'rest', policy: { approvals: { removal: true } } }],
      },
    ],
    [
      'waves that ask nobody beside others of two persons',
      {
        policy: { approvals: { quorum: 2 } },
        waveSettings: [{ waves: 'pilot', policy: { approvals: { removal: false } } }],
      },
    ],
    ['nobody asked, and no quorum', { policy: { approvals: NOBODY } }],
    ['the fastest verification there is', { policy: slow('verify', VERIFY) }],
    ['a time that is only told', { policy: slow('verify', 60, { enforce: false }) }],
    ['a stage that may be that fast', { policy: slow('install', 60) }],
    [
      'a verification by presence, which may be that fast',
      { policy: { ...slow('verify', 600), verification: { proof: 'presence' } } },
    ],
  ])('%s is not', (_, request) => {
    expect(pathsOf(request)).toEqual([]);
  });

  it('make no plan, and the sentence says what to change', async () => {
    const refused = await tryPlan([aMachine({ name: 'a' })], {
      policy: { ...slow('verify', 600), approvals: { ...NOBODY, quorum: 2 } },
    });

    expect(refused).toEqual({
      ok: false,
      refusal: {
        code: 'invalidRequest',
        faults: [
          {
            path: 'policy.approvals.quorum',
            message:
              'is 2, and neither approvals.start nor approvals.removal is true, so nobody would be asked',
          },
          {
            path: 'policy.checks[0].maxSeconds',
            message: 'is 600, and verify takes 8700 seconds at least, so every machine would fail it',
          },
        ],
      },
    });
  });
});

describe('deadlines that end too soon', () => {
  it('are told one by one, those of scale sets only where there is one', () => {
    const { policy } = PlanRequest.parse({
      policy: {
        ...{ verifyDeadlineSeconds: VERIFY - 1, operationDeadlineSeconds: 400 },
        scaleSets: { upgradeDeadlineSeconds: 60 },
      },
    });

    expect(shortDeadlines({ policy }, true)).toEqual([
      'policy.verifyDeadlineSeconds is 8699, and data is judged after 8700 at the earliest',
      'policy.operationDeadlineSeconds is 400, and policy.expectedSeconds.install 420',
      'policy.scaleSets.upgradeDeadlineSeconds is 60, and policy.expectedSeconds.scaleSet 1800',
    ]);
    expect(shortDeadlines({ policy }, false)).toHaveLength(2);
    expect(shortDeadlines(PlanRequest.parse({}), true)).toEqual([]);
  });
});
