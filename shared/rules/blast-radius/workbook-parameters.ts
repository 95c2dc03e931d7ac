/** A workbook's query with values where its parameters were. */
export interface Filled {
  readonly text: string;
  /** Parameters that stand for tables, operators or whole queries: nothing tells what they read. */
  readonly open: readonly string[];
  /** A parameter may name columns. */
  readonly anyColumn: boolean;
}

/** `{Name}` and `{Name:format}`. */
const PARAMETER = /\{(\$?\w+)(?::([^{}]*))?\}/g;

interface Place {
  /** What the text before the parameter ends with. */
  readonly before: RegExp;
  /** Undefined: these braces are none of a parameter. */
  readonly value: string | undefined;
  readonly means?: 'open' | 'columns';
}

/** A parameter by the place it stands in; the first that fits. */
const PLACES: readonly Place[] = [
  { before: /\blet\s+\w+\s*=\s*\([^()]*\)$/i, value: undefined },
  { before: /\bdatetime\($/i, value: '2026-01-01' },
  { before: /\|$/, value: 'where true', means: 'open' },
  // Where a table or a query begins.
  {
    before:
      /(?:^|;|\b(?:lookup|join)(?:\s+\w+\s*=\s*\w+)*\s*\(?|\bunion\b(?:[^|;()]*,)?(?:\s+\w+\s*=\s*\w+)*\s*\(?|\b(?:materialize|toscalar)\s*\()$/i,
    value: '(print 1)',
    means: 'open',
  },
  {
    before: /\b(?:by|on|distinct|project(?:-\w+)?)(?:\b[^|()]*,)?$/i,
    value: 'TimeGenerated',
    means: 'columns',
  },
  {
    before: /\b(?:where|and|or|not|in|between|take|limit|top|from|to|step|extend|contains|matches regex)$/i,
    value: '"x"',
  },
  { before: /\b(?:has|startswith|endswith)\w*$/i, value: '"x"' },
  // `TimeGenerated {TimeRange}`: a time range brings its own operator.
  { before: /[\w)\]]$/, value: '>= ago(1d)' },
];

/** Formats that tell by themselves what is put in. */
const FORMATS: Readonly<Record<string, string>> = {
  grain: '1h',
  start: 'datetime(2026-01-01)',
  end: 'datetime(2026-01-01)',
};

/**
 * Puts something that parses in the place of every `{Parameter}` of a workbook's query. What fits is told by the
 * place alone: a query does not say what its parameters hold. learn.microsoft.com/azure/azure-monitor/visualize/
 * workbooks-parameters and workbooks-time have the formats.
 */
export function fillParameters(text: string): Filled {
  const open = new Set<string>();
  let anyColumn = false;
  const quoted = quotedRanges(text);
  const filled = text.replace(PARAMETER, (all, name: string, format: string | undefined, at: number) => {
    const raw = text.slice(0, at);
    if (quoted.some(([from, to]) => at > from && at < to)) {
      if (/\btable\s*\(\s*["']$/i.test(raw)) open.add(name);
      return 'x';
    }
    const place = PLACES.find(({ before }) => before.test(raw.trimEnd()));
    if (place?.value === undefined && place !== undefined) return all;
    if (place?.value === '2026-01-01') return place.value;
    const told = FORMATS[format ?? ''];
    if (told !== undefined) return told;
    if (place?.means === 'open') open.add(name);
    if (place?.means === 'columns') anyColumn = true;
    return place?.value ?? '"x"';
  });
  return { text: filled, open: [...open].sort(), anyColumn };
}

/** Where comments and string literals begin and end. */
function quotedRanges(text: string): readonly (readonly [number, number])[] {
  const literals = /\/\/[^\n]*|@?"(?:[^"\\\n]|\\.)*"|@?'(?:[^'\\\n]|\\.)*'/g;
  return [...text.matchAll(literals)].map(({ 0: found, index }) => [index, index + found.length] as const);
}
