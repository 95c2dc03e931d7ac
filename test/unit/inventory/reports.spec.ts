import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  customerIdOf,
  FRESH_DAYS,
  heartbeatsOf,
  isFresh,
  legacyPresence,
  legacyTargets,
  reportsOf,
} from '../../../shared/inventory/reports.ts';
import type { Report } from '../../../shared/model/machine.ts';
import { anAmaExtension, anExtension, at, CUSTOMER_ID, NOW, WORKSPACE_ID } from '../../support/builders.ts';
import { DAY, heartbeatRow } from '../../support/inventory-builders.ts';

const OTHER = '/workspaces/other';
const HIDDEN = '99999999-9999-4999-8999-999999999999';
const BY_CUSTOMER = new Map([[CUSTOMER_ID, WORKSPACE_ID]]);
const NONE = { ama: null, legacy: null, scom: null };

describe('reportsOf', () => {
  it('keeps the last instant of each workspace and agent, in a fixed order', () => {
    const rows = [
      heartbeatRow({ lastSeen: at(-90) }),
      heartbeatRow({ lastSeen: at(-30), Computer: 'renamed' }),
      heartbeatRow({ lastSeen: at(-60) }),
      heartbeatRow({ workspaceId: OTHER, lastSeen: at(-10) }),
      heartbeatRow({ Category: 'Azure Monitor Agent', lastSeen: at(-20) }),
      heartbeatRow({ Category: 'SCOM Agent', lastSeen: at(-40) }),
      heartbeatRow({ Category: 'SCOM Management Server', lastSeen: at(-35) }),
    ];
    const expected = [
      { workspaceId: WORKSPACE_ID, agent: 'ama', lastSeen: at(-20) },
      { workspaceId: WORKSPACE_ID, agent: 'legacy', lastSeen: at(-30) },
      { workspaceId: WORKSPACE_ID, agent: 'scom', lastSeen: at(-35) },
      { workspaceId: OTHER, agent: 'legacy', lastSeen: at(-10) },
    ];
    expect(reportsOf(rows)).toEqual(expected);
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(reportsOf(shuffled)).toEqual(expected);
      }),
    );
  });

  it.each([null, '', undefined, 'Container', 'direct'])('hears no agent in category %s', (Category) => {
    expect(reportsOf([heartbeatRow({ Category })])).toEqual([]);
  });

  it('heartbeats are the last of all workspaces', () => {
    const reports: Report[] = [
      { workspaceId: OTHER, agent: 'legacy', lastSeen: at(-10) },
      { workspaceId: WORKSPACE_ID, agent: 'legacy', lastSeen: at(-30) },
      { workspaceId: WORKSPACE_ID, agent: 'scom', lastSeen: at(-40) },
    ];
    expect(heartbeatsOf(reports)).toEqual({ ama: null, legacy: at(-10), scom: at(-40) });
    expect(heartbeatsOf([])).toEqual(NONE);
  });
});

it.each([
  [0, true],
  [-FRESH_DAYS * DAY, true],
  [-FRESH_DAYS * DAY - 1, false],
  [60, true],
])('heard %i seconds from now is fresh: %s', (seconds, fresh) => {
  expect(isFresh(at(seconds), NOW)).toBe(fresh);
});

it('what is no instant is not fresh', () => {
  expect(isFresh('never', NOW)).toBe(false);
});

describe('legacyPresence', () => {
  const both = [anExtension(), anAmaExtension()];
  it.each([
    ['an extension', [anExtension()], NONE, 'extension'],
    ['both extensions, heard or not', both, NONE, 'extension'],
    ['an old voice beside the new agent', [anAmaExtension()], { ...NONE, legacy: at(-DAY) }, 'none'],
    ['a voice of now beside the new agent', [anAmaExtension()], { ...NONE, legacy: at(-60) }, 'heartbeat'],
    [
      'SCOM now beside the new agent',
      [anAmaExtension()],
      { ...NONE, legacy: at(-DAY), scom: at(-60) },
      'heartbeat',
    ],
    ['an old voice alone', [], { ...NONE, legacy: at(-20 * DAY) }, 'heartbeat'],
    ['the new agent alone', [], { ...NONE, ama: at(0) }, 'none'],
    ['nothing', [], NONE, 'none'],
  ] as const)('%s', (_, extensions, heartbeats, presence) => {
    expect(legacyPresence({ extensions, heartbeats }, NOW)).toBe(presence);
  });
});

