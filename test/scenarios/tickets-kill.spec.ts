import { afterEach, describe, expect, it } from 'vitest';
import type { LogEntry } from '../../rehearsal/estate/index.ts';
import { runKilled } from '../support/killed.ts';
import { ANNA, DESK_SETUPS, estateWithDesk, setDesk } from '../support/tickets.ts';

const app = new URL('../support/killable-ticket.ts', import.meta.url).pathname;
const APPROVES = [{ does: 'approves', by: ANNA, afterSeconds: 1200 }] as const;

/** After the first write of this kind since the last kill was answered, and before its answer was heard. */
const afterWrite = (pattern: RegExp) => (_: readonly LogEntry[], life: readonly LogEntry[]) =>
  life.some(({ method, url, status }) => method !== 'GET' && status < 300 && pattern.test(url));

/** The effects of each desk, each killed right after it: before it could be recorded. */
const EFFECTS = {
  serviceNow: [/change_request$/, /attachment\/file/, /change_task$/, /change_request\/\w+$/],
  jira: [/rest\/api\/3\/issue$/, /attachments$/, /comment$/],
  azureDevOps: [/workitems\/\$/, /attachments\?/, /comments/],
} as const;

describe.each(['serviceNow', 'jira', 'azureDevOps'] as const)(
  'a change at %s whose app is killed',
  (kind) => {
    let reset = () => {};
    afterEach(() => reset());

    it('is one change, opened, told and closed once', async () => {
      reset = setDesk(kind);
      const file = estateWithDesk(kind, [...APPROVES]);
      const points = EFFECTS[kind].map(afterWrite);

      const killed = await runKilled({ app, file, points });

      expect(killed.kills).toBe(points.length);
      const desk = killed.estate.desk(DESK_SETUPS[kind].entry.host);
      expect(desk?.items).toHaveLength(1);
      const [change] = desk?.items ?? [];
      expect(killed.done).toEqual({ phase: 'completed', code: 'successful', number: change?.number });
      const files = change?.files.map(({ name }) => name) ?? [];
      expect(new Set(files).size).toBe(files.length);
      const notes = change?.notes.map(({ text }) => text) ?? [];
      expect(new Set(notes).size).toBe(notes.length);
      expect(change?.moves.filter(({ to }) => to === change.state)).toHaveLength(1);
      if (kind === 'serviceNow') expect(desk?.tasks).toHaveLength(2);
    }, 300_000);
  },
);
