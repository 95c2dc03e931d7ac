import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../../../shared/inventory/assess.ts';
import type { Machine, ScaleSet } from '../../../shared/model/machine.ts';
import { REASONS, type ReasonCode } from '../../../shared/model/reasons.ts';
import {
  aMachine,
  anAmaExtension,
  anExtension,
  at,
  identityResource,
  NOW,
  SUB,
} from '../../support/builders.ts';
import { DAY, reasonsOf } from '../../support/inventory-builders.ts';

const IDENTITY = identityResource('id-ama').toLowerCase();
const OTHER = identityResource('id-2').toLowerCase();
const OPTIONS = { holdTag: 'ama-migration-hold', namedIdentity: null, now: NOW };
const LOCK = { scope: `/subscriptions/${SUB}`, level: 'ReadOnly', name: 'freeze' } as const;
const SILENT = { ama: null, legacy: null, scom: null };
const arc = (changes: Partial<Machine> = {}): Partial<Machine> => ({
  kind: 'arcServer',
  systemIdentity: false,
  guestAgent: 'unknown',
  arcAgent: { version: '1.60.03293.2680', proxyUrl: null },
  ...changes,
});
const set = (changes: Partial<ScaleSet> = {}): ScaleSet => ({
  ...{ orchestration: 'uniform', upgradePolicy: 'automatic', instances: 3, outdatedInstances: 0 },
  ...changes,
});
const scaleSet = { kind: 'scaleSet', scaleSet: set() } as const;

const assessed = (machine: Partial<Machine>, namedIdentity: string | null = null) =>
  reasonsOf({ assessment: assess(aMachine(machine), { ...OPTIONS, namedIdentity }) });
const detailOf = (machine: Partial<Machine>) => {
  const assessment = assess(aMachine(machine), OPTIONS);
  return assessment.status === 'blocked' ? assessment.reasons[0]?.detail : assessment.status;
};

