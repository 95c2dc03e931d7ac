import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';

export interface OutputMode {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Where a command tells what it found. Text is for people, and data is the one document of `--json`. */
export interface Output {
  readonly json: boolean;
  /** Lines for people; nothing with `--json` or `--quiet`. */
  lines(...lines: readonly string[]): void;
  /** The document of `--json`. */
  data(value: unknown): void;
  /** A state that changes: redrawn on a terminal, a line where it is news elsewhere. */
  live(screen: readonly string[], line: string): void;
  /** Leaves the last state on the screen. */
  settle(): void;
  /** Bytes as they are, for a download without `--out`. */
  raw(bytes: Uint8Array): void;
  note(line: string): void;
}

type Stream = NodeJS.WriteStream;

export function createOutput({ json, quiet }: OutputMode, stdout: Stream, stderr: Stream): Output {
  const silent = json || quiet;
  const update = stdout.isTTY && !silent ? createLogUpdate(stdout) : undefined;
  let last = '';
  return {
    json,
    lines(...lines) {
      if (!silent) for (const line of lines) stdout.write(`${plain(line)}\n`);
    },
    data(value) {
      if (json) stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    live(screen, line) {
      if (silent) return;
      if (update !== undefined) update(screen.map(plain).join('\n'));
      else if (line !== last) stdout.write(`${plain(line)}\n`);
      last = line;
    },
    settle: () => update?.done(),
    raw(bytes) {
      if (!quiet) stdout.write(bytes);
    },
    note(line) {
      if (!silent) stderr.write(`${plain(line)}\n`);
    },
  };
}

/** Names come from outside: a control character in one must not steer the terminal. Our own colours stay. */
export function plain(line: string): string {
  return line.replace(/\p{Cc}/gu, (sign, place: number, whole: string) => {
    if (sign === '\t') return sign;
    return sign === ESCAPE && OWN_COLOUR.test(whole.slice(place + 1)) ? sign : '\ufffd';
  });
}

const ESCAPE = '\u001b';
/** Bold, dim, colours and their ends: nothing that hides text or moves it. */
const OWN_COLOUR = /^\[(?:1|2|22|3[1-9])m/;

export function bold(text: string): string {
  return styleText('bold', text);
}

const COLOURS: Readonly<Record<string, 'green' | 'yellow' | 'red' | 'cyan'>> = {
  ...{ completed: 'green', held: 'yellow', degraded: 'yellow', awaitingApproval: 'yellow' },
  ...{ aborted: 'red', failed: 'red', progressing: 'cyan', planned: 'cyan' },
};

/** A phase or status in its colour, where colours are wanted. */
export function tinted(state: string): string {
  return styleText(COLOURS[state] ?? 'dim', state);
}
