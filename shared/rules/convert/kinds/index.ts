import type { KindConverter } from '../model.ts';
import { CHANGE_TRACKING_KINDS, changeTracking } from './change-tracking.ts';
import { customLogs } from './custom-logs.ts';
import { IGNORED_KINDS, ignored } from './ignored.ts';
import { iisLogs } from './iis-logs.ts';
import { linuxCounters } from './linux-counters.ts';
import { SECURITY_EVENT_KINDS, securityEvents } from './security-events.ts';
import { type SolutionOptions, solutionsWith } from './solutions.ts';
import { syslogWithCef } from './syslog.ts';
import { windowsCounters } from './windows-counters.ts';
import { windowsEvents } from './windows-events.ts';

/** A converter with the kinds of `dataSources` it takes. Without kinds it works from the solutions alone. */
export interface Registration {
  readonly kinds: readonly string[];
  readonly convert: KindConverter;
}

export interface ConverterOptions extends SolutionOptions {
  /** Syslog facilities that carry CEF on forwarders; no setting of a workspace tells them. */
  readonly cefFacilities?: readonly string[];
}

/** Every converter of the app. A switch (`…Collection`) goes to the converter of what it switches. */
export function registeredConverters(options: ConverterOptions = {}): readonly Registration[] {
  return [
    { kinds: ['WindowsPerformanceCounter'], convert: windowsCounters },
    { kinds: ['LinuxPerformanceObject', 'LinuxPerformanceCollection'], convert: linuxCounters },
    { kinds: ['WindowsEvent'], convert: windowsEvents },
    { kinds: ['LinuxSyslog', 'LinuxSyslogCollection'], convert: syslogWithCef(options.cefFacilities ?? []) },
    { kinds: SECURITY_EVENT_KINDS, convert: securityEvents },
    { kinds: ['CustomLog', 'CustomLogCollection'], convert: customLogs },
    { kinds: ['IISLogs'], convert: iisLogs },
    { kinds: CHANGE_TRACKING_KINDS, convert: changeTracking },
    // The one solution with settings of its own among the sources.
    { kinds: ['DnsAnalytics'], convert: solutionsWith(options) },
    { kinds: IGNORED_KINDS.map(({ kind }) => kind), convert: ignored },
  ];
}
