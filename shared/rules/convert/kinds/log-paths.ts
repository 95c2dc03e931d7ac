import type { OsType } from '../../../model/agents.ts';
import type { Loss, Origin } from '../model.ts';
import { visible } from '../names.ts';
import { loss, readName } from '../wanted.ts';

/** A path as a file pattern of a rule; without one, the losses say why. */
export interface LogPath {
  readonly pattern?: string;
  readonly losses: readonly Loss[];
}

/**
 * "The file must be stored on the local drive of the agent machine", wildcards are "for filenames that vary"
 * (learn.microsoft.com/azure/azure-monitor/vm/data-collection-log-text). The page has no rule about extensions.
 */
export function readPath(path: string, os: OsType, origin: Origin): LogPath {
  const read = readName(path, origin);
  const why = read === undefined ? 'empty' : obstacle(read.name, os, path);
  if (read === undefined || why !== undefined) {
    return { losses: [loss(origin, 'pathNotSupported', `${visible(path)}: ${why}`)] };
  }
  const file = read.name.split(/[\\/]/).at(-1) ?? '';
  const isPlain = !/[.*]/.test(file);
  return {
    pattern: read.name,
    losses: isPlain ? [...read.losses, loss(origin, 'pathTakenAsFile', visible(read.name))] : read.losses,
  };
}

function obstacle(path: string, os: OsType, given: string): string | undefined {
  // Blanks at the ends are slips; a tab inside, made a blank, would be the path of another file.
  if (!given.includes(path)) return 'a character that no plain path has';
  if (/^(\\\\|\/\/)/.test(path)) return 'on another machine';
  if (!(os === 'windows' ? /^[A-Za-z]:[\\/]/ : /^\//).test(path))
    return 'not an absolute path of a local drive';
  const [file = '', ...folders] = path
    .slice(os === 'windows' ? 3 : 1)
    .split(os === 'windows' ? /[\\/]/ : '/')
    .reverse();
  if (file === '') return 'names a folder, not files';
  if (folders.some((folder) => folder.includes('*'))) return 'a wildcard outside the name of the file';
  if ([file, ...folders].some((part) => part === '.' || part === '..')) return 'not a plain path';
  if (path.includes('?')) return 'the only wildcard is *';
  if (os === 'windows' && /[<>"|:%]/.test(path.slice(2))) return 'a character that no plain path has';
  return undefined;
}
