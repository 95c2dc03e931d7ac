import { createApi, WaveMachines } from '../../rehearsal/drive/api.ts';
import { drive } from '../../rehearsal/drive/drive.ts';
import type { Estate, EstateFile } from '../../rehearsal/estate/index.ts';
import { joinClock } from '../../rehearsal/participant.ts';
import { startSession } from '../../rehearsal/session.ts';
import { BadInput } from '../cli.ts';
import { hasLegacyAgent, openField, sideBySideEstate, silentMachines } from './side-by-side/field.ts';
import { promiseAll, removalScript, type ScriptEnd } from './side-by-side/scripts.ts';

/** A day after the end everything that was under way has ended. */
const AFTERWARDS_MS = 86_400_000;
/** Share of machines in trouble at which the wave's gate stops it; by default ten machines do. */
const TOLERATED = 0.05;

/** What is compared, and what each does and does not do. */
export const APPROACHES = {
  'removal script': {
    run: (machines: number) => runScript('removal script', machines, removalScript),
    does: 'Lists machines and their extensions subscription by subscription, deletes by name, 16 commands at a time, with the retries of the SDK.',
    doesNot: 'Look at data, wait for a deletion, or record one. Counted: 1 s a command, 0.3 s a call.',
  },
  'Promise.all': {
    run: (machines: number) => runScript('Promise.all', machines, promiseAll),
    does: 'Does all machines at once and waits for each deletion, with the retries of the SDK.',
    doesNot: 'Look at data, keep to limits, or go on after an error. Counted: 0.3 s a call.',
  },
  wave: {
    run: runWave,
    does: 'Takes an inventory, plans one wave, verifies data, has the removal approved, verifies again, removes, confirms.',
    doesNot:
      'Remove where no data comes. Its gate tolerates 5 % in trouble here. Counted: its waits; its calls take no time.',
  },
} as const;

export interface SideBySideResult {
  readonly approach: string;
  readonly machines: number;
  readonly simulatedMinutes: number;
  readonly calls: number;
  readonly throttled: number;
  /** Legacy agents that were gone a day later. */
  readonly removed: number;
  /** Of these, on machines of which no data of Azure Monitor Agent came. */
  readonly blinded: number;
  /** Legacy agents that were there a day later. */
  readonly left: number;
  /** Of these, with a reason that was recorded. */
  readonly explained: number;
  /** Deletions that Azure took and nobody saw end, and calls that failed without a record. */
  readonly unknown: number;
  /** The error that ended it early. */
  readonly brokeOff: string | null;
}

export function benchSideBySide(approach: string, machines: number): Promise<SideBySideResult> {
  const found = APPROACHES[approach as keyof typeof APPROACHES];
  if (found === undefined) throw new BadInput(`--approach: one of ${Object.keys(APPROACHES).join(', ')}`);
  return found.run(machines);
}

async function runScript(
  approach: string,
  machines: number,
  script: (field: ReturnType<typeof openField>, subscriptions: readonly string[]) => Promise<ScriptEnd>,
): Promise<SideBySideResult> {
  const file = sideBySideEstate(machines);
  const field = openField(file);
  const began = field.clock.now();
  const subscriptions = field.estate.machineIds().map((id) => id.split('/')[2] ?? '');
  const { confirmed, unrecorded, brokeOff } = await script(field, [...new Set(subscriptions)]);
  field.end();
  const cost = costOf(field.estate, field.clock.now() - began);
  await field.clock.sleep(AFTERWARDS_MS);
  return {
    ...{ approach, machines, ...cost, ...endOf(field.estate, file) },
    // The machine of the error that ended it is the one it tells of.
    explained: brokeOff !== null && hasLegacyAgent(field.estate, brokeOff.machineId) ? 1 : 0,
    unknown:
      [...field.accepted].filter((id) => !confirmed.has(id) && id !== brokeOff?.machineId).length +
      unrecorded,
    brokeOff: brokeOff?.message ?? null,
  };
}

