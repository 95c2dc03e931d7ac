import { ALL_STAGES } from '../../shared/model/stages.ts';
import { Badge, Card, Empty, Time } from '../parts/basics.tsx';
import type { MachineAnswer } from '../types.ts';
import { word } from '../words.ts';

/** What was done, and when. */
export function MachineStages({ data: { inWave } }: { readonly data: MachineAnswer }) {
  if (inWave === null)
    return (
      <Card title="What was done">
        <Empty title="No wave has it" />
      </Card>
    );
  const reached = ALL_STAGES.filter(
    (stage) => inWave.outcomes[stage] !== undefined || inWave.stageStarted[stage] !== undefined,
  );
  return (
    <Card title="What was done">
      {reached.length === 0 && <Empty title="The wave has not come to it yet" />}
      <ol class="steps">
        {reached.map((stage) => {
          const outcome = inWave.outcomes[stage];
          return (
            <li key={stage}>
              <div class="step-head">
                <strong>{word(stage)}</strong>
                {outcome !== undefined && <Badge term={outcome.status} />}
                <Time at={inWave.stageStarted[stage]} />
              </div>
              {outcome !== undefined && 'text' in outcome && outcome.text !== undefined && (
                <p>{outcome.text}</p>
              )}
              {outcome?.detail !== undefined && <p class="quiet">{outcome.detail}</p>}
            </li>
          );
        })}
      </ol>
      {inWave.operation !== null && (
        <p class="note">
          Under way: {inWave.operation.kind} of {inWave.operation.extension} since{' '}
          <Time at={inWave.operation.startedAt} />
        </p>
      )}
      {inWave.removedAt !== null && (
        <p class="note good">
          The legacy agent was seen to be gone <Time at={inWave.removedAt} />
        </p>
      )}
    </Card>
  );
}
