import { describe, expect, it } from 'vitest';
import type { Settings } from '../../../shared/agents/ama-settings.ts';
import { compareVersions, knownFault, versionObstacle } from '../../../shared/agents/ama-versions.ts';

const NONE: Settings = { proxy: { mode: 'none' } };
const PROXY: Settings = { proxy: { mode: 'application', address: 'http://proxy:3128', auth: 'false' } };

describe('shared/agents/ama-versions', () => {
  it.each([
    ['1.9.0', '1.10.0', -1],
    ['1.26.0', '1.26.0.0', 0],
    ['2', '1.99.99', 1],
    ['1.29.5', '1.29.4', 1],
  ])('compares %s with %s by numbers', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
  });

  // Facts file 3.3 and 3.5.
  it.each([
    ['a recalled version', '1.25.0.0', 'windows', 'azureVm', PROXY, true],
    ['the one after it', '1.25.1.0', 'windows', 'azureVm', PROXY, false],
    [
      'a version that ignores the system proxy, without settings',
      '1.26.0.0',
      'windows',
      'azureVm',
      undefined,
      true,
    ],
    ['the same with proxy settings of its own', '1.26.0.0', 'windows', 'azureVm', PROXY, false],
    ['its fix', '1.27.0.0', 'windows', 'azureVm', undefined, false],
    ['an Arc agent too old to bypass the Arc proxy', '1.29.9.9', 'windows', 'arcServer', NONE, true],
    ['an Arc agent that can', '1.30.0.0', 'windows', 'arcServer', NONE, false],
    ['the same old agent on a VM', '1.29.9.9', 'windows', 'azureVm', NONE, false],
    ['a Linux version that does not install on Arc', '1.29.5.0', 'linux', 'arcServer', PROXY, true],
    ['the same on a VM', '1.29.5.0', 'linux', 'azureVm', PROXY, false],
    ['a Linux version that loses syslog', '1.41.0.1', 'linux', 'azureVm', undefined, true],
    ['a current one', '1.43.1.0', 'linux', 'azureVm', undefined, false],
    ['a short version, which says nothing', '1.26', 'windows', 'azureVm', undefined, false],
    ['no version at all', null, 'windows', 'azureVm', undefined, false],
  ] as const)('%s', (_, version, os, kind, settings, found) => {
    const obstacle = versionObstacle(version, { os, kind }, settings);

    if (found) expect(obstacle).toContain(`version ${version}`);
    else expect(obstacle).toBeUndefined();
  });

  it.each([
    ['a recalled version', '1.25.0.0', 'windows', 'azureVm', 'version 1.25.0.0 was recalled'],
    ['one that only ignores a proxy', '1.26.0.0', 'windows', 'azureVm', undefined],
    ['one that only does not bypass a proxy', '1.29.9.9', 'windows', 'arcServer', undefined],
    [
      'a Linux version on Arc',
      '1.29.5.0',
      'linux',
      'arcServer',
      'version 1.29.5.0 does not install on Arc servers',
    ],
    ['the same on a VM', '1.29.5.0', 'linux', 'azureVm', undefined],
    [
      'one that loses syslog',
      '1.41.0.1',
      'linux',
      'azureVm',
      'version 1.41.0.1 loses its syslog configuration when rules are associated again',
    ],
    ['a short version, which says nothing', '1.25', 'windows', 'azureVm', undefined],
    ['no version at all', null, 'windows', 'azureVm', undefined],
  ] as const)('whatever the settings: %s', (_, version, os, kind, fault) => {
    expect(knownFault(version, { os, kind })).toBe(fault);
  });
});
