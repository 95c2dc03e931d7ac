import { Cron } from 'croner';

/** Gives the first run after an instant, both in milliseconds since the epoch. */
export type Schedule = (after: number) => number;

/** Reads an NCRONTAB expression (six fields, or five without seconds) or an interval `[d.]hh:mm:ss`. */
export function parseSchedule(text: string): Schedule {
  const interval = /^(?:(\d+)\.)?(\d{1,3}):(\d{2}):(\d{2})$/.exec(text.trim());
  if (interval !== null) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = interval
      .slice(1)
      .map((part) => Number(part ?? 0));
    const length = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
    if (length <= 0) throw new Error(`The interval '${text}' is empty.`);
    return (after) => after + length;
  }
  // NCRONTAB asks for the day of the month and the day of the week to fit both.
  const cron = new Cron(text, { mode: '5-or-6-parts', timezone: 'UTC', domAndDow: true, paused: true });
  return (after) => {
    const next = cron.nextRun(new Date(after));
    if (next === null) throw new Error(`The schedule '${text}' has no further run.`);
    return next.getTime();
  };
}
