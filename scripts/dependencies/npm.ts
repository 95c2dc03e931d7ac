import { spawnSync } from 'node:child_process';

export interface NpmAnswer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs npm in the project: the one that runs the script, or the first of the path. */
export function npm(...args: string[]): NpmAnswer {
  const own = process.env['npm_execpath'];
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  return own?.endsWith('.js')
    ? spawnSync(process.execPath, [own, ...args], options)
    : spawnSync('npm', args, options);
}
