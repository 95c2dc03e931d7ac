import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  neededByScom,
  nextTask,
  type RemovalTask,
  type RemovalView,
  removalAction,
} from '../../../../shared/agents/removal/tasks.ts';
import { isLegacyExtension } from '../../../../shared/model/agents.ts';
import type { ScriptResult } from '../../../../shared/model/removal.ts';
import {
  anAmaExtension,
  anExtension,
  aPolicy,
  CUSTOMER_ID,
  WORKSPACE_ID,
} from '../../../support/builders.ts';

const OTHER_ID = '33333333-3333-4333-8333-333333333333';
const OTHER_WORKSPACE = WORKSPACE_ID.replace('law-main', 'law-other');
const MMA = anExtension();
const AMA = anAmaExtension();
const dependency = (changes: object = {}) =>
  anExtension({
    name: 'DAExtension',
    publisher: 'Microsoft.Azure.Monitoring.DependencyAgent',
    type: 'DependencyAgentWindows',
    settings: null,
    ...changes,
  });

function view(changes: Partial<RemovalView> = {}, removal: object = {}): RemovalView {
  return {
    planned: {
      legacyWorkspaces: [WORKSPACE_ID, OTHER_WORKSPACE],
      legacyCustomerIds: [CUSTOMER_ID, OTHER_ID],
      scomAttached: false,
    },
    extensions: [MMA, AMA],
    progress: undefined,
    scomHeard: false,
    policy: aPolicy({ removal }),
    customerIdOf: (id) => (id === WORKSPACE_ID ? CUSTOMER_ID : id === OTHER_WORKSPACE ? OTHER_ID : undefined),
    ...changes,
  };
}

const said = (action: ScriptResult['action'], result: ScriptResult['result'], reason = ''): ScriptResult => ({
  ...{ schema: 1, action, result, reason },
  ...{ before: [CUSTOMER_ID], after: [] },
});

describe('removalAction', () => {
  const scom = { planned: { ...view().planned, scomAttached: true } };
  const cases: readonly [string, RemovalView, object][] = [
    ['nothing stands for the agent', view(), { kind: 'remove' }],
    ['SCOM is planned', view(scom), { kind: 'keep', reason: 'scomAttached' }],
    ['SCOM is heard', view({ scomHeard: true }), { kind: 'keep', reason: 'scomAttached' }],
    [
      'a script found SCOM',
      view({ progress: { scomFound: true } }),
      { kind: 'keep', reason: 'scomAttached' },
    ],
    [
      'SCOM needs it, and its workspaces go',
      view(scom, { scom: 'detach' }),
      { kind: 'detach', workspaces: [CUSTOMER_ID, OTHER_ID] },
    ],
    [
      'SCOM needs it, and it has no workspace',
      view({ planned: { ...scom.planned, legacyWorkspaces: [], legacyCustomerIds: [] } }, { scom: 'detach' }),
      { kind: 'keep', reason: 'scomAttached' },
    ],
    [
      'one workspace is kept',
      view({}, { keepWorkspaces: [OTHER_WORKSPACE] }),
      { kind: 'detach', workspaces: [CUSTOMER_ID] },
    ],
    [
      'every workspace is kept',
      view({}, { keepWorkspaces: [WORKSPACE_ID, OTHER_WORKSPACE] }),
      { kind: 'keep', reason: 'workspaceKept' },
    ],
    [
      'a kept workspace is not its own',
      view({}, { keepWorkspaces: [`${WORKSPACE_ID}-2`] }),
      { kind: 'remove' },
    ],
    [
      'the id of a kept workspace is not known',
      view({ customerIdOf: () => undefined }, { keepWorkspaces: [OTHER_WORKSPACE] }),
      { kind: 'keep', reason: 'workspacesUnknown' },
    ],
    [
      'SCOM needs it, and a workspace is kept',
      view(scom, { scom: 'detach', keepWorkspaces: [WORKSPACE_ID] }),
      { kind: 'detach', workspaces: [OTHER_ID] },
    ],
  ];

  it.each(cases)('%s', (_, given, expected) => {
    expect(removalAction(given)).toEqual(expected);
  });
});

