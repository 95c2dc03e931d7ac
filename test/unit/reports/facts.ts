import type { Seal } from '../../../shared/model/audit-seal.ts';
import { blocked, failed, type Outcome, skipped, waiting } from '../../../shared/model/outcome.ts';
import { phaseOf, totalsOf } from '../../../shared/model/phase.ts';
import { policyOfWave } from '../../../shared/model/plan.ts';
import { STAGES, type Stage } from '../../../shared/model/stages.ts';
import type { Evidence, Verdict } from '../../../shared/model/verdict.ts';
import type { MachineRecord, Wave } from '../../../shared/model/wave.ts';
import { evidenceDigest } from '../../../shared/reports/digest.ts';
import { addMachine, newReportTally } from '../../../shared/reports/tally.ts';
import { waveReport } from '../../../shared/reports/wave-report.ts';
import { summarizeBatch } from '../../../shared/waves/batch-summary.ts';
import {
  aPlan,
  aPlannedWave,
  aPolicy,
  at,
  aWave,
  aWaveMachine,
  NOW,
  WORKSPACE_ID,
} from '../../support/builders.ts';

type Outcomes = Partial<Record<Stage, Outcome>>;
const done: Outcome = { status: 'done' };

/** Outcomes of the machine stages up to one that ended otherwise; what follows is skipped. */
export function until(stage: Stage, outcome: Outcome): Outcomes {
  const stages = STAGES.filter((one) => one !== 'disableConnector');
  const place = stages.indexOf(stage as (typeof stages)[number]);
  const rest = outcome.status === 'waiting' ? undefined : skipped('earlierStage');
  return Object.fromEntries(
    stages.flatMap((one, i) => {
      const found = i < place ? done : i === place ? outcome : rest;
      return found === undefined ? [] : [[one, found]];
    }),
  );
}

export const MIGRATED = until('confirm', done);
export const KEPT: Outcomes = {
  ...until('uninstall', skipped('scomAttached')),
  confirm: skipped('scomAttached'),
};

export const OUTCOMES: readonly (readonly [name: string, outcomes: Outcomes, expected: string])[] = [
  ['all stages done', MIGRATED, 'migrated'],
  ['a confirmation that found it so', until('confirm', { status: 'alreadyDone' }), 'migrated'],
  ['a legacy agent that is needed', KEPT, 'legacyKept'],
  ['a failed installation', until('install', failed('extensionStuck')), 'failed'],
  ['a removal that is blocked', until('uninstall', blocked('locked')), 'blocked'],
  ['data that has not come yet', until('verify', waiting('dataNotYet', at(60))), 'open'],
  ['stages that are still to come', { install: done, associate: done }, 'open'],
  ['nothing yet', {}, 'notStarted'],
  ['an abort before it', Object.fromEntries(STAGES.map((stage) => [stage, skipped('aborted')])), 'stopped'],
  ['an abort half-way', { install: done, associate: done, confirm: skipped('aborted') }, 'stopped'],
  ['a dry run', { install: skipped('dryRun', 'install it'), uninstall: skipped('dryRun') }, 'dryRun'],
  ['a rollback', { ...MIGRATED, returnLegacy: done, undoAssociate: done, undoInstall: done }, 'rolledBack'],
  [
    'a rollback of one part',
    { ...MIGRATED, returnLegacy: skipped('notRequested'), undoAssociate: done },
    'rolledBack',
  ],
  [
    'a rollback that is stuck',
    { ...MIGRATED, returnLegacy: blocked('locked'), undoAssociate: done },
    'notUndone',
  ],
  ['a rollback that passed it by', { ...MIGRATED, returnLegacy: skipped('notSelected') }, 'migrated'],
];

export function evidence(table: string, changes: Partial<Evidence> = {}): Evidence {
  return {
    ...{ query: 'table-series', workspaceId: WORKSPACE_ID, table, since: at(-7200), until: at(-3600) },
    ...{ rows: 90, baselineRows: 100, lastRow: at(-3600), result: 'pass' },
    ...changes,
  };
}

export const PASS: Verdict = { result: 'pass', evidence: [evidence('Event')] };

function record(changes: Partial<MachineRecord>): Partial<MachineRecord> {
  return { associatedAt: at(-90_000), stageStarted: { install: at(-93_600) }, verdict: PASS, ...changes };
}

/** Six machines: two migrated, one kept, one blocked, one failed and one whose data a person accepted. */
export function sampleMachines(names: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f']) {
  const undo = { associations: ['rule'] };
  const accepted = { id: 'x1', by: 'sam@contoso.example', reason: 'known gap', expiresAt: at(86_400) };
  const [a = '', b = '', c = '', d = '', e = '', f = ''] = names;
  return [
    aWaveMachine(a, {}, record({ outcomes: MIGRATED, removedAt: at(-3600), undo })),
    aWaveMachine(
      b,
      { os: 'linux', osRelease: 'Ubuntu 22.04' },
      record({ outcomes: MIGRATED, removedAt: at(-1800), undo }),
    ),
    aWaveMachine(c, {}, record({ outcomes: KEPT, undo })),
    aWaveMachine(
      d,
      {},
      record({ outcomes: until('uninstall', blocked('locked', 'CanNotDelete "prod"')), undo }),
    ),
    aWaveMachine(
      e,
      {},
      record({ outcomes: until('install', failed('extensionStuck')), associatedAt: null, verdict: null }),
    ),
    aWaveMachine(
      f,
      { kind: 'arcServer', region: 'northeurope' },
      record({
        outcomes: MIGRATED,
        removedAt: at(-60),
        undo,
        verdict: {
          ...PASS,
          result: 'inconclusive',
          reason: 'notSettled',
          accepted,
          evidence: [evidence('Event', { result: 'inconclusive' })],
        },
      }),
    ),
  ];
}

export const SEAL: Seal = {
  ...{ number: 3, at: at(-30), previous: 'p', through: at(-900), late: false, entries: '' },
  hash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
};

export function sampleReport(changes: Partial<Wave> = {}, names?: readonly string[], planName = 'autumn') {
  const policy = aPolicy({ soakSeconds: 86_400, gate: { maxFailed: 2 } });
  const plan = aPlan({
    ...{ name: planName, policy, waves: [aPlannedWave(0), aPlannedWave(1, { machineCount: 6 })] },
    counts: { machines: 20, planned: 7, alreadyMigrated: 4, blocked: 3, notSelected: 6 },
  });
  const machines = sampleMachines(names);
  const wave = aWave({
    ...{ id: 'plan-1-wave-1', index: 1, machineCount: 6, step: 'finished' },
    ...{ createdAt: at(-93_700), finishedAt: at(-10) },
    approvals: [{ gate: 'removal', by: 'anna@contoso.example', byId: 'id-anna', at: at(-7200) }],
    gates: [{ gate: 'removal', result: 'pass', at: at(-7260), message: '5 of 6 machines are verified.' }],
    ...changes,
  });
  const tally = newReportTally();
  for (const machine of machines) addMachine(tally, machine, wave.finishedAt ?? at(0));
  const summary = summarizeBatch('0000-0000', machines, at(0));
  const { approvals, gate } = policyOfWave(plan, 1);
  const report = waveReport({
    ...{ at: at(0), plan, wave, tally, counts: summary.counts },
    phase: phaseOf(wave, totalsOf([summary]), approvals, gate, NOW),
    evidence: evidenceDigest('1'.repeat(64), '2'.repeat(64), SEAL),
  });
  return { plan, wave, machines, report };
}
