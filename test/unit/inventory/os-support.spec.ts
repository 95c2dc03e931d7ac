import { describe, expect, it } from 'vitest';
import { DISTRIBUTIONS } from '../../../shared/inventory/os-matrix.ts';
import { isWindowsClient, type OsOfMachine, osSupport } from '../../../shared/inventory/os-support.ts';

type Row = readonly [osName: string | null, osVersion: string | null];

const verdictOf = (machine: Partial<OsOfMachine>) =>
  osSupport({
    kind: 'azureVm',
    os: 'unknown',
    osName: null,
    osVersion: null,
    architecture: 'x64',
    ...machine,
  });

/** As Azure reports names: instance view, Arc (osSku with kernel or build), or the image. */
const WINDOWS_SUPPORTED: readonly Row[] = [
  ['Windows Server 2012 Standard', '6.2.9200'],
  ['Windows Server 2012 R2 Datacenter', null],
  ['Windows Server 2012 R2 Datacenter', '6.3.9600.21620'],
  ['Windows Server 2016 Datacenter', '10.0.14393.6452'],
  ['Windows Server 2019 Standard', '10.0.17763.5329'],
  ['Windows Server 2022 Datacenter Azure Edition', '10.0.20348.2227'],
  ['Windows Server 2025 Datacenter', '10.0.26100.1'],
  ['MicrosoftWindowsServer WindowsServer 2012-R2-Datacenter', null],
  ['MicrosoftWindowsServer WindowsServer 2016-Datacenter', null],
  ['MicrosoftWindowsServer WindowsServer 2019-Datacenter-smalldisk', null],
  ['MicrosoftWindowsServer WindowsServer 2022-datacenter-azure-edition-core', null],
  ['MicrosoftSQLServer sql2019-ws2022 standard', null],
  ['center-for-internet-security-inc cis-windows-server-2019-v1-0-0-l1 cis-ws2019-l1', null],
  ['Windows Server Datacenter', '10.0.17763.5122'],
  ['windows', '10.0.17763.5122'],
  [null, '10.0.20348.2227'],
  ['Windows 10 Enterprise', '10.0.19045.3803'],
  ['Windows 11 Enterprise multi-session', '10.0.22631.2861'],
  ['MicrosoftWindowsDesktop windows-11 win11-23h2-ent', null],
  ['Azure Stack HCI', '10.0.25398.469'],
];

const LINUX_SUPPORTED: readonly Row[] = [
  ['ubuntu', '16.04'],
  ['Ubuntu', '22.04'],
  ['ubuntu 20.04', null],
  ['Ubuntu 20.04.6 LTS', '5.15.0-1053-azure'],
  ['ubuntu', '24.04'],
  ['Canonical 0001-com-ubuntu-server-jammy 22_04-lts-gen2', null],
  ['canonical ubuntu-24_04-lts ubuntu-pro-gen1', null],
  ['MicrosoftSQLServer sql2019-ubuntu2004 standard', null],
  ['redhat', '8.6'],
  ['Red Hat Enterprise Linux', '9.2'],
  ['Red Hat Enterprise Linux 7.9', null],
  ['Red Hat Enterprise Linux 8.2', '4.18.0-193.el8.x86_64'],
  ['Red Hat Enterprise Linux 9.2 (Plow)', '5.14.0-284.11.1.el9_2.x86_64'],
  ['Red Hat Enterprise Linux', '5.14.0-362.el9.x86_64'],
  ['RedHat RHEL 8-lvm-gen2', null],
  ['RedHat RHEL 86-gen2', null],
  ['RedHat RHEL 7-LVM', null],
  ['RedHat RHEL 79-gen2', null],
  ['RedHat RHEL 810-gen2', null],
  ['RedHat rhel-byos rhel-lvm92', null],
  ['RedHat RHEL 10-lvm-gen2', null],
  ['Oracle Linux Server 7.9', null],
  ['Oracle Linux Server', '8.8'],
  ['Oracle Oracle-Linux ol88-lvm', null],
  ['Oracle Linux Server 8.8', '5.15.0-103.114.4.el8uek.x86_64'],
  ['SUSE sles-15-sp5 gen2', null],
  ['SUSE Linux Enterprise Server 15 SP4', '5.14.21-150400.24.11-default'],
  ['SUSE Linux Enterprise Server', '15.5'],
  ['SUSE Linux Enterprise Server', '12.5'],
  ['SUSE SLES 12-SP5', null],
  ['openSUSE Leap 15.5', null],
  ['Debian debian-11 11-gen2', null],
  ['Debian GNU/Linux 9', null],
  ['Debian GNU/Linux 12 (bookworm)', '6.1.0-13-amd64'],
  ['debian', '11.7'],
  ['AlmaLinux 9.3', null],
  ['almalinux almalinux-x86_64 9-gen2', null],
  ['Rocky Linux 9.3', null],
  ['erockyenterprisesoftwarefoundationinc1653071250513 rockylinux-9 rockylinux-9', null],
  ['resf rockylinux-x86_64 8-base', null],
  ['Amazon Linux 2', '4.14.336-253.554.amzn2.x86_64'],
  ['Amazon Linux 2023', null],
  ['Microsoft Azure Linux 3.0', null],
  ['Common Base Linux Mariner', '2.0'],
];

