import { ALL_STAGES } from '../../shared/model/stages.ts';
import { Empty, Meter } from '../parts/basics.tsx';
import { Scroll } from '../parts/scroll.tsx';
import type { WaveBoard } from '../types.ts';
import { count, word } from '../words.ts';
import type { Filter } from './wave-machines.tsx';

type Counts = WaveBoard['wave']['counts'];

const STATUSES = [
  ['done', 'good'],
  ['alreadyDone', 'good soft'],
  ['skipped', 'plain'],
  ['waiting', 'info'],
  ['blocked', 'warn'],
  ['failed', 'bad'],
] as const;

interface Props {
  readonly counts: Counts;
  readonly machines: number;
  readonly onPick: (filter: Partial<Filter>) => void;
}

/** How many machines have which outcome at which stage. A count of those at a stage leads to the machines. */
export function StageCounts({ counts, machines, onPick }: Props) {
  const stages = ALL_STAGES.filter((stage) => counts[stage] !== undefined);
  if (stages.length === 0) return <Empty title="No machine has come to a stage yet" />;
  return (
    <Scroll label="Counts by stage and outcome">
      <table>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">Share</th>
            {STATUSES.map(([status]) => (
              <th key={status} scope="col" class="number">
                {word(status)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stages.map((stage) => (
            <tr key={stage}>
              <th scope="row">{word(stage)}</th>
              <td>
                <Meter
                  label={word(stage)}
                  of={machines}
                  parts={STATUSES.map(([status, tone]) => ({
                    name: word(status),
                    n: counts[stage]?.[status] ?? 0,
                    tone,
                  }))}
                />
              </td>
              {STATUSES.map(([status]) => (
                <td key={status} class="number">
                  <Count n={counts[stage]?.[status] ?? 0} onPick={pickOf(stage, status, onPick)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Machines that are through a stage are at another one: only the others are found by it. */
function pickOf(stage: string, status: string, onPick: Props['onPick']): (() => void) | undefined {
  if (status === 'done' || status === 'alreadyDone' || status === 'skipped') return undefined;
  return () => onPick({ stage, status });
}

function Count({ n, onPick }: { readonly n: number; readonly onPick: (() => void) | undefined }) {
  if (n === 0) return <span class="quiet">0</span>;
  if (onPick === undefined) return <>{count(n)}</>;
  return (
    <button type="button" class="link" onClick={onPick} aria-label={`Show these ${count(n)} machines`}>
      {count(n)}
    </button>
  );
}
