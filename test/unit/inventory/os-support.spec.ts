import { describe, expect, it } from 'vitest';
import { unsupportedOs } from '../../../shared/inventory/os-support.ts';

type Name = readonly [osName: string | null, osVersion: string | null];

/** Facts file 3.5 as Azure reports names: instance view, Arc (osSku + kernel or build), or the image. */
const SUPPORTED: readonly Name[] = [
  ['Windows Server 2012 R2 Datacenter', null],
  ['Windows Server 2012 R2 Datacenter', '6.3.9600.21620'],
  ['Windows Server 2016 Datacenter', '10.0.14393.6452'],
  ['Windows Server 2019 Standard', '10.0.17763.5329'],
  ['Windows Server 2022 Datacenter Azure Edition', '10.0.20348.2227'],
  ['Windows Server 2025 Datacenter', '10.0.26100.1'],
  ['MicrosoftWindowsServer WindowsServer 2012-R2-Datacenter', null],
  ['MicrosoftWindowsServer WindowsServer 2019-Datacenter-smalldisk', null],
  ['Windows 10 Enterprise', '10.0.19045.3803'],
  ['Windows 11 Enterprise multi-session', '10.0.22631.2861'],
  ['ubuntu', '16.04'],
  ['ubuntu', '18.04'],
  ['ubuntu 20.04', null],
  ['ubuntu 22.04', null],
  ['Ubuntu 22.04.3 LTS', '5.15.0-1053-azure'],
  ['ubuntu', '24.04'],
  ['Canonical 0001-com-ubuntu-server-jammy 22_04-lts-gen2', null],
  ['CentOS Linux 7.9', null],
  ['CentOS Linux', '7.9.2009'],
  ['CentOS Linux 8.5', null],
  ['OpenLogic CentOS 7_9-gen2', null],
  ['Red Hat Enterprise Linux 7.9', null],
  ['Red Hat Enterprise Linux 8.6', null],
  ['Red Hat Enterprise Linux', '9.2'],
  ['RedHat RHEL 8-lvm-gen2', null],
  ['RedHat RHEL 86-gen2', null],
  ['Oracle Linux Server 7.9', null],
  ['Oracle Linux Server', '8.8'],
  ['Oracle Linux Server 9.3', null],
  ['SLES 12 SP5', null],
  ['SLES 15 SP4', null],
  ['SUSE Linux Enterprise Server', '12.5'],
  ['SUSE Linux Enterprise Server 15 SP5', '15.5'],
  ['SUSE sles-15-sp5 gen2', null],
  ['openSUSE Leap 15.5', null],
  ['Debian GNU/Linux 9', null],
  ['Debian GNU/Linux 10 (buster)', null],
  ['Debian GNU/Linux 11', null],
  ['Debian GNU/Linux 12 (bookworm)', null],
  ['debian', '11.6'],
  ['AlmaLinux 8.9', null],
  ['AlmaLinux 9.3', null],
  ['Rocky Linux 8.9', null],
  ['Rocky Linux 9.3', null],
  ['Amazon Linux 2', null],
  ['Amazon Linux 2023', null],
  ['Microsoft Azure Linux 3.0', null],
  ['Common Base Linux Mariner', '2.0'],
  // Release files of CentOS 7 carry a date: 7.5.1804, 7.6.1810.
  ['CentOS Linux', '7.6.1810'],
  ['CentOS Linux 7.5.1804', null],
  // Minor releases of Debian.
  ['debian', '11.7'],
  ['debian', '12.8'],
  // Arc reports the kernel as version.
  ['Debian GNU/Linux 11 (bullseye)', '5.10.0-8-cloud-amd64'],
  ['Red Hat Enterprise Linux 9.2 (Plow)', '5.14.0-284.11.1.el9_2.x86_64'],
  ['Oracle Linux Server 8.8', '5.15.0-103.114.4.el8uek.x86_64'],
  ['CentOS Stream 9', '5.14.0-390.el9.x86_64'],
  ['SUSE Linux Enterprise Server 15 SP4', '5.14.21-150400.24.11-default'],
  ['CentOS Linux 7 (Core)', '3.10.0-1160.el7.x86_64'],
  ['Debian GNU/Linux', '6.1.0-13-amd64'],
  ['Red Hat Enterprise Linux', '5.14.0-362.el9'],
  ['SUSE Linux Enterprise Server', '11.0-kernel'],
  ['Oracle Linux Server', '5.4.17-2136.el8uek'],
  ['windows', null],
  ['linux', null],
  [null, null],
  ['', ''],
];

const UNSUPPORTED: readonly Name[] = [
  ['Windows Server 2008 R2 Enterprise', null],
  ['Windows Server 2008 R2 Datacenter', '6.1.7601'],
  ['Windows Server 2003', null],
  ['MicrosoftWindowsServer WindowsServer 2008-R2-SP1', null],
  ['Windows 7 Enterprise', '6.1.7601'],
  ['Windows 8.1 Pro', null],
  ['CentOS 6.10', null],
  ['CentOS Linux', '6.10'],
  ['CentOS release 5.11', null],
  ['OpenLogic CentOS 6.10', null],
  ['Red Hat Enterprise Linux Server 6.10', null],
  ['RedHat RHEL 6.10', null],
  ['Oracle Linux Server 6.10', null],
  ['ubuntu', '14.04'],
  ['Ubuntu 12.04.5 LTS', null],
  ['Debian GNU/Linux 8 (jessie)', null],
  ['debian', '7'],
  ['RedHat RHEL 6_10', null],
  ['SLES 11 SP4', null],
  ['SUSE Linux Enterprise Server 11 SP4', null],
];

describe('unsupportedOs', () => {
  it('judges by the name alone where the version is that of a kernel', () => {
    expect(unsupportedOs('CentOS release 6.10 (Final)', '2.6.32-754.el6.x86_64')).toBe(
      'CentOS release 6.10 (Final)',
    );
  });

  it.each(SUPPORTED)('says nothing against %s %s', (name, version) => {
    expect(unsupportedOs(name, version)).toBeUndefined();
  });

  it.each(UNSUPPORTED)('names %s %s', (name, version) => {
    expect(unsupportedOs(name, version)).toBe([name, version].filter(Boolean).join(' '));
  });
});
