import { describe, expect, it } from 'vitest';
import { machineFindings, type Signs, shortName } from '../../../shared/inventory/machine-findings.ts';
import { FINDINGS } from '../../../shared/model/findings.ts';
import type { Extension, Machine } from '../../../shared/model/machine.ts';
import { aMachine, anAmaExtension, anExtension, at, NOW } from '../../support/builders.ts';
import { DAY } from '../../support/inventory-builders.ts';

const QUIET: Signs = {
  now: NOW,
  computers: ['web-01'],
  solutions: [],
  cloned: false,
  freeSpace: [],
  scaleSetCarriesLegacy: false,
  unmanagedTwin: undefined,
};
const SILENT = { ama: null, legacy: null, scom: null };
const found = (machine: Partial<Machine>, signs: Partial<Signs> = {}) =>
  machineFindings(aMachine(machine), { ...QUIET, ...signs });
const codes = (...parameters: Parameters<typeof found>) => found(...parameters).map(({ code }) => code);
const companion = (publisher: string, type: string, settings: unknown = null): Extension =>
  anExtension({ name: 'any', publisher, type, settings });
const dependency = (settings: unknown) =>
  companion('Microsoft.Azure.Monitoring.DependencyAgent', 'DependencyAgentWindows', settings);
const arc = (version: string | null): Partial<Machine> => ({
  kind: 'arcServer',
  arcAgent: { version, proxyUrl: null },
});
const free = (gigabytes: number) => ({
  freeSpace: [{ disk: 'C:', megabytes: gigabytes * 1024, at: at(-DAY) }],
});
const ama = (changes: Partial<Extension> = {}, heard: string | null = at(-60)): Partial<Machine> => ({
  extensions: [anAmaExtension({ version: '1.35.4.0', ...changes })],
  heartbeats: { ...SILENT, ama: heard },
});

