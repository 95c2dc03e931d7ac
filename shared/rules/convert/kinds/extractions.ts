import { z } from 'zod';
import type { Column } from '../arm.ts';
import type { Loss, SettingsSource } from '../model.ts';
import { visible } from '../names.ts';
import { loss, originOf } from '../wanted.ts';
import { publishedOf } from './delimiters.ts';
import { isColumnName, kqlColumn, kqlString } from './kql-text.ts';
import { groupsOf, isRe2 } from './re2.ts';
import { timeOf } from './timestamps.ts';

/** `numberdGroup` is how the API spells it; Microsoft's samples write `numberedGroup` as well. */
export const RegexDelimiter = z.object({
  pattern: z.string(),
  matchIndex: z.number().nullish(),
  numberdGroup: z.union([z.string(), z.number()]).nullish(),
  numberedGroup: z.union([z.string(), z.number()]).nullish(),
});
type Regex = z.infer<typeof RegexDelimiter>;

/** A text is one expression: the older form, which Az.OperationalInsights still takes. */
const Regexes = z.union([
  z.string().transform((pattern): readonly Regex[] => (pattern === '' ? [] : [{ pattern }])),
  z.array(RegexDelimiter),
  RegexDelimiter.transform((one): readonly Regex[] => [one]),
  z.null().transform((): readonly Regex[] => []),
]);
const How = z.object({ regex: Regexes.optional(), joinStringRegex: z.unknown().optional() });
const Extraction = z.object({
  extractionName: z.string(),
  extractionType: z.string(),
  extractionProperties: z.record(z.string(), z.unknown()),
});

/** Types of extractions and of columns. Only DateTime is published; the others are those of .NET and of a table. */
const TYPES: ReadonlyMap<string, { readonly type: string; readonly cast: string }> = new Map([
  ['string', { type: 'string', cast: 'tostring' }],
  ['int', { type: 'int', cast: 'toint' }],
  ['int32', { type: 'int', cast: 'toint' }],
  ['long', { type: 'long', cast: 'tolong' }],
  ['int64', { type: 'long', cast: 'tolong' }],
  ['double', { type: 'real', cast: 'todouble' }],
  ['real', { type: 'real', cast: 'todouble' }],
  ['bool', { type: 'boolean', cast: 'tobool' }],
  ['boolean', { type: 'boolean', cast: 'tobool' }],
  ['datetime', { type: 'datetime', cast: 'todatetime' }],
]);
/** Columns that the agent fills, and those that every table has. */
const TAKEN = ['timegenerated', 'rawdata', 'filepath', 'computer', 'type', 'tenantid', 'sourcesystem'];

export interface Transformation {
  readonly transformKql: string;
  readonly columns: readonly Column[];
  readonly losses: readonly Loss[];
}

/** Turns the extractions of a custom log into a transformation that fills the same columns. */
export function transformation(source: SettingsSource, extractions: readonly unknown[]): Transformation {
  const steps = new Map<string, { readonly kql: string; readonly type: string }>();
  const losses: Loss[] = [];
  for (const [i, value] of extractions.entries()) {
    const { success, data } = Extraction.safeParse(value);
    if (!success) {
      losses.push(loss(originOf(source, `extractions[${i}]`), 'extractionNotConverted', visible(value)));
      continue;
    }
    const name = data.extractionName.trim();
    const origin = originOf(source, `extraction ${name}`);
    const isTime = name.toLowerCase() === 'timegenerated';
    const step = isTime ? timeStep(data) : fieldStep(name, data);
    if (step === 'default') continue;
    const column = isTime ? 'TimeGenerated' : name;
    const isSecond = [...steps.keys()].some((known) => known.toLowerCase() === column.toLowerCase());
    if ('why' in step || isSecond) {
      const why = 'why' in step ? step.why : 'a second extraction of this name';
      losses.push(loss(origin, isTime ? 'timeNotConverted' : 'extractionNotConverted', why));
    } else {
      steps.set(column, step);
    }
  }
  const assigned = [...steps].map(([name, { kql }]) => `${kqlColumn(name)} = ${kql}`);
  return {
    transformKql: assigned.length === 0 ? 'source' : `source | extend ${assigned.join(', ')}`,
    columns: [...steps]
      .filter(([name]) => name !== 'TimeGenerated')
      .map(([name, { type }]) => ({ name, type })),
    losses,
  };
}

type Step = { readonly kql: string; readonly type: string } | { readonly why: string };

/** Without an expression the time is that of collection, as it is with Azure Monitor Agent. */
function timeStep(extraction: z.infer<typeof Extraction>): Step | 'default' {
  const how = How.safeParse(extraction.extractionProperties['dateTimeExtraction'] ?? {}).data;
  if (how === undefined) return { why: visible(extraction.extractionProperties) };
  if (how.regex === undefined || how.regex.length === 0) return 'default';
  const [regex, ...others] = how.regex;
  if (regex === undefined || others.length > 0) return { why: 'several expressions' };
  const published = publishedOf(regex.pattern);
  if (published === undefined) return { why: `not a published expression: ${visible(regex.pattern)}` };
  const kql = timeOf(published.name);
  if (kql === undefined) return { why: `${published.name} has no year` };
  return { kql: `iif(isnull(${kql}), TimeGenerated, ${kql})`, type: 'datetime' };
}

function fieldStep(name: string, extraction: z.infer<typeof Extraction>): Step {
  if (!isColumnName(name) || TAKEN.includes(name.toLowerCase()))
    return { why: `not a name for a column: ${visible(name)}` };
  const type = TYPES.get(extraction.extractionType.trim().toLowerCase());
  if (type === undefined) return { why: `unknown type ${visible(extraction.extractionType)}` };
  const all = Object.values(extraction.extractionProperties).map((value) => How.safeParse(value).data);
  const regexes = all.flatMap((how) => how?.regex ?? []);
  const [regex] = regexes;
  if (regex === undefined) return { why: 'no expression' };
  if (regexes.length > 1 || (regex.matchIndex ?? 0) !== 0) return { why: 'not the first match' };
  if (!isRe2(regex.pattern)) return { why: `not an expression of Kusto: ${visible(regex.pattern)}` };
  const group = Number(regex.numberdGroup ?? regex.numberedGroup ?? 0);
  if (!Number.isInteger(group) || group < 0 || group > groupsOf(regex.pattern)) {
    return { why: `no group ${group} in ${visible(regex.pattern)}` };
  }
  return { kql: `${type.cast}(extract(${kqlString(regex.pattern)}, ${group}, RawData))`, type: type.type };
}
