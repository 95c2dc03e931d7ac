import type { SettingsSource } from '../../../../shared/rules/convert/model.ts';
import { aSource } from './kind-fixtures.ts';

interface Input {
  readonly windows?: readonly unknown[] | null;
  readonly linux?: readonly unknown[] | null;
  readonly delimiter?: unknown;
}

/** In the shape of Microsoft's PowerShell sample of a custom log. */
export function aCustomLog(
  name: string,
  inputs: Input | readonly Input[],
  extractions: readonly unknown[] = [collectionTime()],
): SettingsSource {
  return aSource('CustomLog', name.toLowerCase(), {
    customLogName: name,
    description: 'a log',
    inputs: [inputs].flat().map(({ windows = null, linux = null, delimiter = '\\n' }) => ({
      location: { fileSystemLocations: { windowsFileTypeLogPaths: windows, linuxFileTypeLogPaths: linux } },
      recordDelimiter: {
        regexDelimiter:
          typeof delimiter === 'string'
            ? { pattern: delimiter, matchIndex: 0, matchIndexSpecified: true, numberedGroup: null }
            : delimiter,
      },
    })),
    extractions,
  });
}

export function extraction(name: string, type: string, regex: unknown): unknown {
  const key = `${type.charAt(0).toLowerCase()}${type.slice(1)}Extraction`.replace('datetime', 'dateTime');
  return {
    extractionName: name,
    extractionType: type,
    extractionProperties: { [key]: { regex, joinStringRegex: null } },
  };
}

/** TimeGenerated is the time of collection. */
export function collectionTime(): unknown {
  return extraction('TimeGenerated', 'DateTime', null);
}