const UNSUPPORTED: readonly Row[] = [
  ['Windows Server 2008 R2 Enterprise', null],
  ['Windows Server® 2008 Enterprise', '6.0.6003'],
  ['Windows Server 2003', null],
  ['MicrosoftWindowsServer WindowsServer 2008-R2-SP1', null],
  ['Windows 7 Enterprise', '6.1.7601'],
  ['Windows 8.1 Pro', null],
  ['windows', '6.1.7601'],
  ['CentOS release 6.10 (Final)', '2.6.32-754.el6.x86_64'],
  ['centos', '7.9.2009'],
  ['OpenLogic CentOS 7_9', null],
  ['CentOS Stream 9', '5.14.0-390.el9.x86_64'],
  ['Red Hat Enterprise Linux Server 6.10', null],
  ['RedHat RHEL 6_10', null],
  ['RedHat RHEL 69', null],
  ['Oracle Linux Server 6.10', null],
  ['ubuntu', '14.04'],
  ['Ubuntu 12.04.5 LTS', null],
  ['Ubuntu 23.10', null],
  ['Debian GNU/Linux 8 (jessie)', null],
  ['debian', '7'],
  ['SLES 11 SP4', null],
  ['SUSE Linux Enterprise Server 12 SP4', null],
  ['SUSE Linux Enterprise Server', '12.3'],
  ['Amazon Linux AMI 2018.03', null],
  ['CBL-Mariner 1.0', null],
];

const UNKNOWN: readonly Row[] = [
  [null, null],
  ['', ''],
  ['Windows Server, version 1909', '10.0.18363.1'],
  ['Windows Server vNext', '10.0.29531.1000'],
  // Server 2012 R2 and Windows 8.1, Server 2016 and a Windows 10 before 1803, report the same version.
  ['windows', '6.3.9600'],
  ['windows', '10.0.14393.6452'],
  ['Windows 10 Enterprise 2016 LTSB', '10.0.14393.6452'],
  ['linux', '5.14.0-362.el9.x86_64'],
  ['Fedora Linux 40', null],
  ['Contoso Linux 1', null],
  ['Ubuntu', null],
  ['Debian GNU/Linux', '6.1.0-13-amd64'],
  ['Debian GNU/Linux', '5.10.0'],
  ['Oracle oracle-database-19-3 oracle-db-19300', null],
  ['Oracle Linux Server 10.0', null],
  ['Ubuntu 28.04 LTS', null],
  ['Red Hat Enterprise Linux 7.6', null],
  ['SUSE Linux Enterprise Server 12', null],
];

