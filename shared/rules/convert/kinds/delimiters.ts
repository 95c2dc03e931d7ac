/** Where a record of a text log starts, in the words of the API (facts file 3.6). */
export type RecordStart =
  | 'ISO 8601'
  | 'YYYY-MM-DD HH:MM:SS'
  | 'M/D/YYYY HH:MM:SS AM/PM'
  | 'Mon DD, YYYY HH:MM:SS'
  | 'yyMMdd HH:mm:ss'
  | 'ddMMyy HH:mm:ss'
  | 'MMM d hh:mm:ss'
  | 'dd/MMM/yyyy:HH:mm:ss zzz'
  | 'yyyy-MM-ddTHH:mm:ssK';

/** Timestamps that the legacy agent splits records at, by the name of Microsoft's table. */
export type PublishedName =
  | 'YYYY-MM-DD HH:MM:SS'
  | 'M/D/YYYY HH:MM:SS AM/PM'
  | 'dd/MMM/yyyy HH:MM:SS'
  | 'MMM dd yyyy HH:MM:SS'
  | 'yyMMdd HH:mm:ss'
  | 'ddMMyy HH:mm:ss'
  | 'MMM d HH:mm:ss'
  | 'dd/MMM/yyyy:HH:mm:ss +zzzz'
  | 'yyyy-MM-ddTHH:mm:ss';

interface Published {
  readonly name: PublishedName;
  readonly pattern: string;
  /** Null where Azure Monitor Agent has no such format. */
  readonly start: RecordStart | null;
}

/**
 * The expressions that Microsoft publishes for custom logs, as they are after reading the JSON. Source: "Manage Log
 * Analytics workspace in Azure Monitor using PowerShell" (azure-docs, powershell-workspace-configuration.md, 2019),
 * the table below the custom log. The target is the format of facts 3.6 that takes the same timestamps.
 */
export const PUBLISHED: readonly Published[] = [
  {
    name: 'YYYY-MM-DD HH:MM:SS',
    pattern: String.raw`((\d{2})|(\d{4}))-([0-1]\d)-(([0-3]\d)|(\d))\s((\d)|([0-1]\d)|(2[0-4])):[0-5][0-9]:[0-5][0-9]`,
    start: 'YYYY-MM-DD HH:MM:SS',
  },
  {
    name: 'M/D/YYYY HH:MM:SS AM/PM',
    pattern: String.raw`(([0-1]\d)|[0-9])/(([0-3]\d)|(\d))/((\d{2})|(\d{4}))\s((\d)|([0-1]\d)|(2[0-4])):[0-5][0-9]:[0-5][0-9]\s(AM|PM|am|pm)`,
    start: 'M/D/YYYY HH:MM:SS AM/PM',
  },
  {
    name: 'dd/MMM/yyyy HH:MM:SS',
    pattern: String.raw`(([0-2][1-9]|[3][0-1])\/(Jan|Feb|Mar|May|Apr|Jul|Jun|Aug|Oct|Sep|Nov|Dec|jan|feb|mar|may|apr|jul|jun|aug|oct|sep|nov|dec)\/((19|20)[0-9][0-9]))\s((\d)|([0-1]\d)|(2[0-4])):[0-5][0-9]:[0-5][0-9])`,
    start: null,
  },
  {
    name: 'MMM dd yyyy HH:MM:SS',
    pattern: String.raw`(((?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|Jun(?:e)?|Jul(?:y)?|Aug(?:ust)?|Sep(?:tember)?|Sept|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)).*?((?:(?:[0-2]?\d{1})|(?:[3][01]{1})))(?![\d]).*?((?:(?:[1]{1}\d{1}\d{1}\d{1})|(?:[2]{1}\d{3})))(?![\d]).*?((?:(?:[0-1][0-9])|(?:[2][0-3])|(?:[0-9])):(?:[0-5][0-9])(?::[0-5][0-9])?(?:\s?(?:am|AM|pm|PM))?))`,
    start: 'Mon DD, YYYY HH:MM:SS',
  },
  {
    name: 'yyMMdd HH:mm:ss',
    pattern: String.raw`([0-9]{2}([0][1-9]|[1][0-2])([0-2][0-9]|[3][0-1])\s\s?([0-1]?[0-9]|[2][0-3]):[0-5][0-9]:[0-5][0-9])`,
    start: 'yyMMdd HH:mm:ss',
  },
  {
    name: 'ddMMyy HH:mm:ss',
    pattern: String.raw`(([0-2][0-9]|[3][0-1])([0][1-9]|[1][0-2])[0-9]{2}\s\s?([0-1]?[0-9]|[2][0-3]):[0-5][0-9]:[0-5][0-9])`,
    start: 'ddMMyy HH:mm:ss',
  },
  ...[
    String.raw`(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s\s?([0]?[1-9]|[1-2][0-9]|[3][0-1])\s([0-1]?[0-9]|[2][0-3]):([0-5][0-9]):([0-5][0-9])`,
    String.raw`(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s\s([0]?[1-9]|[1-2][0-9]|[3][0-1])\s([0][0-9]|[1][0-2]):([0-5][0-9]):([0-5][0-9])`,
    String.raw`(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s([0]?[1-9]|[1-2][0-9]|[3][0-1])\s([0][0-9]|[1][0-2]):([0-5][0-9]):([0-5][0-9])`,
  ].map((pattern) => ({ name: 'MMM d HH:mm:ss', pattern, start: 'MMM d hh:mm:ss' }) as const),
  {
    name: 'dd/MMM/yyyy:HH:mm:ss +zzzz',
    pattern: String.raw`(([0-2][1-9]|[3][0-1])\/(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\/((19|20)[0-9][0-9]):([0][0-9]|[1][0-2]):([0-5][0-9]):([0-5][0-9])\s[\+|\-][0-9]{4})`,
    start: 'dd/MMM/yyyy:HH:mm:ss zzz',
  },
  {
    name: 'yyyy-MM-ddTHH:mm:ss',
    pattern: String.raw`((\d{2})|(\d{4}))-([0-1]\d)-(([0-3]\d)|(\d))T((\d)|([0-1]\d)|(2[0-4])):[0-5][0-9]:[0-5][0-9]`,
    start: 'yyyy-MM-ddTHH:mm:ssK',
  },
];

/** End of line as an expression and as the character itself. */
const NEWLINES: readonly string[] = [String.raw`\n`, String.raw`\r\n`, String.raw`\r?\n`, '\n', '\r\n'];

/**
 * "If no date in the specified format is found, then end of line is used"
 * (learn.microsoft.com/azure/azure-monitor/vm/data-collection-log-text, "Time formats"). A format has to be named;
 * ISO 8601 is the one of Microsoft's samples and of the DCR Config Generator.
 */
const LINE_BY_LINE: RecordStart = 'ISO 8601';

export interface Delimiter {
  readonly start: RecordStart;
  readonly by: 'line' | 'timestamp';
}

/** Undefined where no rule can split records like that. */
export function delimiterOf(pattern: string): Delimiter | undefined {
  if (NEWLINES.includes(pattern)) return { start: LINE_BY_LINE, by: 'line' };
  const start = publishedOf(pattern)?.start ?? undefined;
  return start === undefined ? undefined : { start, by: 'timestamp' };
}

/** The portal writes a delimiter as `(^.*…*$)` around the published expression (seen in exported templates). */
export function publishedOf(pattern: string): Published | undefined {
  const inner = /^\(\^\.\*(.*)\.\*\$\)$/s.exec(pattern)?.[1] ?? pattern;
  return PUBLISHED.find((one) => one.pattern === pattern || one.pattern === inner);
}
