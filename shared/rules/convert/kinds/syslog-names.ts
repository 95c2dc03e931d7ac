/** Facilities of a rule, without `*`. Source: ARM type of dataCollectionRules 2024-03-11, `facilityNames`. */
export const FACILITIES: ReadonlySet<string> = new Set([
  'alert',
  'audit',
  'auth',
  'authpriv',
  'clock',
  'cron',
  'daemon',
  'ftp',
  'kern',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
  'lpr',
  'mail',
  'mark',
  'news',
  'nopri',
  'ntp',
  'syslog',
  'user',
  'uucp',
]);

/** Severities of workspace settings and their levels in a rule, in a rule's order. Source: facts file 3.6. */
export const LEVEL_OF_SEVERITY: ReadonlyMap<string, string> = new Map([
  ['debug', 'Debug'],
  ['info', 'Info'],
  ['notice', 'Notice'],
  ['warning', 'Warning'],
  ['err', 'Error'],
  ['crit', 'Critical'],
  ['alert', 'Alert'],
  ['emerg', 'Emergency'],
]);

export const LEVELS: readonly string[] = [...LEVEL_OF_SEVERITY.values()];
