import type { PublishedName } from './delimiters.ts';
import { kqlString } from './kql-text.ts';

const MONTH = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const CLOCK = '([0-9]{1,2}:[0-9]{2}:[0-9]{2})';

/**
 * KQL that reads the time of a record from its text, with the functions that transformations support
 * (learn.microsoft.com/azure/azure-monitor/essentials/data-collection-transformations-structure). The expressions
 * are ours: the published ones hold look-aheads and optional groups, which the RE2 of Kusto does not take or which
 * shift the numbers of the groups. Null where the text does not tell the time: without a year.
 */
const READERS: Readonly<Record<PublishedName, (() => string) | null>> = {
  'YYYY-MM-DD HH:MM:SS': () => {
    const part = parts(`([0-9]{4}-[0-9]{2}-[0-9]{2})[ \\t]${CLOCK}`);
    return `todatetime(strcat(${part(1)}, "T", ${clock(part(2))}))`;
  },
  'yyyy-MM-ddTHH:mm:ss': () => {
    const part = parts(`([0-9]{4}-[0-9]{2}-[0-9]{2})T${CLOCK}`);
    return `todatetime(strcat(${part(1)}, "T", ${clock(part(2))}))`;
  },
  'M/D/YYYY HH:MM:SS AM/PM': () => {
    const part = parts(
      '([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})[ \\t]([0-9]{1,2}):([0-9]{2}):([0-9]{2})[ \\t]([AaPp][Mm])',
    );
    const hour = `toint(${part(4)}) % 12 + iif(tolower(${part(7)}) == "pm", 12, 0)`;
    const numbers = `toint(${part(3)}), toint(${part(1)}), toint(${part(2)}), ${hour}, toint(${part(5)})`;
    return `make_datetime(${numbers}, todouble(${part(6)}))`;
  },
  'dd/MMM/yyyy HH:MM:SS': () => {
    const part = parts(`([0-9]{2})/${MONTH}/([0-9]{4})[ \\t]${CLOCK}`);
    return iso(part(3), part(2), part(1), clock(part(4)));
  },
  'MMM dd yyyy HH:MM:SS': () => {
    const part = parts(
      `${MONTH}[a-z]*[^0-9]+([0-9]{1,2})[^0-9]+([0-9]{4})[^0-9]+${CLOCK}([ \\t]*[AaPp][Mm])?`,
    );
    // The published expression takes clocks of twelve hours too; rather the time of collection than half a day off.
    const time = iso(part(3), part(1), padded(part(2), 2), clock(part(4)));
    return `iif(isempty(${part(5)}), ${time}, datetime(null))`;
  },
  'yyMMdd HH:mm:ss': () => {
    const part = parts(`([0-9]{2})([0-9]{2})([0-9]{2})[ \\t]{1,2}${CLOCK}`);
    return century(part(1), part(2), part(3), part(4));
  },
  'ddMMyy HH:mm:ss': () => {
    const part = parts(`([0-9]{2})([0-9]{2})([0-9]{2})[ \\t]{1,2}${CLOCK}`);
    return century(part(3), part(2), part(1), part(4));
  },
  'MMM d HH:mm:ss': null,
  'dd/MMM/yyyy:HH:mm:ss +zzzz': () => {
    const part = parts(`([0-9]{2})/${MONTH}/([0-9]{4}):${CLOCK}[ \\t]([+-][0-9]{2})([0-9]{2})`);
    return iso(part(3), part(2), part(1), clock(part(4)), part(5), '":"', part(6));
  },
};

/** Undefined where the text of a record does not tell its time. */
export function timeOf(name: PublishedName): string | undefined {
  return READERS[name]?.();
}

function parts(regex: string): (group: number) => string {
  return (group) => `extract(${kqlString(regex)}, ${group}, RawData)`;
}

function iso(year: string, month: string, day: string, time: string, ...zone: readonly string[]): string {
  const names = '"JanFebMarAprMayJunJulAugSepOctNovDec"';
  const number = `substring("010203040506070809101112", indexof(${names}, ${month}) / 3 * 2, 2)`;
  return `todatetime(strcat(${[year, '"-"', number, '"-"', day, '"T"', time, ...zone].join(', ')}))`;
}

/** Years of two digits are of this century: the legacy agent is younger. */
function century(year: string, month: string, day: string, time: string): string {
  return `todatetime(strcat("20", ${year}, "-", ${month}, "-", ${day}, "T", ${clock(time)}))`;
}

function clock(text: string): string {
  return padded(text, 8);
}

/** `5` as `05`, `7:01:02` as `07:01:02`: text of `length` characters or one fewer. */
function padded(text: string, length: number): string {
  return `substring(strcat("0", ${text}), strlen(${text}) - ${length - 1}, ${length})`;
}
