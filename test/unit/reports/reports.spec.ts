import { describe, expect, it } from 'vitest';
import { csvText } from '../../../shared/csv/table.ts';
import { MACHINE_COLUMNS, WAVE_COLUMNS } from '../../../shared/reports/columns.ts';
import { planPage } from '../../../shared/reports/html/plan-page.ts';
import { boardPage, wavePage } from '../../../shared/reports/html/wave-page.ts';
import { RESULTS } from '../../../shared/reports/machine-result.ts';
import { noNumbers, planNumbers } from '../../../shared/reports/numbers.ts';
import { planReport } from '../../../shared/reports/plan-report.ts';
import { at } from '../../support/builders.ts';
import { sampleReport } from './facts.ts';

const golden = (name: string) => `../../golden/reports/${name}.golden`;

describe('the report of a wave', () => {
  it('counts every machine once', () => {
    const { report } = sampleReport();
    const { numbers } = report;
    expect(numbers).toMatchObject({
      ...{
        machines: 6,
        migrated: 3,
        legacyKept: 1,
        blocked: 1,
        failed: 1,
        proven: 5,
        accepted: 1,
        undoable: 5,
      },
      // 24 h, 24.5 h, 25 h less ten seconds twice, and 24.98 h.
      bothAgentsHours: 123.5,
    });
    const results = Object.keys(RESULTS) as (keyof typeof RESULTS)[];
    expect(results.reduce((n, result) => n + numbers[result], 0)).toBe(numbers.machines);
  });

  it('names reasons with what to do, the urgent first', () => {
    expect(sampleReport().report.reasons).toMatchObject([
      { status: 'failed', code: 'extensionStuck', stage: 'install', machines: 1, needs: 'machineOwner' },
      { status: 'blocked', code: 'locked', stage: 'uninstall', machines: 1, needs: 'platformTeam' },
      { status: 'skipped', code: 'scomAttached', stage: 'uninstall', machines: 1, needs: 'nobody' },
    ]);
  });

  it('is as recorded: JSON, CSV, page and sheet', async () => {
    const { report, machines } = sampleReport();
    const rows = machines.map((machine) => ({ machine, end: at(-10) }));
    await expect(`${JSON.stringify(report, null, 2)}\n`).toMatchFileSnapshot(golden('wave.json'));
    await expect(csvText(MACHINE_COLUMNS, rows)).toMatchFileSnapshot(golden('wave.csv'));
    await expect(wavePage(report)).toMatchFileSnapshot(golden('wave.html'));
    await expect(boardPage(report)).toMatchFileSnapshot(golden('board.html'));
  });

  it.each([
    [
      'held',
      {
        step: 'gate',
        finishedAt: null,
        holds: [{ id: 'h', kind: 'gate', reason: 'too few', since: at(-5), by: 'app' }],
      },
      'On hold',
    ],
    ['aborted', { abort: { at: at(-5), by: 'olive', reason: 'wrong rules' } }, 'Aborted by olive'],
    [
      'promoted',
      { promotions: [{ by: 'anna', at: at(-5), reason: 'quiet', soakUntil: at(50) }] },
      'anna ended the soak early',
    ],
    ['overruled', { overruled: ['cpu'] }, 'Resumed over cpu'],
    ['a dry run', { dryRun: true }, 'Nothing was changed, so there is nothing to undo'],
    ['without approval', { approvals: [] }, 'Nobody yet.'],
  ] as const)('says what a board must know: %s', (_, changes, text) => {
    expect(boardPage(sampleReport(changes as object).report)).toContain(text);
  });

  it('says who rolled it back, and what is left', () => {
    const rollback = {
      ...{
        at: at(-9),
        by: 'olive',
        reason: 'wrong rules',
        machineIds: null,
        workspaceKeys: [],
        connectors: [],
      },
      undo: { connectors: true, legacyAgent: true, associations: true, agentSettings: true, agent: true },
      ...{ confirmation: null, preparedAt: at(-8), finishedAt: at(-1) },
    };
    const page = boardPage(sampleReport({ rollback } as object).report);
    expect(page).toContain('Rolled back by olive');
  });
});

describe('names from outside', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    '</style><script>x</script>',
    '=HYPERLINK("http://evil.example")',
    'a\u202egnp.exe',
    '&lt;b&gt;',
  ];

  it.each(hostile)('are text and nothing else: %s', (name) => {
    const reason = { by: name, at: at(-5), reason: name };
    const { report } = sampleReport({ requestedBy: name, abort: reason }, [name, name], name);
    for (const page of [wavePage(report), boardPage(report)]) {
      const body = page.slice(page.indexOf('<body>'));
      expect(body).not.toMatch(/<(script|img|style|iframe|object|link|a)\b/i);
      expect(body).not.toMatch(/<[^>]*\son\w+=/i);
      expect(page).not.toContain('\u202e');
      expect(page.match(/<\/style>/g)).toHaveLength(1);
    }
    expect(planPage(planReport(sampleReport({}, undefined, name).plan, [report], [], at(0)))).not.toMatch(
      /<(script|img)\b/i,
    );
  });

  it('run no formula in a spreadsheet', () => {
    const { machines } = sampleReport({}, ['=1+1', '+1', '@x', '-2']);
    const text = csvText(
      MACHINE_COLUMNS,
      machines.map((machine) => ({ machine, end: at(0) })),
    );
    for (const line of text.split('\r\n').slice(1)) expect(line).not.toMatch(/(^|,)"?[=+@-]/);
  });
});

describe('the report of a plan', () => {
  it('adds up the numbers of its waves', () => {
    const { report, plan } = sampleReport();
    const { numbers, waves, reasons } = planReport(plan, [report], [], at(0));
    expect(numbers).toEqual({
      ...{ machines: 20, migrated: 3, legacyKept: 1, alreadyMigrated: 4, blocked: 4, failed: 1 },
      ...{ takenBack: 0, open: 0, notReached: 1, notSelected: 6, bothAgentsHours: 123.5 },
    });
    expect(waves.map(({ phase }) => phase)).toEqual([null, 'completed']);
    expect(reasons).toHaveLength(3);
  });

  it('sums to the machines of the inventory, whatever the waves came to', () => {
    const counts = { machines: 30, planned: 20, alreadyMigrated: 4, blocked: 3, notSelected: 3 };
    const wave = {
      ...noNumbers(),
      machines: 15,
      migrated: 5,
      legacyKept: 1,
      failed: 2,
      blocked: 1,
      rolledBack: 2,
      stopped: 1,
      open: 2,
      notStarted: 1,
    };
    const { bothAgentsHours: _, machines, ...parts } = planNumbers(counts, [wave]);
    expect(Object.values(parts).reduce((a, b) => a + b)).toBe(machines);
  });

  it('keeps what is known of a wave whose machines were deleted for their age', () => {
    const { plan } = sampleReport();
    const purged = {
      index: 0,
      id: 'plan-1-wave-0',
      phase: 'completed',
      message: 'Finished.',
      createdAt: at(-900),
      finishedAt: at(-300),
    } as const;
    const report = planReport(plan, [], [purged], at(0));
    expect(report.waves[0]).toMatchObject({ ...purged, numbers: null, seconds: 600, evidence: null });
    expect(planPage(report)).toContain('Finished.');
  });

  it('is as recorded: page and CSV', async () => {
    const { report, plan } = sampleReport();
    const made = planReport(plan, [report], [], at(0));
    await expect(planPage(made)).toMatchFileSnapshot(golden('plan.html'));
    await expect(csvText(WAVE_COLUMNS, made.waves)).toMatchFileSnapshot(golden('plan.csv'));
  });
});
