import { shortHash } from '../../model/ids.ts';
import type { PlannedMachine } from '../../model/plan.ts';
import { type ScriptAction, ScriptResult } from '../../model/removal.ts';
import type { RunCommand } from '../gateway.ts';
import { SCRIPT_TEXTS } from '../scripts/texts.ts';

/** A script as it is sent. */
export interface Script {
  /** Name of the reviewed file it is made of. */
  readonly file: keyof typeof SCRIPT_TEXTS;
  /** Digest of that file, for the audit trail. */
  readonly digest: string;
  readonly text: string;
}

const FILES = {
  windows: { remove: 'remove-windows.ps1', detach: 'detach-windows.ps1' },
  linux: { remove: 'remove-linux.sh', detach: 'detach-linux.sh' },
} as const;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The script for a machine: the reviewed file word for word, behind one line with the ids of the workspaces to
 * detach. Nothing but ids of the right form goes into that line; anything else is a bug.
 */
export function scriptFor(
  os: PlannedMachine['os'],
  action: ScriptAction,
  workspaces: readonly string[],
): Script {
  const stray = workspaces.find((id) => !GUID.test(id));
  if (stray !== undefined) throw new Error(`not the id of a workspace: ${stray}`);
  const file = FILES[os][action];
  const reviewed = SCRIPT_TEXTS[file];
  const prologue =
    os === 'windows'
      ? `$Workspaces = @(${workspaces.map((id) => `'${id}'`).join(', ')})\n`
      : `#!/bin/sh\nWORKSPACES='${workspaces.join(' ')}'\n`;
  return { file, digest: shortHash(reviewed), text: `${prologue}${reviewed}` };
}

/** The same for the same wave, machine and action, so that a repeated look finds its own run command. */
export function runCommandName(waveId: string, machineId: string, action: ScriptAction): string {
  return `ama-migration-${action}-${shortHash(`${waveId}|${machineId}`, 12)}`;
}

export type ScriptReading =
  | { readonly ok: true; readonly result: ScriptResult }
  | { readonly ok: false; readonly why: string };

/** What a script that ended says of itself: exactly one line of the known form, else nothing it says counts. */
export function readScriptResult(
  { state, exitCode, output, error }: RunCommand,
  action: ScriptAction,
): ScriptReading {
  const because = (why: string): ScriptReading => ({
    ok: false,
    why: error === '' ? why : `${why}: ${error.slice(0, 200)}`,
  });
  if (state !== 'succeeded' || (exitCode ?? 0) !== 0) {
    return because(exitCode === null ? 'the script was not run' : `exit code ${exitCode}`);
  }
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '');
  const [line] = lines;
  if (line === undefined) return because('no output');
  if (lines.length > 1) return because(`${lines.length} lines of output`);
  const result = ScriptResult.safeParse(parseLine(line));
  if (!result.success) return because('output of another form');
  if (result.data.action !== action) return because(`the result of another script (${result.data.action})`);
  return { ok: true, result: result.data };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