describe('customerIdOf', () => {
  it.each([
    null,
    undefined,
    'text',
    7,
    [],
    {},
    { workspaceId: null },
    { workspaceId: 7 },
    { workspaceId: '' },
  ])('finds no workspace in settings %j', (settings) => {
    expect(customerIdOf({ settings })).toEqual([]);
  });

  it('gives it in lower case', () => {
    expect(customerIdOf({ settings: { workspaceId: 'AB-C' } })).toEqual(['ab-c']);
  });
});

describe('legacyTargets', () => {
  const legacy = (workspaceId: string, seconds: number, agent: Report['agent'] = 'legacy'): Report => ({
    workspaceId,
    agent,
    lastSeen: at(seconds),
  });

  it('finds a workspace by the customer id in any casing, and once', () => {
    const upper = anExtension({ settings: { workspaceId: CUSTOMER_ID.toUpperCase() } });
    expect(legacyTargets([anExtension(), upper], [legacy(WORKSPACE_ID, -60)], BY_CUSTOMER)).toEqual({
      legacyWorkspaces: [WORKSPACE_ID],
      unseenWorkspaces: [],
    });
  });

  it('keeps the ids of workspaces it cannot see apart, each once', () => {
    const extensions = [
      anExtension(),
      anExtension({ settings: { workspaceId: HIDDEN } }),
      anExtension({ settings: { workspaceId: HIDDEN.toUpperCase() } }),
    ];
    expect(legacyTargets(extensions, [], BY_CUSTOMER)).toEqual({
      legacyWorkspaces: [WORKSPACE_ID],
      unseenWorkspaces: [HIDDEN],
    });
  });

  it('misses no workspace of an agent that is not the legacy one', () => {
    const stranger = anExtension({ publisher: 'Contoso', settings: { workspaceId: HIDDEN } });
    expect(legacyTargets([stranger], [legacy(OTHER, -60, 'ama')], BY_CUSTOMER)).toEqual({
      legacyWorkspaces: [],
      unseenWorkspaces: [],
    });
  });

  it.each([
    ['two it is heard in', [legacy(WORKSPACE_ID, -60), legacy(OTHER, -120)], [WORKSPACE_ID, OTHER]],
    [
      'one left within 14 days of the last heartbeat',
      [legacy(WORKSPACE_ID, -60), legacy(OTHER, -60 - 14 * DAY)],
      [WORKSPACE_ID, OTHER],
    ],
    [
      'not one left more than 14 days before',
      [legacy(WORKSPACE_ID, -60), legacy(OTHER, -61 - 14 * DAY)],
      [WORKSPACE_ID],
    ],
    [
      'the last ones of a machine that is off for long',
      [legacy(WORKSPACE_ID, -25 * DAY), legacy(OTHER, -26 * DAY)],
      [WORKSPACE_ID, OTHER],
    ],
    ['those that SCOM was heard in', [legacy(OTHER, -60, 'scom')], [OTHER]],
    [
      'not those of the new agent, however late',
      [legacy(OTHER, 0, 'ama'), legacy(WORKSPACE_ID, -25 * DAY)],
      [WORKSPACE_ID],
    ],
    ['none', [], []],
  ])('takes %s', (_, reports, expected) => {
    expect(legacyTargets([], reports, BY_CUSTOMER).legacyWorkspaces).toEqual(expected);
  });

  it('keeps a workspace in the settings that was never heard of', () => {
    expect(legacyTargets([anExtension()], [legacy(OTHER, -60)], BY_CUSTOMER).legacyWorkspaces).toEqual([
      WORKSPACE_ID,
      OTHER,
    ]);
  });
});
