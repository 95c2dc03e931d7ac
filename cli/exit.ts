/** Exit codes; they are an interface: what shipped keeps its meaning. */
export const EXIT = {
  ok: 0,
  /** What was looked at is not well: held, degraded, aborted, failed, or not intact. */
  notWell: 1,
  usage: 2,
  /** The app refused the call; it says why. */
  refused: 3,
  /** The app cannot be reached, or cannot answer now. */
  unreachable: 4,
  /** A fault of this client. */
  bug: 5,
  /** What was looked at waits for a person to approve or promote it. */
  waits: 6,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_TEXTS: Readonly<Record<ExitCode, string>> = {
  [EXIT.ok]: 'All well.',
  [EXIT.notWell]:
    'What was asked for or watched is held, degraded, aborted or failed; or evidence is not intact.',
  [EXIT.usage]: 'The command line is wrong; nothing was sent.',
  [EXIT.refused]: 'The app refused the call; the sentence and the code say why.',
  [EXIT.unreachable]: 'The app cannot be reached, or cannot answer now; try again.',
  [EXIT.bug]: 'The client itself failed.',
  [EXIT.waits]: 'What was looked at waits for an approval or a promotion.',
};

/** Trouble with a code to end with, told without a stack. */
export class Trouble extends Error {
  readonly exit: ExitCode;
  /** Stable code of the problem, where the app gave one. */
  readonly code: string | undefined;
  constructor(exit: ExitCode, message: string, code?: string) {
    super(message);
    this.exit = exit;
    this.code = code;
  }
}

export function usage(message: string): Trouble {
  return new Trouble(EXIT.usage, message);
}