async function runWave(machines: number): Promise<SideBySideResult> {
  const file = sideBySideEstate(machines);
  const { clock, estate, host, close } = await startSession({ file, seed: 1, requestLog: 'counters' });
  const began = clock.now();
  const participant = joinClock(clock);
  try {
    const api = createApi({ url: 'http://127.0.0.1', key: host.key, fetch: host.fetch });
    const result = await drive({
      ...{ api, requestedBy: 'operator', approveAs: 'approver', runId: 'side-by-side' },
      plan: {
        cohorts: { pilotSize: 0, firstSize: machines, maxSize: machines },
        policy: { gate: { maxFailed: Math.ceil(machines * TOLERATED) } },
      },
      sleep: participant.sleep,
      onEvent: () => undefined,
    });
    const cost = costOf(estate, clock.now() - began);
    const recorded = new Map<string, boolean>();
    for (const wave of result.waves) {
      for (let after = ''; ; ) {
        const query = `?limit=1000${after === '' ? '' : `&after=${after}`}`;
        const { body } = await api.get(`/waves/${wave.id}/machines${query}`, WaveMachines);
        for (const { machineId, outcomes } of body.machines)
          recorded.set(machineId.toLowerCase(), outcomes['confirm']?.status === 'done');
        if (body.next === undefined) break;
        after = body.next;
      }
    }
    await participant.sleep(AFTERWARDS_MS);
    const troubled = new Set(result.troubled.map(({ machineId }) => machineId.toLowerCase()));
    const ids = estate.machineIds();
    const isWrong = (id: string) => (recorded.get(id.toLowerCase()) ?? false) === hasLegacyAgent(estate, id);
    return {
      ...{ approach: 'wave', machines, ...cost, ...endOf(estate, file) },
      explained: ids.filter((id) => hasLegacyAgent(estate, id) && troubled.has(id.toLowerCase())).length,
      // What the ledger says in the end and what is there are two things.
      unknown: ids.filter(isWrong).length,
      brokeOff: null,
    };
  } finally {
    participant.leave();
    await close();
  }
}

function costOf(estate: Estate, milliseconds: number) {
  return {
    simulatedMinutes: Math.round(milliseconds / 6000) / 10,
    calls: estate.requestLog.total() - estate.requestLog.count('token.read'),
    throttled: estate.throttleReport().reduce((sum, { refused }) => sum + refused, 0),
  };
}

function endOf(estate: Estate, file: EstateFile) {
  const silent = silentMachines(file);
  const gone = estate.machineIds().filter((id) => !hasLegacyAgent(estate, id));
  return {
    removed: gone.length,
    blinded: gone.filter((id) => silent.has(id.toLowerCase())).length,
    left: estate.machineIds().length - gone.length,
  };
}

export function printSideBySide(results: readonly SideBySideResult[]): void {
  const header = ['', 'sim min', 'calls', '429', 'removed', 'blinded', 'left', 'explained', 'unknown'];
  const rows = results.map((one) => [
    one.approach,
    one.simulatedMinutes,
    one.calls,
    one.throttled,
    one.removed,
    one.blinded,
    one.left,
    one.explained,
    one.unknown,
  ]);
  process.stdout.write(
    `\nSide by side over one estate of ${results[0]?.machines} machines with both agents:\n`,
  );
  for (const [name, ...cells] of [header, ...rows])
    process.stdout.write(
      `${String(name).padEnd(15)}${cells.map((cell) => String(cell).padStart(10)).join('')}\n`,
    );
  process.stdout.write(
    '\nblinded: removed, and no data of Azure Monitor Agent comes; unknown: deletions that nobody saw end, failures without a record\n',
  );
  for (const { approach, brokeOff } of results) {
    const { does, doesNot } = APPROACHES[approach as keyof typeof APPROACHES];
    process.stdout.write(`${approach}: ${does} Does not: ${doesNot}\n`);
    if (brokeOff !== null) process.stdout.write(`  It broke off: ${brokeOff.split('\n')[0]}\n`);
  }
}
