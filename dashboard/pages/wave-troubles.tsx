import { Badge, Empty } from '../parts/basics.tsx';
import type { WaveTimeline } from '../types.ts';
import { counted, word } from '../words.ts';
import type { Filter } from './wave-machines.tsx';

interface Props {
  readonly troubles: WaveTimeline['troubles'];
  readonly onPick: (filter: Partial<Filter>) => void;
}

/** Machines by what stands in their way, the worst first, with the fix and who can make it. */
export function Troubles({ troubles, onPick }: Props) {
  if (troubles.length === 0) return <Empty title="No machine failed, is blocked or waits" />;
  return (
    <ul class="troubles">
      {troubles.map(({ stage, status, reason, machines, text, needs }) => (
        <li key={`${stage} ${status} ${reason}`}>
          <div class="trouble-head">
            <Badge term={status} />
            <span>
              at <strong>{word(stage)}</strong>
            </span>
            <button type="button" class="link" onClick={() => onPick({ reason, stage, status })}>
              {counted(machines, 'machine')}
            </button>
            <code>{reason}</code>
          </div>
          <p>{text}</p>
          {needs !== 'nobody' && <p class="quiet">For the {word(needs)}</p>}
        </li>
      ))}
    </ul>
  );
}
