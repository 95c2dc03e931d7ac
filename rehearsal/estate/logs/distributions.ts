import type { Table } from '../../../shared/model/streams.ts';

/** Parts of a whole by key. */
export type Distribution = Readonly<Record<string, number>>;

/** Which part of a row's bytes an ordinary column has. Own estimates. */
export const DEFAULT_COLUMNS: Partial<Readonly<Record<Table, Distribution>>> = {
  SecurityEvent: {
    EventData: 0.42,
    Activity: 0.07,
    NewProcessName: 0.06,
    ParentProcessName: 0.06,
    CommandLine: 0.05,
    Account: 0.04,
    Computer: 0.04,
    TimeGenerated: 0.03,
    EventSourceName: 0.03,
    EventID: 0.01,
  },
  Event: {
    EventData: 0.32,
    RenderedDescription: 0.28,
    ParameterXml: 0.2,
    Source: 0.05,
    Computer: 0.04,
    UserName: 0.03,
    TimeGenerated: 0.03,
    EventLog: 0.02,
  },
  Perf: {
    CounterPath: 0.36,
    CounterName: 0.14,
    ObjectName: 0.1,
    Computer: 0.1,
    TimeGenerated: 0.1,
    InstanceName: 0.06,
    CounterValue: 0.04,
  },
  Syslog: { SyslogMessage: 0.55, HostName: 0.08, ProcessName: 0.08, Computer: 0.08, TimeGenerated: 0.07 },
  W3CIISLog: {
    csUserAgent: 0.3,
    csUriStem: 0.12,
    csReferer: 0.12,
    csCookie: 0.1,
    csUriQuery: 0.08,
    sSiteName: 0.04,
  },
  CommonSecurityLog: { AdditionalExtensions: 0.45, Message: 0.15, Activity: 0.06, DeviceVendor: 0.04 },
};

/** A text log is mostly text. */
export const TEXT_LOG: Distribution = { RawData: 0.82, Computer: 0.06, TimeGenerated: 0.08, FilePath: 0.04 };