describe('nextTask', () => {
  const manual = { ...view().planned, legacyForms: ['manual'] as const };
  const cases: readonly [string, RemovalView, object][] = [
    ['an extension', view(), { kind: 'deleteExtension', extension: MMA }],
    [
      'two types, the first in the list first',
      view({ extensions: [AMA, anExtension({ name: 'x', type: 'OmsAgentForLinux' }), MMA] }),
      { kind: 'deleteExtension', extension: { name: 'x' } },
    ],
    [
      'an extension in another operation',
      view({ extensions: [{ ...MMA, provisioningState: 'Transitioning' }] }),
      { kind: 'waitForExtension' },
    ],
    [
      'an agent without extension, not allowed',
      view({ planned: manual, extensions: [AMA] }),
      {
        kind: 'keep',
        reason: 'manualInstallKept',
      },
    ],
    [
      'an agent without extension',
      view({ planned: manual, extensions: [AMA] }, { manualInstalls: true }),
      { kind: 'runScript', action: 'remove', workspaces: [] },
    ],
    [
      'an agent a script has removed',
      view({ planned: manual, extensions: [AMA], progress: { script: said('remove', 'removed') } }),
      { kind: 'finished', agentStays: false },
    ],
    [
      'an agent a script could not remove',
      view(
        { planned: manual, extensions: [AMA], progress: { script: said('remove', 'failed', 'x') } },
        { manualInstalls: true },
      ),
      { kind: 'runScript', action: 'remove' },
    ],
    [
      'an agent that was detached',
      view({ progress: { script: said('detach', 'detached') } }, { keepWorkspaces: [OTHER_WORKSPACE] }),
      { kind: 'finished', agentStays: true },
    ],
    [
      'an agent to detach',
      view({}, { keepWorkspaces: [OTHER_WORKSPACE] }),
      { kind: 'runScript', action: 'detach', workspaces: [CUSTOMER_ID] },
    ],
    ['nothing', view({ extensions: [AMA] }), { kind: 'finished', agentStays: false }],
    [
      'a dependency agent, while the legacy agent is there',
      view({ extensions: [MMA, dependency()] }, { dependencyAgent: 'remove' }),
      { kind: 'deleteExtension', extension: MMA },
    ],
    ['a dependency agent to keep', view({ extensions: [dependency()] }), { kind: 'finished' }],
    [
      'a dependency agent to delete',
      view({ extensions: [dependency()] }, { dependencyAgent: 'remove' }),
      { kind: 'deleteExtension', extension: { name: 'DAExtension' } },
    ],
    [
      'a dependency agent to set',
      view({ extensions: [dependency()] }, { dependencyAgent: 'amaMode' }),
      { kind: 'putDependencyAgent' },
    ],
    [
      'a dependency agent that is set',
      view({ extensions: [dependency({ settings: { enableAMA: true } })] }, { dependencyAgent: 'amaMode' }),
      { kind: 'finished' },
    ],
    [
      'a dependency agent that failed to be set',
      view(
        { extensions: [dependency({ settings: { enableAMA: 'true' }, provisioningState: 'Failed' })] },
        { dependencyAgent: 'amaMode' },
      ),
      { kind: 'putDependencyAgent' },
    ],
    [
      'a dependency agent that is being written',
      view({ extensions: [dependency({ provisioningState: 'Updating' })] }, { dependencyAgent: 'amaMode' }),
      { kind: 'waitForExtension' },
    ],
  ];

  it.each(cases)('%s', (_, given, expected) => {
    expect(nextTask(given)).toMatchObject(expected);
  });

  const results = fc.constantFrom<ScriptResult['result']>(
    'removed',
    'detached',
    'absent',
    'refused',
    'failed',
  );
  const anyView: fc.Arbitrary<RemovalView> = fc
    .record({
      forms: fc.constantFrom(undefined, ['manual'] as const, ['extension', 'manual'] as const),
      scomAttached: fc.boolean(),
      scomHeard: fc.boolean(),
      extensions: fc.subarray([MMA, anExtension({ name: 'b', type: 'OmsAgentForLinux' }), AMA, dependency()]),
      keepWorkspaces: fc.subarray([WORKSPACE_ID, OTHER_WORKSPACE]),
      policy: fc.record({
        manualInstalls: fc.boolean(),
        scom: fc.constantFrom('keep', 'detach'),
        dependencyAgent: fc.constantFrom('keep', 'amaMode', 'remove'),
      }),
      script: fc.option(
        fc.record({ action: fc.constantFrom<ScriptResult['action']>('remove', 'detach'), result: results }),
        { nil: undefined },
      ),
      scomFound: fc.boolean(),
    })
    .map(({ forms, scomAttached, scomHeard, extensions, keepWorkspaces, policy, script, scomFound }) =>
      view(
        {
          planned: {
            ...view().planned,
            scomAttached,
            ...(forms === undefined ? {} : { legacyForms: forms }),
          },
          scomHeard,
          extensions,
          progress: {
            ...(script === undefined ? {} : { script: said(script.action, script.result) }),
            ...(scomFound ? { scomFound: true as const } : {}),
          },
        },
        { ...policy, keepWorkspaces },
      ),
    );

  const endsAgent = (task: RemovalTask) =>
    (task.kind === 'deleteExtension' && isLegacyExtension(task.extension)) ||
    (task.kind === 'runScript' && task.action === 'remove');

  it('never ends an agent that Operations Manager needs, or that has a workspace to keep', () => {
    fc.assert(
      fc.property(anyView, (given) => {
        const task = nextTask(given);
        if (!endsAgent(task)) return;
        expect(neededByScom(given)).toBe(false);
        expect(given.policy.removal.keepWorkspaces).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('never detaches a workspace that is to be kept, and never all for nothing', () => {
    fc.assert(
      fc.property(anyView, (given) => {
        const task = nextTask(given);
        if (task.kind !== 'runScript' || task.action !== 'detach') return;
        expect(task.workspaces.length).toBeGreaterThan(0);
        for (const id of given.policy.removal.keepWorkspaces)
          expect(task.workspaces).not.toContain(given.customerIdOf(id));
      }),
      { numRuns: 2000 },
    );
  });

  it('runs no script on an agent without extension unless the plan says so', () => {
    fc.assert(
      fc.property(anyView, (given) => {
        const task = nextTask(given);
        if (task.kind !== 'runScript' || task.action !== 'remove') return;
        expect(given.policy.removal.manualInstalls).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
