/** How much an event asks of who reads it, in rising order. */
export const SEVERITIES = ['info', 'warning', 'error'] as const;
export type Severity = (typeof SEVERITIES)[number];

interface EventDefinition {
  readonly severity: Severity;
  /** When it is sent. */
  readonly text: string;
  /** What its data has beside what all have. */
  readonly fields: readonly string[];
}

/** What events have that tell how far a wave is. */
const COUNTS = ['machines', 'verified', 'failed', 'inFlight'] as const;

const define = (severity: Severity, text: string, ...fields: readonly string[]): EventDefinition => ({
  ...{ severity, text, fields },
});

/** Every event the app sends. A type that shipped keeps its meaning; fields may be added to it. */
export const EVENTS = {
  'wave.started': define('info', 'A wave was asked for.', 'requestedBy', 'startAt', ...COUNTS),
  'wave.phaseChanged': define('info', 'The phase of a wave is another one.', 'before', ...COUNTS),
  'wave.awaitingApproval': define(
    ...(['warning', 'A gate of a wave waits for a person; POST `links.approve` lets it through.'] as const),
    ...['gate', 'given', 'quorum', ...COUNTS],
  ),
  'wave.approved': define('info', 'A person approved a gate.', 'gate', 'by', 'at'),
  'wave.held': define(
    'warning',
    'Something stops a wave; a person resumes or aborts it.',
    'holds',
    ...COUNTS,
  ),
  'wave.resumed': define('info', 'The holds of a wave were lifted.', 'at', ...COUNTS),
  'wave.gateJudged': define(
    'info',
    'The removal gate was judged, or a person accepted it.',
    'gate',
    'result',
  ),
  'wave.stepCompleted': define('info', 'A wave is through with a step.', 'completed', ...COUNTS),
  'wave.verdictsFailed': define(
    ...(['warning', 'Data of machines did not pass; told when a step ends.'] as const),
    ...['pass', 'fail', 'inconclusive', 'error'],
  ),
  'wave.retried': define('info', 'A person asked for another try.', 'by', 'reason', 'at'),
  'wave.abortRequested': define('warning', 'A person aborted a wave.', 'by', 'reason', 'at', ...COUNTS),
  'wave.rollbackRequested': define('warning', 'A person rolls a wave back.', 'by', 'reason', 'at'),
  'wave.rolledBack': define('warning', 'A rollback is done.', 'by', 'notUndone', ...COUNTS),
  'wave.completed': define('info', 'A wave is finished; its phase says how.', ...COUNTS),
  'wave.aborted': define('warning', 'A wave that was aborted is finished.', ...COUNTS),
  'run.started': define('info', 'A run of a plan was asked for.', 'runId', 'fromWave', 'waves'),
  'run.progressed': define('info', 'A run goes on to another wave.', 'runId', 'wave', 'waves', 'promotedBy'),
  'run.awaitingPromotion': define(
    'warning',
    'A wave completed; a person lets the next one start.',
    'runId',
    'wave',
  ),
  'run.held': define('warning', 'Something stops a run.', 'runId', 'holds'),
  'run.resumed': define('info', 'The holds of a run were lifted.', 'runId'),
  'run.finished': define('info', 'A run ended; its state says how.', 'runId', 'wave', 'waves'),
  'inventory.completed': define(
    'info',
    'An inventory is complete.',
    'inventoryId',
    'machines',
    'ready',
    'blocked',
  ),
  'inventory.failed': define('warning', 'An inventory could not be taken.', 'inventoryId', 'problem'),
  'connector.switchedOff': define(
    'warning',
    'Legacy collection of a workspace was switched off.',
    'workspaceId',
    'by',
  ),
  'connector.restored': define(
    'warning',
    'Legacy collection of a workspace was put back.',
    'workspaceId',
    'by',
  ),
  'drift.found': define(
    ...(['warning', 'A drift check ended; `info` where it found nothing, `error` where it failed.'] as const),
    ...['driftId', 'status', 'problem', 'counts', 'implausible', 'remedies', 'started'],
  ),
  'digest.made': define(
    ...(['info', 'The summary of a day or a week; `GET /digest` has all of it.'] as const),
    ...['period', 'from', 'until', 'fleet', 'fleetBefore', 'waves', 'holds', 'drift', 'doublePaid'],
  ),
  'subscription.deadLettered': define(
    ...(['error', 'An event could not be delivered to a subscription.'] as const),
    ...['subscriptionId', 'eventId', 'reason'],
  ),
  'subscription.disabled': define(
    'error',
    'The receiver of a subscription is gone.',
    'subscriptionId',
    'reason',
  ),
} as const satisfies Record<string, EventDefinition>;

export type EventType = keyof typeof EVENTS;
export const EVENT_TYPES = Object.keys(EVENTS) as [EventType, ...EventType[]];

/** An event before it has its place in a stream. */
export interface EventDraft {
  readonly type: EventType;
  /** Below the API: `waves/ID`. */
  readonly subject: string;
  /** Absent: that of the type. */
  readonly severity?: Severity;
  readonly planId?: string;
  readonly waveId?: string;
  readonly dryRun?: boolean;
  readonly message: string;
  /** Ids, counts and short texts: no lists of machines, no secrets. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event as the ledger keeps it. Its id follows from its place, so that who sees it twice can tell. */
export interface AppEvent extends EventDraft {
  readonly id: string;
  /** What it is in order with: a wave, a run, an inventory, or any other name. */
  readonly stream: string;
  /** Its place in the stream, from 1. */
  readonly number: number;
  readonly time: string;
  readonly severity: Severity;
}

/** Names of streams are parts of ids: of events, and of orchestrations. */
export const STREAM = /^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/;

export function eventId(stream: string, number: number): string {
  return `${stream}-${String(number).padStart(6, '0')}`;
}

export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
}