describe('osSupport', () => {
  it.each([...WINDOWS_SUPPORTED, ...LINUX_SUPPORTED])('supports %s %s', (osName, osVersion) => {
    const os = osName === null ? 'windows' : 'unknown';

    expect(verdictOf({ os, osName, osVersion })).toEqual({ verdict: 'supported' });
  });

  it.each(UNSUPPORTED)('does not support %s %s', (osName, osVersion) => {
    expect(verdictOf({ osName, osVersion })).toMatchObject({
      verdict: 'unsupported',
      why: expect.stringMatching(/Azure Monitor Agent|only SP5/),
    });
  });

  it.each(UNKNOWN)('does not guess about %s %s', (osName, osVersion) => {
    expect(verdictOf({ osName, osVersion })).toMatchObject({
      verdict: 'unknown',
      why: expect.stringMatching(/./),
    });
  });

  it.each([
    ['Ubuntu 22.04.3 LTS', 'supported'],
    ['Ubuntu 16.04 LTS', 'unsupported'],
    ['Red Hat Enterprise Linux 8.6', 'supported'],
    ['Red Hat Enterprise Linux 8.4', 'unknown'],
    ['Red Hat Enterprise Linux 9.2', 'supported'],
    ['Red Hat Enterprise Linux 7.9', 'unsupported'],
    ['SUSE Linux Enterprise Server 15 SP5', 'supported'],
    ['SUSE Linux Enterprise Server 15 SP3', 'unknown'],
    ['SUSE Linux Enterprise Server 12 SP5', 'unsupported'],
    ['Debian GNU/Linux 11', 'supported'],
    ['Debian GNU/Linux 10', 'unsupported'],
    ['Oracle Linux Server 9.3', 'unsupported'],
    ['AlmaLinux 8.9', 'supported'],
    ['AlmaLinux 9.3', 'unsupported'],
    ['Rocky Linux 9.3', 'supported'],
    ['Amazon Linux 2023', 'unsupported'],
    ['Microsoft Azure Linux 3.0', 'supported'],
    ['Windows 11 Pro', 'supported'],
    ['Windows 11 Enterprise', 'unknown'],
    ['Windows Server 2025 Datacenter', 'unknown'],
    ['Windows Server 2008 R2', 'unsupported'],
  ] as const)('on Arm64: %s is %s', (osName, verdict) => {
    expect(verdictOf({ osName, architecture: 'arm64' }).verdict).toBe(verdict);
  });

  it('takes a machine of unknown architecture for x64, as nearly all are', () => {
    expect(verdictOf({ osName: 'Oracle Linux Server 9.3', architecture: 'unknown' }).verdict).toBe(
      'supported',
    );
  });

  it.each([
    ['arcServer', 'supported'],
    ['scaleSet', 'supported'],
    ['unmanaged', 'unknown'],
  ] as const)('a Windows client as %s is %s', (kind, verdict) => {
    expect(verdictOf({ kind, osName: 'Windows 11 Pro' }).verdict).toBe(verdict);
  });

  it('says which system it is about', () => {
    expect(verdictOf({ osName: 'Ubuntu 14.04.6 LTS' })).toEqual({
      verdict: 'unsupported',
      why: 'Ubuntu 14.04 is not supported by Azure Monitor Agent',
    });
  });
});

describe('the matrix', () => {
  it.each(DISTRIBUTIONS.map((d) => [d.name, d] as const))(
    '%s: arm64 is a part of x64',
    (_, { x64, arm64 }) => {
      expect(x64).toEqual(expect.arrayContaining([...arm64]));
    },
  );
});

describe('isWindowsClient', () => {
  it.each([
    ['Windows 10 Enterprise', true],
    ['Windows 11 Enterprise multi-session', true],
    ['Windows 7 Enterprise', true],
    ['MicrosoftWindowsDesktop office-365 win11-23h2-avd-m365', true],
    ['MicrosoftVisualStudio visualstudio2022 vs-2022-ent-latest-win11-n-gen2', true],
    ['Windows Server 2019 Datacenter', false],
    ['MicrosoftWindowsServer WindowsServer 2016-Datacenter', false],
    ['windows', false],
    ['Ubuntu 22.04', false],
    [null, false],
  ])('%s: %s', (osName, client) => {
    expect(isWindowsClient(osName)).toBe(client);
  });
});
