export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';

export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  /** `user` for what a handler logs, `system` for the library, `host` for this host. */
  readonly category: string;
  readonly functionName?: string;
  readonly invocationId?: string;
  readonly instanceId?: string;
}

export type Log = (entry: LogEntry) => void;