describe('assess', () => {
  it.each<[string, Partial<Machine>, string]>([
    ['legacy agent only', {}, 'ready'],
    ['a legacy extension that was never heard', { heartbeats: SILENT, reports: [] }, 'ready'],
    ['both agents', { extensions: [anExtension(), anAmaExtension()] }, 'ready'],
    ['new agent only', { extensions: [anAmaExtension()], heartbeats: SILENT }, 'alreadyMigrated'],
    ['no agent', { extensions: [], heartbeats: SILENT }, 'notApplicable'],
    [
      'the new agent heard, no extension',
      { extensions: [], heartbeats: { ...SILENT, ama: at(-60) } },
      'notApplicable',
    ],
    [
      'a stranger only',
      { extensions: [anExtension({ publisher: 'Contoso' })], heartbeats: SILENT },
      'notApplicable',
    ],
    [
      'no agent and stopped',
      { extensions: [], heartbeats: SILENT, availability: 'stopped' },
      'notApplicable',
    ],
    ['unknown availability', { availability: 'unknown' }, 'ready'],
    ['Arc without identity in the export', arc(), 'ready'],
    ['one user identity', { systemIdentity: false, userIdentities: [IDENTITY] }, 'ready'],
    ['an unknown system name', { osName: 'Contoso Linux 1', os: 'linux' }, 'ready'],
    ['no system name', { osName: null, osVersion: null }, 'ready'],
    ['an unlisted region', { region: 'belgiumcentral' }, 'ready'],
    ['no region', { region: '' }, 'ready'],
    ['a guest agent nobody knows of', { guestAgent: 'unknown' }, 'ready'],
    ['an Arc agent of unknown version', arc({ arcAgent: { version: null, proxyUrl: null } }), 'ready'],
    ['an Arc agent that is only outdated', arc({ arcAgent: { version: '1.41', proxyUrl: null } }), 'ready'],
    ['an instance of a scale set', { scaleSetId: '/scale/set' }, 'ready'],
    ['a scale set without agent', { ...scaleSet, extensions: [], heartbeats: SILENT }, 'notApplicable'],
    [
      'a scale set with the new agent',
      { ...scaleSet, extensions: [anAmaExtension()], heartbeats: SILENT },
      'alreadyMigrated',
    ],
    [
      'an unmanaged client of the new agent',
      { kind: 'unmanaged', extensions: [], heartbeats: { ...SILENT, ama: at(0) } },
      'alreadyMigrated',
    ],
    [
      'a user identity it need not have',
      { systemIdentity: true, userIdentities: [IDENTITY, OTHER] },
      'ready',
    ],
  ])('%s', (_, machine, status) => {
    expect(assessed(machine)).toBe(status);
  });

  const BLOCKED: readonly [ReasonCode, string, Partial<Machine>, (string | null)?][] = [
    ['unmanaged', 'heard only', { kind: 'unmanaged', extensions: [] }],
    [
      'unmanaged',
      'behind SCOM',
      { kind: 'unmanaged', extensions: [], heartbeats: { ...SILENT, scom: at(0) } },
    ],
    [
      'unmanaged',
      'whatever else is wrong',
      { kind: 'unmanaged', extensions: [], os: 'unknown', systemIdentity: false, availability: 'stopped' },
    ],
    ['scaleSetUnsupported', 'Flexible', { ...scaleSet, scaleSet: set({ orchestration: 'flexible' }) }],
    [
      'scaleSetUnsupported',
      'of no known policy',
      { ...scaleSet, scaleSet: set({ upgradePolicy: 'unknown' }) },
    ],
    [
      'scaleSetUnsupported',
      'and nothing else',
      {
        ...scaleSet,
        scaleSet: set({ orchestration: 'flexible' }),
        ...{ os: 'unknown', systemIdentity: false, tags: { 'ama-migration-hold': '' } },
      },
    ],
    ['noInstances', '', { ...scaleSet, scaleSet: set({ instances: 0 }) }],
    ['manualUpgrades', '', { ...scaleSet, scaleSet: set({ upgradePolicy: 'manual' }) }],
    ['instancesOutdated', '', { ...scaleSet, scaleSet: set({ outdatedInstances: 1 }) }],
    ['manualInstall', 'whose instances alone are heard', { ...scaleSet, extensions: [] }],
    ['identityMissing', 'of a scale set', { ...scaleSet, systemIdentity: false }],
    ['manualInstall', 'heard, no extension', { extensions: [] }],
    [
      'manualInstall',
      'heard long ago, nothing in its place',
      { extensions: [], heartbeats: { ...SILENT, legacy: at(-30 * DAY) } },
    ],
    ['manualInstall', 'by SCOM alone', { extensions: [], heartbeats: { ...SILENT, scom: at(-60) } }],
    ['manualInstall', 'heard minutes ago beside the new agent', { extensions: [anAmaExtension()] }],
    ['unsupportedOs', 'Windows', { osName: 'Windows Server 2008 R2 Enterprise' }],
    ['unsupportedOs', 'Linux', { osName: 'CentOS', osVersion: '6.10', os: 'linux' }],
    [
      'unsupportedOs',
      'on any processor',
      { osName: 'CentOS', osVersion: '6.10', os: 'linux', architecture: 'arm64' },
    ],
    [
      'unsupportedArchitecture',
      '',
      { osName: 'SUSE Linux Enterprise Server 12 SP5', os: 'linux', architecture: 'arm64' },
    ],
    ['unknownOs', '', { os: 'unknown', osName: null }],
    ['regionUnsupported', '', { region: 'usseceast' }],
    ['notRunning', '', { availability: 'stopped' }],
    ['notRunning', 'not the guest agent as well', { availability: 'stopped', guestAgent: 'notReady' }],
    ['arcDisconnected', 'disconnected', arc({ availability: 'disconnected' })],
    ['arcDisconnected', 'expired', arc({ availability: 'expired' })],
    ['arcAgentTooOld', '', arc({ arcAgent: { version: '1.39.02628.1621', proxyUrl: null } })],
    ['guestAgentNotReady', 'absent', { guestAgent: 'absent' }],
    ['guestAgentNotReady', 'running and silent', { guestAgent: 'notReady' }],
    ['extensionsForbidden', '', { extensionsAllowed: false }],
    ['identityMissing', 'none', { systemIdentity: false }],
    ['identityMissing', 'not the one named', { systemIdentity: true, userIdentities: [OTHER] }, IDENTITY],
    ['identityAmbiguous', '', { systemIdentity: false, userIdentities: [IDENTITY, OTHER] }],
    ['locked', '', { locks: [LOCK] }],
    ['notAuthorized', '', { missingActions: ['a/read'] }],
    ['heldTag', '', { tags: { 'AMA-Migration-Hold': '' } }],
  ];

  it.each(BLOCKED)('is blocked by exactly %s %s', (code, _, machine, namedIdentity = null) => {
    expect(assessed(machine, namedIdentity)).toEqual([code]);
    expect(REASONS[code].text).not.toBe('');
  });

  it('has a row for every reason that assess can give', () => {
    expect([...new Set(BLOCKED.map(([code]) => code))].sort()).toEqual(
      [
        'arcAgentTooOld',
        'arcDisconnected',
        'extensionsForbidden',
        'guestAgentNotReady',
        'heldTag',
        'identityAmbiguous',
        'identityMissing',
        'locked',
        'manualInstall',
        'notAuthorized',
        'notRunning',
        'regionUnsupported',
        'instancesOutdated',
        'manualUpgrades',
        'noInstances',
        'scaleSetUnsupported',
        'unknownOs',
        'unmanaged',
        'unsupportedArchitecture',
        'unsupportedOs',
      ].sort(),
    );
  });

  it('names every reason at once', () => {
    const machine = {
      availability: 'stopped',
      systemIdentity: false,
      locks: [LOCK],
      extensionsAllowed: false,
      guestAgent: 'absent',
      missingActions: ['a/read'],
      region: 'usseceast',
      tags: { 'ama-migration-hold': '' },
      extensions: [],
    } as const;
    expect(assessed(machine)).toEqual([
      'manualInstall',
      'regionUnsupported',
      'notRunning',
      'guestAgentNotReady',
      'extensionsForbidden',
      'identityMissing',
      'locked',
      'notAuthorized',
      'heldTag',
    ]);
  });

  it.each<[string, Partial<Machine>, string | RegExp]>([
    ['which lock', { locks: [LOCK] }, `ReadOnly lock "freeze" on /subscriptions/${SUB}`],
    ['which actions', { missingActions: ['a/read', 'b/write'] }, 'lacks a/read, b/write'],
    ['which region', { region: 'usseceast' }, 'usseceast'],
    [
      'when it was heard last',
      { extensions: [], heartbeats: { ama: at(0), legacy: at(-90), scom: at(-30) } },
      `last heard ${at(-30)}`,
    ],
    ['that Arc has expired', arc({ availability: 'expired' }), /expired/],
    ['which Arc agent', arc({ arcAgent: { version: '1.39', proxyUrl: null } }), '1.39'],
    ['that there is no guest agent', { guestAgent: 'absent' }, /none/],
    ['which system', { osName: 'Windows Server 2008 R2 Enterprise' }, /2008 R2/],
    [
      'which processor',
      { osName: 'SUSE Linux Enterprise Server 12 SP5', os: 'linux', architecture: 'arm64' },
      /x64 only/,
    ],
  ])('says %s', (_, machine, detail) => {
    expect(detailOf(machine)).toMatch(detail);
  });

  it('accepts the named identity among several, and names one that is not there', () => {
    const machine = { systemIdentity: false, userIdentities: [OTHER, IDENTITY] };

    expect(assessed(machine, IDENTITY)).toBe('ready');
    expect(assess(aMachine({}), { ...OPTIONS, namedIdentity: IDENTITY })).toMatchObject({
      reasons: [{ code: 'identityMissing', detail: `${IDENTITY} is not assigned to the VM` }],
    });
  });

  it('asks an Arc server for no identity, even where the plan names one', () => {
    expect(assessed(arc(), IDENTITY)).toBe('ready');
  });

  it.each([
    [-29 * 60, ['manualInstall']],
    [-30 * 60, ['manualInstall']],
    [-30 * 60 - 1, 'alreadyMigrated'],
    [-13 * DAY, 'alreadyMigrated'],
  ])('a migrated machine whose old agent was heard %i seconds ago', (heard, expected) => {
    expect(
      assessed({ extensions: [anAmaExtension()], heartbeats: { ...SILENT, legacy: at(heard) } }),
    ).toEqual(expected);
  });

  it('gives a blocked machine one reason at least, and each code once', () => {
    fc.assert(
      fc.property(
        fc.record({
          kind: fc.constantFrom('azureVm', 'arcServer', 'scaleSet', 'unmanaged'),
          os: fc.constantFrom('windows', 'linux', 'unknown'),
          osName: fc.option(fc.string()),
          osVersion: fc.option(fc.string()),
          architecture: fc.constantFrom('x64', 'arm64', 'unknown'),
          availability: fc.constantFrom('running', 'stopped', 'disconnected', 'expired', 'unknown'),
          guestAgent: fc.constantFrom('ready', 'notReady', 'absent', 'unknown'),
          extensionsAllowed: fc.boolean(),
          systemIdentity: fc.boolean(),
          userIdentities: fc.subarray([IDENTITY, OTHER]),
          extensions: fc.subarray([anExtension(), anAmaExtension()]),
          region: fc.string(),
          locks: fc.subarray([LOCK]),
          missingActions: fc.subarray(['x']),
          heartbeats: fc.record({
            ama: fc.option(fc.constant(at(-60))),
            legacy: fc.option(fc.constant(at(-60))),
            scom: fc.option(fc.constant(at(-60))),
          }),
        }) as fc.Arbitrary<Partial<Machine>>,
        (machine) => {
          const codes = assessed(machine);
          if (typeof codes === 'string') return;
          expect(codes.length).toBeGreaterThan(0);
          expect(new Set(codes).size).toBe(codes.length);
        },
      ),
    );
  });
});