describe('machineFindings', () => {
  it('finds nothing on a usual machine', () => {
    expect(found({})).toEqual([]);
    expect(found(ama())).toEqual([]);
  });

  it.each<[string, readonly string[], Partial<Machine>, Partial<Signs>?]>([
    ['an unknown system', ['osUnverified'], { osName: 'Contoso OS 1', os: 'linux' }],
    ['no system name', ['osUnverified'], { osName: null, os: 'linux' }],
    ['a system that is not supported (it blocks)', [], { osName: 'Windows Server 2008 R2' }],
    ['a new region', ['regionUnlisted'], { region: 'belgiumcentral' }],
    ['an air-gapped region (it blocks)', [], { region: 'usseceast' }],
    ['no region', [], { region: '' }],
    ['a Windows client', ['windowsClient'], { osName: 'Windows 11 Pro', osVersion: '10.0.22631' }],
    ['an old Arc agent', ['arcAgentOutdated'], arc('1.42.0')],
    ['an Arc agent of this year', [], arc('1.65.0')],
    ['an Arc agent of unknown version', [], arc(null)],
    ['little free space', ['lowDisk'], {}, free(10.9)],
    ['enough free space', [], {}, free(11)],
    ['a new agent that did not provision', ['amaUnhealthy'], ama({ provisioningState: 'Failed' })],
    ['a new agent without state', [], ama({ provisioningState: null })],
    ['a new agent provisioned in other casing', [], ama({ provisioningState: 'succeeded' })],
    ['a recalled version', ['amaVersionFaulty'], ama({ version: '1.25.0' })],
    ['a new agent never heard', ['amaSilent'], ama({}, null)],
    ['a new agent heard long ago', ['amaSilent'], ama({}, at(-15 * DAY))],
    ['a new agent heard in time', [], ama({}, at(-13 * DAY))],
    ['a legacy agent never heard', ['legacySilent'], { heartbeats: SILENT }],
    ['a legacy agent heard long ago', ['legacySilent'], { heartbeats: { ...SILENT, legacy: at(-15 * DAY) } }],
    ['a legacy agent that SCOM hears', ['scomAttached'], { heartbeats: { ...SILENT, scom: at(-60) } }],
    [
      'a legacy heartbeat without extension',
      [],
      { extensions: [], heartbeats: { ...SILENT, legacy: at(-15 * DAY) } },
    ],
    ['a silent scale set', [], { kind: 'scaleSet', heartbeats: SILENT }],
    ['several workspaces', ['multiHomed'], { legacyWorkspaces: ['/a', '/b'] }],
    [
      'a model that installs the agent',
      ['scaleSetModelInstallsLegacy'],
      { scaleSetId: '/s' },
      { scaleSetCarriesLegacy: true },
    ],
    ['a dependency agent', ['dependencyAgentOnLegacy'], { extensions: [anExtension(), dependency(null)] }],
    [
      'a dependency agent set otherwise',
      ['dependencyAgentOnLegacy'],
      { extensions: [anExtension(), dependency({ enableAMA: 'false' })] },
    ],
    [
      'a dependency agent for the new agent',
      [],
      { extensions: [anExtension(), dependency({ enableAMA: 'true' })] },
    ],
    [
      'a dependency agent for the new agent, as a boolean',
      [],
      { extensions: [anExtension(), dependency({ enableAMA: true })] },
    ],
    [
      'WAD',
      ['diagnosticsExtension'],
      { extensions: [anExtension(), companion('microsoft.azure.diagnostics', 'iaasdiagnostics')] },
    ],
    [
      'LAD',
      ['diagnosticsExtension'],
      { extensions: [anExtension(), companion('Microsoft.OSTCExtensions', 'LinuxDiagnostic')] },
    ],
    [
      'its name under another publisher',
      [],
      { extensions: [anExtension(), companion('Contoso', 'IaaSDiagnostics')] },
    ],
    [
      'services in heartbeats',
      [
        'changeTrackingOnLegacy',
        'defenderForSqlOnLegacy',
        'hybridWorkerOnLegacy',
        'updateManagementOnLegacy',
      ],
      {},
      {
        solutions: [
          '"updates", "changeTracking"',
          '"azureAutomation","sqlVulnerabilityAssessment","updates"',
        ],
      },
    ],
    [
      'services that have their successor',
      ['updateManagementOnLegacy'],
      {
        extensions: [
          anExtension(),
          companion('Microsoft.Azure.ChangeTrackingAndInventory', 'ChangeTracking-Windows'),
          companion('Microsoft.Azure.Automation.HybridWorker', 'HybridWorkerForWindows'),
        ],
      },
      { solutions: ['"updates", "changeTracking", "azureAutomation"'] },
    ],
    ['two names', ['renamedComputer'], {}, { computers: ['old', 'new'] }],
    ['one name with and without domain', [], {}, { computers: ['WEB-01', 'web-01.contoso.example'] }],
    ['no name', [], {}, { computers: [] }],
    ['a clone', ['clonedAgent'], {}, { cloned: true }],
    ['a twin by name', ['sameNameAsUnmanaged'], {}, { unmanagedTwin: 'unmanaged/a' }],
  ])('%s', (_, expected, machine, signs) => {
    expect(codes(machine, signs)).toEqual(expected);
    for (const code of codes(machine, signs)) expect(FINDINGS[code].action).not.toBe('');
  });

  it.each<[string, Partial<Machine>, Partial<Signs>]>([
    ['C: had 5.5 GB free at', {}, free(5.5)],
    ['1.42.0, released 2024-05', arc('1.42.0'), {}],
    ['never heard', { heartbeats: SILENT }, {}],
    [`last heard ${at(-20 * DAY)}`, { heartbeats: { ...SILENT, scom: null, legacy: at(-20 * DAY) } }, {}],
    ['/a, /b', { legacyWorkspaces: ['/a', '/b'] }, {}],
    ['new, old', {}, { computers: ['old.x', 'NEW'] }],
    ['unmanaged/a', {}, { unmanagedTwin: 'unmanaged/a' }],
  ])('says %s', (detail, machine, signs) => {
    expect(found(machine, signs)[0]?.detail).toContain(detail);
  });

  it('has nothing to say of the platform of an unmanaged machine', () => {
    expect(
      codes({ kind: 'unmanaged', osName: 'Contoso OS', region: 'belgiumcentral', extensions: [] }, free(1)),
    ).toEqual([]);
  });
});

it.each([
  ['WEB-01.contoso.example', 'web-01'],
  ['web-01', 'web-01'],
  ['', ''],
  ['.x', ''],
])('the short name of %s is %s', (computer, name) => {
  expect(shortName(computer)).toBe(name);
});
