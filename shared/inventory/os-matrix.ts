/**
 * What Azure Monitor Agent installs on. Two sources, read together:
 * - Microsoft's table (MicrosoftDocs/azure-monitor-docs @5ea5150, azure-monitor-agent-supported-operating-systems.md),
 *   which says what is supported, and on which architecture;
 * - the list the Linux installer refuses by, with exit code 51 (Azure/azure-linux-extensions @01e5e12,
 *   AzureMonitorAgent/ama_tst/modules/install/supported_distros.py), which is newer than the table.
 */
export const SOURCE = 'azure-monitor-agent-supported-operating-systems.md; supported_distros.py';
/** When the younger of the two was written, as far as can be told: it knows what version 1.43 dropped. */
export const AS_OF = '2026-07';

export interface Distribution {
  readonly name: string;
  /** How the distribution is called in osName, osSku and image references. */
  readonly pattern: RegExp;
  /** Image SKUs write 8.6 as "86". */
  readonly compact?: 'el' | 'ubuntu';
  /** Versions the installer takes; with `minor` more than the first number counts. */
  readonly x64: readonly number[];
  readonly arm64: readonly number[];
  /** Where a version is taken from a minor version (or service pack) on only. */
  readonly minor?: readonly MinorRule[];
  /** Why no version is taken any more. */
  readonly dropped?: string;
}

interface MinorRule {
  readonly major: number;
  readonly from: number;
  readonly below: 'unsupported' | 'unknown';
  readonly architecture?: 'arm64';
  readonly why: string;
}

/**
 * A version below the newest one that is not listed is refused by the installer; a newer one than listed is
 * unknown. In the installer's list, not yet in the table: AlmaLinux 10, Azure Linux 4, Debian 13, RHEL 10
 * (release notes of October 2025), Rocky 10, SLES 16, Ubuntu 26.04. Oracle Linux 10 was merged in August 2026
 * (PR 2204); which release carries it is not known.
 */
export const DISTRIBUTIONS: readonly Distribution[] = [
  { name: 'AlmaLinux', pattern: /alma[\s-]?(?:linux)?/gi, compact: 'el', x64: [8, 9, 10], arm64: [8, 10] },
  { name: 'Amazon Linux', pattern: /amazon[\s-]?linux|\bamzn/gi, x64: [2, 2023], arm64: [] },
  { name: 'Azure Linux', pattern: /azure[\s-]?linux|mariner/gi, x64: [2, 3, 4], arm64: [2, 3, 4] },
  {
    name: 'CentOS',
    pattern: /centos/gi,
    compact: 'el',
    x64: [],
    arm64: [],
    // Azure/WALinuxAgent PR 3632 of 2026-06-26; the table dropped CentOS as well. Stream 9 never was in the list.
    dropped: 'Azure Monitor Agent 1.43 and later do not install on CentOS',
  },
  { name: 'Debian', pattern: /debian/gi, x64: [9, 10, 11, 12, 13], arm64: [11, 12, 13] },
  { name: 'openSUSE', pattern: /open[\s-]?suse/gi, x64: [15], arm64: [] },
  {
    name: 'Oracle Linux',
    // Not the publisher alone: Oracle also sells database images.
    pattern: /oracle[\s-]?linux|^oracle$|^ol$/gi,
    compact: 'el',
    x64: [7, 8, 9],
    arm64: [],
  },
  {
    name: 'Red Hat Enterprise Linux',
    pattern: /red[\s-]?hat|\brhel/gi,
    compact: 'el',
    x64: [7, 8, 9, 10],
    arm64: [8, 9, 10],
    minor: [
      { major: 7, from: 9, below: 'unknown', why: 'only 7.9 is in the table, the installer takes any 7' },
      {
        major: 8,
        from: 6,
        below: 'unknown',
        architecture: 'arm64',
        why: 'on Arm64 the table begins at 8.6, the installer takes any 8',
      },
    ],
  },
  {
    name: 'Rocky Linux',
    pattern: /rocky[\s-]?(?:linux)?/gi,
    compact: 'el',
    x64: [8, 9, 10],
    arm64: [8, 9, 10],
  },
  {
    name: 'SUSE Linux Enterprise Server',
    pattern: /suse|\bsles/gi,
    x64: [12, 15, 16],
    arm64: [15, 16],
    minor: [
      {
        major: 12,
        from: 5,
        below: 'unsupported',
        // Dropped in 1.43 (Azure/WALinuxAgent PR 3642 of 2026-07-06); SP5 came back on x64
        // (Azure/azure-linux-extensions PR 2205, merged) and is in the table.
        why: 'of version 12 only SP5 is supported',
      },
      {
        major: 15,
        from: 4,
        below: 'unknown',
        architecture: 'arm64',
        why: 'on Arm64 the table begins at SP4, the installer takes any 15',
      },
    ],
  },
  {
    name: 'Ubuntu',
    pattern: /ubuntu/gi,
    compact: 'ubuntu',
    x64: [16.04, 18.04, 20.04, 22.04, 24.04, 26.04],
    arm64: [18.04, 20.04, 22.04, 24.04, 26.04],
  },
];

/**
 * Windows Server releases. The table names 2012 R2 with extended security updates (ESU); 2012 is in the older
 * tables (seed of 2022) and the release notes of May 2025 still mend it.
 */
export const WINDOWS_SERVER: Readonly<Record<string, 'supported' | 'unsupported'>> = {
  '2000': 'unsupported',
  '2003': 'unsupported',
  '2003 R2': 'unsupported',
  '2008': 'unsupported',
  '2008 R2': 'unsupported',
  '2012': 'supported',
  '2012 R2': 'supported',
  '2016': 'supported',
  '2019': 'supported',
  '2022': 'supported',
  '2025': 'supported',
};

/** Windows client releases: 10 and 11 as an extension on Azure VMs and Arc servers. */
export const WINDOWS_CLIENT: Readonly<Record<string, 'supported' | 'unsupported'>> = {
  XP: 'unsupported',
  Vista: 'unsupported',
  '7': 'unsupported',
  '8': 'unsupported',
  '8.1': 'unsupported',
  '10': 'supported',
  '11': 'supported',
};

/** Windows 10 is in the table from 1803 on. */
export const FIRST_WINDOWS_10_BUILD = 17134;
export const FIRST_WINDOWS_11_BUILD = 22000;

/** Which releases report a version; the client of the same build is another product with another verdict. */
export const WINDOWS_VERSIONS: readonly {
  readonly version: RegExp;
  readonly server: string;
  readonly client?: string;
}[] = [
  { version: /^6\.0\b/, server: '2008', client: 'Vista' },
  { version: /^6\.1\b/, server: '2008 R2', client: '7' },
  { version: /^6\.2\b/, server: '2012', client: '8' },
  { version: /^6\.3\b/, server: '2012 R2', client: '8.1' },
  { version: /^10\.0\.14393\b/, server: '2016', client: '10' },
  { version: /^10\.0\.17763\b/, server: '2019', client: '10' },
  { version: /^10\.0\.20348\b/, server: '2022' },
  { version: /^10\.0\.26100\b/, server: '2025', client: '11' },
];
