import { describe, expect, it } from 'vitest';
import { assess } from '../../../shared/inventory/assess.ts';
import type { Machine } from '../../../shared/model/machine.ts';
import type { ReasonCode } from '../../../shared/model/reasons.ts';
import { aMachine, anAmaExtension, anExtension, identityResource, SUB } from '../../support/builders.ts';

const IDENTITY = identityResource('id-ama').toLowerCase();
const OTHER = identityResource('id-2').toLowerCase();
const OPTIONS = { holdTag: 'ama-migration-hold', namedIdentity: null };
const LOCK = { scope: `/subscriptions/${SUB}`, level: 'ReadOnly', name: 'freeze' } as const;

describe('assess', () => {
  it.each<[string, Partial<Machine>, string]>([
    ['legacy agent only', {}, 'ready'],
    ['both agents', { extensions: [anExtension(), anAmaExtension()] }, 'ready'],
    ['new agent only', { extensions: [anAmaExtension()] }, 'alreadyMigrated'],
    ['no agent', { extensions: [] }, 'notApplicable'],
    ['a stranger only', { extensions: [anExtension({ publisher: 'Contoso' })] }, 'notApplicable'],
    ['no agent and stopped', { extensions: [], availability: 'stopped' }, 'notApplicable'],
    ['unknown availability', { availability: 'unknown' }, 'ready'],
    ['Arc without identity in the export', { kind: 'arcServer', systemIdentity: false }, 'ready'],
    ['one user identity', { systemIdentity: false, userIdentities: [IDENTITY] }, 'ready'],
    ['an unknown system name', { osName: 'Contoso Linux 1', os: 'linux' }, 'ready'],
  ])('%s', (_, machine, status) => {
    expect(assess(aMachine(machine), OPTIONS).status).toBe(status);
  });

  it.each<[ReasonCode, Partial<Machine>, string | null]>([
    ['unsupportedOs', { osName: 'Windows Server 2008 R2 Enterprise' }, null],
    ['unsupportedOs', { osName: 'CentOS', osVersion: '6.10', os: 'linux' }, null],
    ['unknownOs', { os: 'unknown', osName: null }, null],
    ['notRunning', { availability: 'stopped' }, null],
    ['arcDisconnected', { kind: 'arcServer', availability: 'disconnected' }, null],
    ['identityMissing', { systemIdentity: false }, null],
    ['identityMissing', { systemIdentity: true, userIdentities: [OTHER] }, IDENTITY],
    ['identityAmbiguous', { systemIdentity: false, userIdentities: [IDENTITY, OTHER] }, null],
    ['locked', { locks: [LOCK] }, null],
    ['heldTag', { tags: { 'AMA-Migration-Hold': '' } }, null],
  ])('is blocked by %s', (code, machine, namedIdentity) => {
    const assessment = assess(aMachine(machine), { ...OPTIONS, namedIdentity });

    expect(assessment.status === 'blocked' && assessment.reasons.map((reason) => reason.code)).toEqual([
      code,
    ]);
  });

  it('names every reason at once', () => {
    const assessment = assess(
      aMachine({
        availability: 'stopped',
        systemIdentity: false,
        locks: [LOCK],
        tags: { 'ama-migration-hold': '' },
      }),
      OPTIONS,
    );

    expect(assessment.status === 'blocked' && assessment.reasons.map(({ code }) => code)).toEqual([
      'notRunning',
      'identityMissing',
      'locked',
      'heldTag',
    ]);
  });

  it('says which lock', () => {
    const assessment = assess(aMachine({ locks: [LOCK] }), OPTIONS);

    expect(assessment).toMatchObject({
      reasons: [{ detail: `ReadOnly lock "freeze" on /subscriptions/${SUB}` }],
    });
  });

  it('accepts the named identity among several', () => {
    const machine = aMachine({ systemIdentity: false, userIdentities: [OTHER, IDENTITY] });

    expect(assess(machine, { ...OPTIONS, namedIdentity: IDENTITY }).status).toBe('ready');
  });
});
