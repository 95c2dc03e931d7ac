import type { DoubleIngestion, Forecast, WaveForecast } from '../model/forecast.ts';
import type { PlannedMachine, WaveSettings } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { Segment } from '../model/stages.ts';
import { FIRST_LOOK_SECONDS } from '../model/verdict.ts';
import { sumDoubled } from './double-ingestion.ts';
import { shortestMs } from './expected.ts';
import { type CellCounts, callsOf, countCells, sumCalls, throttleSeconds } from './forecast-costs.ts';
import { endOfWork } from './windows.ts';

/**
 * What takes time beside throttling, in seconds: the short end of what is seen in practice, so that the
 * forecast stays a floor. These are this project's assumptions, not Microsoft's figures.
 */
export const ASSUMED_SECONDS = {
  /** An extension is installed, one machine. */
  installation: 60,
  /** An extension is removed, one machine. */
  removal: 30,
  /** From the association of a rule to the first row that a query finds. */
  firstRow: 480,
} as const;

const ASSUMPTIONS: readonly string[] = [
  'Every request succeeds at once and nobody else uses the limits of the subscriptions.',
  `Limits are those that Microsoft documents; an installation takes ${ASSUMED_SECONDS.installation} s, a removal ${ASSUMED_SECONDS.removal} s, the first row ${ASSUMED_SECONDS.firstRow} s and the ingestion lag of the policy.`,
  'Data proves itself at the first comparison, after two hours, before the removal and after it; machines with a baseline, or that write little, take longer, up to days.',
  'Waves follow each other without a pause from the moment the plan is made; approvals, holds and repairs come on top.',
  'A wave that switches legacy collection off waits 45 minutes and the ingestion lag to see that data goes on; that comes on top.',
  'Changes are made only while a window is open and no freeze is on; data is judged and soaks run at any time.',
  'All billable volume of the tables the agents fill is taken to come from machines whose legacy agent was heard in the three days before the inventory, each sending the same; 1 GB is 1000 MB.',
];

interface WaveTimes {
  readonly forecast: Omit<WaveForecast, 'doubleIngestion'>;
  /** Time in which both agents of a machine collect; null when it never ends. */
  readonly overlapSeconds: number | null;
  readonly endMs: number | null;
}

/** The floor of one wave that starts at an instant, from its machines and settings. Pure. */
export function forecastWave(
  machines: readonly PlannedMachine[],
  policy: Policy,
  settings: WaveSettings,
  startMs: number | null,
): WaveTimes {
  const cells = countCells(machines);
  const calls = callsOf(cells, policy);
  const deploy = changeSeconds(cells, 'deploy', policy);
  const remove = changeSeconds(cells, 'remove', policy);
  const proof = proofSeconds(policy);
  const lag = policy.ingestionLagSeconds;
  const data = proof.before + proof.after + 2 * lag;
  const soak = settings.soakSeconds;
  const parts = {
    throttling: deploy.throttling + remove.throttling,
    operations: deploy.operations + remove.operations,
    data,
    soak,
  };
  // What is too short for any change is no use; what is left of an opening at its end is counted in full.
  const kinds = [...new Set(machines.map(({ kind }) => kind))];
  const need = (segment: Segment) => shortestMs(policy, segment, kinds);
  const deployed = after(startMs, (ms) => endOfWork(settings, ms, deploy.seconds * 1000, need('deploy')));
  // Data is looked for once associated, and once more after the removal.
  const judged = after(deployed, (ms) => ms + (proof.before + lag + soak) * 1000);
  const removed = after(judged, (ms) => endOfWork(settings, ms, remove.seconds * 1000, need('remove')));
  const endMs = after(removed, (ms) => ms + (proof.after + lag) * 1000);
  const seconds = startMs === null || endMs === null ? null : Math.ceil((endMs - startMs) / 1000);
  const working = deploy.seconds + data + soak + remove.seconds;
  return {
    endMs,
    overlapSeconds: deployed === null || removed === null ? null : (removed - deployed) / 1000,
    forecast: {
      earliestStart: instant(startMs),
      earliestEnd: instant(endMs),
      atLeastSeconds: seconds,
      parts: { ...parts, closedWindows: seconds === null ? null : Math.max(0, seconds - working) },
      calls,
    },
  };
}

/** The least time in which data is proof: after the association, and after the removal. */
function proofSeconds({ verification }: Policy): { before: number; after: number } {
  if (verification.proof === 'presence') return { before: ASSUMED_SECONDS.firstRow, after: 0 };
  return { before: verification.settleSeconds + FIRST_LOOK_SECONDS, after: FIRST_LOOK_SECONDS };
}

/** The changes of a segment: requests flow at the limits, the last operation ends after the last request. */
function changeSeconds(cells: CellCounts, segment: 'deploy' | 'remove', policy: Policy) {
  const throttling = throttleSeconds(cells, segment, policy);
  const operations = segment === 'deploy' ? ASSUMED_SECONDS.installation : ASSUMED_SECONDS.removal;
  return { throttling, operations, seconds: throttling + operations };
}

/** Sums the waves of a plan. */
export function forecastPlan(
  waves: readonly WaveForecast[],
  doubled: readonly DoubleIngestion[],
  startMs: number,
): Forecast {
  const earliestEnd = waves.length === 0 ? instant(startMs) : (waves.at(-1)?.earliestEnd ?? null);
  return {
    earliestEnd,
    atLeastSeconds: earliestEnd === null ? null : Math.ceil((Date.parse(earliestEnd) - startMs) / 1000),
    calls: sumCalls(waves.map(({ calls }) => calls)),
    doubleIngestion: sumDoubled(doubled),
    assumptions: ASSUMPTIONS,
  };
}

function after(ms: number | null, next: (ms: number) => number | null): number | null {
  return ms === null ? null : next(ms);
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
