import { shortHash } from '../../model/ids.ts';
import type { Collected } from './model.ts';

/** Short words for rule names. A rule holds one OS, one kind of thing and one stream. */
const LABELS: Readonly<Record<string, string>> = {
  'counter Microsoft-Perf': 'counters',
  'counter Microsoft-InsightsMetrics': 'vminsights',
  'event Microsoft-Event': 'events',
  'event Microsoft-SecurityEvent': 'security-events',
  'event Microsoft-WindowsEvent': 'windows-events',
  'syslog Microsoft-Syslog': 'syslog',
  'syslog Microsoft-CommonSecurityLog': 'cef',
  'iisLog Microsoft-W3CIISLog': 'iis',
  'firewallLog Microsoft-WindowsFirewall': 'firewall',
  'extension DependencyAgent': 'dependency-map',
  'extension ChangeTracking-Windows': 'change-tracking',
  'extension ChangeTracking-Linux': 'change-tracking',
  'extension MicrosoftDnsAgent': 'dns',
  'extension MicrosoftDefenderForSQL': 'defender-sql',
};

/**
 * What shares a rule: the same OS (a rule's `kind`), the same kind of thing, and the same stream or extension.
 * Rules of one family are few and their content is alike, so a change of one setting touches one family only;
 * and what not every machine needs (CEF on forwarders, security events with Sentinel, the firewall's endpoint)
 * can be associated, refused or rolled back without the rest.
 */
export function familyOf(collected: Collected): { readonly key: string; readonly label: string } {
  const subject = subjectOf(collected);
  const name = subject === '' ? collected.what : `${collected.what} ${subject}`;
  const label = subject === '' ? 'logs' : (LABELS[name] ?? unknownLabel(subject));
  return { key: `${collected.os} ${name}`, label };
}

function subjectOf(collected: Collected): string {
  if (collected.what === 'logFile') return '';
  return collected.what === 'extension' ? collected.extensionName : collected.stream;
}

/** The hash keeps names apart that differ only in what a rule name cannot hold. */
function unknownLabel(subject: string): string {
  const short = slug(subject.replace(/^Microsoft-/, ''), 16);
  return short === '' ? shortHash(subject, 6) : `${short}-${shortHash(subject, 4)}`;
}

/** Lower-case letters, digits and single hyphens. */
export function slug(text: string, length: number): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, length);
  return plain.replace(/^-+|-+$/g, '');
}
