import { describe, expect, it } from 'vitest';
import { customLogsOf, replacementOf } from '../../../shared/rules/custom-log-tables.ts';

const log = (customLogName: unknown, paths: Record<string, unknown> = {}) => ({
  ...{ id: '/log', name: 'log', kind: 'CustomLog' },
  properties: { customLogName, inputs: [{ location: { fileSystemLocations: paths } }] },
});
const WINDOWS = { windowsFileTypeLogPaths: ['C:\\app.log'] };
const LINUX = { linuxFileTypeLogPaths: ['/var/log/app.log'], windowsFileTypeLogPaths: null };

describe('customLogsOf', () => {
  it.each([
    ['files of Windows', [log('App_CL', WINDOWS)], [{ table: 'App_CL', os: ['windows'] }]],
    ['files of Linux', [log('App', LINUX)], [{ table: 'App_CL', os: ['linux'] }]],
    [
      'one log in two settings, in another case',
      [log('app_CL', LINUX), log('App', WINDOWS)],
      [{ table: 'app_CL', os: ['linux', 'windows'] }],
    ],
    ['no paths that it can read', [log('App', { linuxFileTypeLogPaths: 'x' })], 'both'],
    ['no inputs at all', [{ ...log('App'), properties: { customLogName: 'App', inputs: null } }], 'both'],
    ['no name', [log(''), log(7), { ...log('App'), properties: null }], []],
  ])('reads settings with %s', (_, sources, found) => {
    expect(customLogsOf(sources)).toEqual(
      found === 'both' ? [{ table: 'App_CL', os: ['linux', 'windows'] }] : found,
    );
  });

  it('gives them in order of name', () => {
    expect(customLogsOf([log('B', WINDOWS), log('A', WINDOWS)]).map(({ table }) => table)).toEqual([
      'A_CL',
      'B_CL',
    ]);
  });
});

it('names the table that conversion sends a log to', () => {
  expect(replacementOf('App_CL')).toBe('App_AMA_CL');
});
