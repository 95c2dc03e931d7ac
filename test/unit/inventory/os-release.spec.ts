import { describe, expect, it } from 'vitest';
import { osReleaseOf } from '../../../shared/inventory/os-release.ts';

describe('osReleaseOf', () => {
  it.each([
    ['windows', 'Windows Server 2019 Datacenter', null, 'x64', 'Windows Server 2019'],
    [
      'windows',
      'MicrosoftWindowsServer WindowsServer 2012-R2-Datacenter',
      null,
      'x64',
      'Windows Server 2012 R2',
    ],
    ['windows', 'Windows 10 Enterprise', null, 'unknown', 'Windows 10'],
    ['windows', null, null, 'x64', null],
    ['linux', 'Ubuntu', '22.04', 'x64', 'Ubuntu 22.04'],
    ['linux', 'Ubuntu 22.04.3 LTS', null, 'arm64', 'Ubuntu 22.04 arm64'],
    ['linux', 'Contoso Linux', '1', 'x64', null],
  ] as const)('%s %s %s on %s is %s', (os, osName, osVersion, architecture, expected) => {
    expect(osReleaseOf({ os, osName, osVersion, architecture })).toBe(expected);
  });

  it('does not tell minor versions apart', () => {
    const of = (osName: string) => osReleaseOf({ os: 'linux', osName, osVersion: null, architecture: 'x64' });
    expect(of('Red Hat Enterprise Linux 9.2 (Plow)')).toBe(of('Red Hat Enterprise Linux 9.4 (Plow)'));
    expect(of('Red Hat Enterprise Linux 8.6')).not.toBe(of('Red Hat Enterprise Linux 9.4 (Plow)'));
  });
});
