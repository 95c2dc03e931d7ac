import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { ticketScenario } from '../support/ticket-scenario.ts';
import { CALLBACK_SECRET, DESK_SETUPS, estateWithDesk, setDesk } from '../support/tickets.ts';

describe('secrets of ticket desks', () => {
  const { given, when, here, steps } = ticketScenario();
  let reset = () => {};
  afterEach(() => reset());

  it('are in no history, ledger, log, answer or ticket, even where the desk quotes them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    const { entry } = DESK_SETUPS.serviceNow;
    const password = entry.password ?? '';
    const pair = Buffer.from(`${entry.user}:${password}`).toString('base64');
    const message = `the password ${password} of Basic ${pair} ${encodeURIComponent(password)} is not allowed`;
    const url = `^https://${entry.host.replaceAll('.', '\\.')}/`;
    reset = setDesk('serviceNow');
    const seen: string[] = [];
    await given.anEstate(
      estateWithDesk('serviceNow', [], {
        faults: [{ match: { url }, effect: { status: 400, message }, count: 3 }],
      }),
      {
        hostStore: join(folder, 'host'),
        ledger: join(folder, 'ledger'),
        log: (one) => seen.push(JSON.stringify(one)),
      },
    );
    await given.aPlan({
      policy: { approvals: { start: true, removal: false }, ticket: { desk: 'serviceNow' } },
    });
    await when.theWaveStarts();
    const troubled = await steps.until(({ ticket }) => ticket?.trouble != null);
    expect(troubled.ticket?.trouble?.message).toContain('the password *** of Basic ***');
    seen.push(JSON.stringify(troubled));
    await steps.until(({ ticket }) => ticket?.decision === 'pending');
    const { body } = await steps.tells({ correlationId: troubled.ticket?.correlationId });
    await steps.somebodyApproves('serviceNow');
    seen.push(JSON.stringify([await steps.bothEnd(), body]));
    const [change] = steps.desk('serviceNow').items;
    seen.push(JSON.stringify([change, [...(change?.fields ?? [])]]));

    const { session } = here();
    for (const { id } of session.host.instances()) seen.push(JSON.stringify(session.host.history(id)));
    here().participant.leave();
    await session.close();
    for (const file of ['host', 'ledger']) seen.push(dump(join(folder, file)));
    const all = seen.join('\n');
    expect(all.length).toBeGreaterThan(50_000);
    for (const secret of [password, pair, CALLBACK_SECRET, CALLBACK_SECRET.slice('whsec_'.length)])
      expect(all.includes(secret), secret).toBe(false);
    rmSync(folder, { recursive: true, force: true });
  });
});

function dump(path: string): string {
  const db = new DatabaseSync(path, { readOnly: true });
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const rows = tables.flatMap(({ name }) => db.prepare(`SELECT * FROM "${String(name)}"`).all());
  db.close();
  return JSON.stringify(rows);
}
