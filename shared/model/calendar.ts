import { z } from 'zod';

/** When changes may start: in windows, and never in a freeze. */

const localTime = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/,
    'must be a local date and time such as 2026-12-01T22:00; its time zone stands in timeZone',
  );
/** IANA name: Europe/Berlin. */
const timeZone = z.string().min(1).max(100);
/** RFC 5545 recurrence rule: FREQ=WEEKLY;BYDAY=SA,SU. Without it the period comes once. */
const recurrence = z.string().min(1).max(500).optional();

/** A time in which changes may start: once, or again and again. */
export const Window = z.strictObject({
  /** First opening, in local time of the zone beside it. */
  start: localTime,
  timeZone,
  recurrence,
  durationMinutes: z
    .int()
    .min(1)
    .max(7 * 1440),
});
export type Window = z.infer<typeof Window>;

export const MAX_FREEZE_DAYS = 366;

/** A time in which nothing is started, whatever windows say: year end, an audit, a launch. */
export const Freeze = z
  .strictObject({
    /** Shown wherever something waits for it. */
    name: z.string().trim().min(1).max(100),
    start: localTime,
    /** Local time as well; a recurring freeze lasts as long by the calendar each time. */
    end: localTime.optional(),
    durationMinutes: z
      .int()
      .min(1)
      .max(MAX_FREEZE_DAYS * 1440)
      .optional(),
    timeZone,
    recurrence,
  })
  .refine(({ end, durationMinutes }) => (end === undefined) !== (durationMinutes === undefined), {
    path: ['end'],
    message: 'is required, or durationMinutes; not both',
  });
export type Freeze = z.infer<typeof Freeze>;

/** What decides whether a change may start; a policy is one. */
export interface ChangeCalendar {
  readonly windows: readonly Window[];
  readonly freezes: readonly Freeze[];
}

const duration = z.int().min(0).max(86_400);

/**
 * How long a change likely takes, in seconds: it is not started when less is left of its window. This project's
 * assumptions, the long end of what is seen in practice; the forecast has the short end (`ASSUMED_SECONDS`).
 */
export const ExpectedSeconds = z
  .strictObject({
    install: duration.default(420),
    /** All rules of a machine. */
    associate: duration.default(60),
    /** One setting of a workspace; that agents hear of it later is no change of ours. */
    disableConnector: duration.default(60),
    /** One legacy extension, or the script that takes its place. */
    uninstall: duration.default(300),
    /** A scale set's model, or one batch of its instances, at `install` and `uninstall`. */
    scaleSet: duration.default(1800),
  })
  .prefault({});
export type ExpectedSeconds = z.infer<typeof ExpectedSeconds>;

/** When a plan run goes from a completed wave to the next one. */
export const Promotion = z
  .strictObject({
    /** Without a person. Approvals of the wave itself stay as they are. */
    automatic: z.boolean().default(false),
    /** Time between the end of a wave and the start of the next one. */
    waitSeconds: z
      .int()
      .min(0)
      .max(60 * 86_400)
      .default(0),
    /** Share of a wave's machines that may have failed or be blocked; without it the wave's own gate decides. */
    maxFailedShare: z.number().min(0).max(1).optional(),
  })
  .prefault({});
export type Promotion = z.infer<typeof Promotion>;
