import { z } from 'zod';
import type { OsType } from '../../../model/agents.ts';
import { TEXT_LOG_COLUMNS } from '../log-files.ts';
import type { Collected, KindConverter, Loss, Origin, SettingsSource } from '../model.ts';
import { visible } from '../names.ts';
import { sortedSet } from '../order.ts';
import { readProperties } from '../properties.ts';
import {
  byKey,
  converted,
  isKind,
  loss,
  originOf,
  type Read,
  readAll,
  readItems,
  readName,
  wanted,
} from '../wanted.ts';
import { customLogGate } from './custom-log-gate.ts';
import { type Delimiter, delimiterOf } from './delimiters.ts';
import { RegexDelimiter, type Transformation, transformation } from './extractions.ts';
import { readPath } from './log-paths.ts';
import { legacyTable, newTable } from './table-names.ts';

const Properties = z.object({
  customLogName: z.string(),
  description: z.unknown().optional(),
  inputs: z.array(z.unknown()),
  extractions: z.array(z.unknown()).nullish(),
});
const Paths = z.array(z.unknown()).nullish();
const Input = z.object({
  location: z.object({
    fileSystemLocations: z.object({ windowsFileTypeLogPaths: Paths, linuxFileTypeLogPaths: Paths }),
  }),
  recordDelimiter: z.object({ regexDelimiter: RegexDelimiter }),
});

type LogFile = Extract<Collected, { what: 'logFile' }>;

/** One text log per OS and way of splitting records, into a table that the legacy agent does not write to. */
export const customLogs: KindConverter = (sources) => {
  const gate = customLogGate(sources);
  const { asked, losses } = readAll(
    sources.filter((source) => !isKind(source, 'CustomLogCollection')),
    (source) => read(source, gate.linuxOff),
  );
  const logs = byKey(asked, ({ filePatterns: _, ...rest }) => JSON.stringify(rest)).map((group) => {
    const filePatterns = sortedSet(group.flatMap(({ value }) => value.filePatterns));
    return wanted({ ...group[0].value, filePatterns }, group);
  });
  return converted(logs, [...gate.losses, ...losses]);
};

function read(source: SettingsSource, linuxOff: boolean): Read<LogFile> {
  const { value, losses } = readProperties(source, Properties);
  if (value === undefined) return { asked: [], losses };
  const name = readName(value.customLogName, originOf(source, 'customLogName'));
  if (name === undefined || /^(_CL)?$/i.test(name.name)) {
    return { asked: [], losses: [...losses, loss(originOf(source), 'malformed', 'customLogName: empty')] };
  }
  const table = newTable(name.name);
  const transform = transformation(source, value.extractions ?? []);
  const items = readItems(source, 'inputs', value.inputs, Input, (input) =>
    readInput(source, input, { table, transform, linuxOff }),
  );
  const extras = [
    loss(originOf(source), 'newTableNeeded', `${legacyTable(name.name)} becomes ${table}`),
    ...name.losses,
    ...transform.losses,
  ];
  return {
    asked: items.asked,
    losses: [...losses, ...items.losses, ...(items.asked.length > 0 ? extras : [])],
  };
}

function readInput(
  source: SettingsSource,
  { location: { fileSystemLocations }, recordDelimiter: { regexDelimiter } }: z.infer<typeof Input>,
  target: { readonly table: string; readonly transform: Transformation; readonly linuxOff: boolean },
): Read<LogFile> {
  const paths = [
    ...(fileSystemLocations.windowsFileTypeLogPaths ?? []).map((path) => ({ os: 'windows' as const, path })),
    ...(fileSystemLocations.linuxFileTypeLogPaths ?? []).map((path) => ({ os: 'linux' as const, path })),
  ];
  if (paths.length === 0)
    return { asked: [], losses: [loss(originOf(source), 'nothingSelected', 'no paths')] };
  const delimiter = readDelimiter(regexDelimiter);
  const all = paths.map(({ os, path }): Read<LogFile> => {
    if (typeof path !== 'string') {
      return { asked: [], losses: [loss(originOf(source, `${os} paths`), 'malformed', visible(path))] };
    }
    const origin = originOf(source, `${os} ${path}`);
    if (target.linuxOff && os === 'linux') return { asked: [], losses: [loss(origin, 'disabled')] };
    if (delimiter === undefined) {
      const lost = loss(origin, 'delimiterNotSupported', visible(regexDelimiter.pattern));
      return { asked: [], losses: [lost] };
    }
    const { pattern, losses } = readPath(path, os, origin);
    if (pattern === undefined) return { asked: [], losses };
    return {
      asked: [{ origin, value: logFile(os, pattern, delimiter, target) }],
      losses: [...losses, delimiterLoss(origin, delimiter)],
    };
  });
  return { asked: all.flatMap(({ asked }) => asked), losses: all.flatMap(({ losses }) => losses) };
}

/** A delimiter that is a part of the expression's match splits elsewhere than the expression does. */
function readDelimiter(regex: z.infer<typeof RegexDelimiter>): Delimiter | undefined {
  const isWhole = Number(regex.matchIndex ?? 0) === 0;
  const group = regex.numberdGroup ?? regex.numberedGroup ?? 0;
  return isWhole && Number(group) === 0 ? delimiterOf(regex.pattern) : undefined;
}

function delimiterLoss(origin: Origin, { by, start }: Delimiter): Loss {
  return by === 'line' ? loss(origin, 'linesJoined') : loss(origin, 'timestampFormatMapped', start);
}

function logFile(
  os: OsType,
  pattern: string,
  { start }: Delimiter,
  { table, transform }: { readonly table: string; readonly transform: Transformation },
): LogFile {
  return {
    what: 'logFile',
    os,
    table,
    filePatterns: [pattern],
    recordStartTimestampFormat: start,
    transformKql: transform.transformKql,
    columns: [...TEXT_LOG_COLUMNS, ...transform.columns],
  };
}
