import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { parseEstate } from '../../rehearsal/estate/index.ts';
import { heardEstate, KEY_SECRET, rollbackScenario } from '../support/rollback-scenario.ts';
import { scenario } from '../support/scenario.ts';
import { VM, WORKSPACE } from '../support/small-estate.ts';

const SAMPLES = new URL('../../rehearsal/samples/', import.meta.url);
const CANARY = 'canary-7f3a-not-to-be-seen';

describe('proxy credentials', () => {
  const { given, when, then, here } = scenario();

  it('reach the machines behind the proxy and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    const parsed = parseEstate(
      withCanary(JSON.parse(readFileSync(new URL('contoso.json', SAMPLES), 'utf8'))),
    );
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const plan = JSON.parse(readFileSync(new URL('contoso.plan.json', SAMPLES), 'utf8')) as {
      policy: Record<string, unknown>;
    };
    const seen: string[] = [];
    await given.anEstate(parsed.estate, {
      hostStore: join(folder, 'host'),
      ledger: join(folder, 'ledger'),
      log: (entry) => seen.push(JSON.stringify(entry)),
      onExchange: (exchange) => seen.push(JSON.stringify(exchange)),
    });
    await given.aPlan({
      selection: { include: [{ resourceGroup: 'rg-dmz' }] },
      policy: { ...plan.policy, approvals: {} },
    });

    await when.theWaveStarts();
    await when.theWaveRunsToItsEnd();

    await then.theWaveIs('completed');
    expect(then.requests('secret.read')).toBeGreaterThan(0);
    seen.push(JSON.stringify([...(await then.records()).values()]));
    const { session } = here();
    for (const { id } of session.host.instances()) seen.push(JSON.stringify(session.host.history(id)));
    expect(seen.join('\n')).not.toContain(CANARY);
    here().participant.leave();
    await session.close();
    for (const file of ['host', 'ledger']) expect(dump(join(folder, file)), file).not.toContain(CANARY);
    expect(seen.join('\n').length).toBeGreaterThan(10_000);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('keys of workspaces', () => {
  const { given, when, then, here, steps } = rollbackScenario();

  it('reach the legacy agents that are put back and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    const seen: string[] = [];
    await given.anEstate(
      heardEstate({ behaviour: { secrets: [{ vault: 'kv-keys', name: 'law-main-key', value: CANARY }] } }),
      {
        hostStore: join(folder, 'host'),
        ledger: join(folder, 'ledger'),
        log: (entry) => seen.push(JSON.stringify(entry)),
        onExchange: (exchange) => seen.push(JSON.stringify(exchange)),
      },
    );
    await given.aPlan();
    await steps.aFinishedWave();

    await when.theOperatorRollsBack({
      undo: { legacyAgent: true },
      workspaceKeys: [{ workspaceId: WORKSPACE, secret: KEY_SECRET }],
    });
    await steps.theRollbackEnds();

    expect(then.acceptedChanges('secret.read')).toBe(3);
    expect(then.theAgentsOf(VM)).toContain('MicrosoftMonitoringAgent');
    seen.push(JSON.stringify([...(await then.records()).values()]), JSON.stringify(await then.theWave()));
    const { session } = here();
    for (const { id } of session.host.instances()) seen.push(JSON.stringify(session.host.history(id)));
    expect(seen.join('\n')).not.toContain(CANARY);
    here().participant.leave();
    await session.close();
    for (const file of ['host', 'ledger']) expect(dump(join(folder, file)), file).not.toContain(CANARY);
    expect(dump(join(folder, 'ledger'))).toContain('law-main-key');
    rmSync(folder, { recursive: true, force: true });
  });
});

/** The sample with its proxy password replaced, at the vault and on the proxy. */
function withCanary(estate: unknown): unknown {
  const text = JSON.stringify(estate);
  const { behaviour } = estate as { behaviour: { secrets: { name: string; value: string }[] } };
  const password = behaviour.secrets.find(({ name }) => name === 'dmz-proxy-password')?.value;
  if (password === undefined) throw new Error('the sample has no proxy password');
  return JSON.parse(text.replaceAll(JSON.stringify(password), JSON.stringify(CANARY)));
}

function dump(path: string): string {
  const db = new DatabaseSync(path, { readOnly: true });
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const rows = tables.flatMap(({ name }) => db.prepare(`SELECT * FROM "${String(name)}"`).all());
  db.close();
  return JSON.stringify(rows);
}
