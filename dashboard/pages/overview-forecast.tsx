import { appNow } from '../api.ts';
import { Card, Empty, Fact, Time } from '../parts/basics.tsx';
import { to } from '../route.ts';
import type { Overview } from '../types.ts';
import { count, decimal, duration, when } from '../words.ts';

type Plan = NonNullable<Overview['plan']>;
type Wave = Plan['waves'][number];

export function ForecastCard({ plan }: Pick<Overview, 'plan'>) {
  if (plan === null)
    return (
      <Card title="Forecast and actual">
        <Empty title="No plan yet">A plan forecasts when each wave can end at the earliest.</Empty>
      </Card>
    );
  return (
    <Card title="Forecast and actual" aside={plan.name}>
      <dl class="facts">
        <Fact name={isOver(plan) ? 'Ended' : 'Likely ends'}>
          <strong>{plan.likelyEnd === null ? 'Nobody can tell' : <Time at={plan.likelyEnd} />}</strong>
        </Fact>
        <Fact name="Forecast at the earliest">
          <Time at={plan.forecastEnd} plain />
        </Fact>
        <Fact name="Pace">{plan.pace === 1 ? 'as forecast' : `${decimal(plan.pace)} × the forecast`}</Fact>
      </dl>
      <Lanes plan={plan} />
      <p class="quiet">{plan.assumption}</p>
    </Card>
  );
}

function isOver({ waves }: Plan): boolean {
  return waves.length > 0 && waves.every(({ end }) => end !== null);
}

/** A lane a wave: what was forecast above what came. */
function Lanes({ plan: { waves } }: { readonly plan: Plan }) {
  const instants = waves
    .flatMap(({ forecastStart, forecastEnd, start, end, likelyEnd }) => [
      forecastStart,
      forecastEnd,
      start,
      end,
      likelyEnd,
    ])
    .flatMap((at) => (at === null ? [] : [Date.parse(at)]));
  if (instants.length === 0) return <Empty title="Nothing to compare yet" />;
  const begin = Math.min(...instants);
  const length = Math.max(1, Math.max(...instants) - begin);
  const now = (appNow() - begin) / length;
  return (
    <div class="lanes">
      <ol>
        {waves.map((wave, i) => (
          <li key={wave.index}>
            <span class="lane-name">
              {wave.waveId === null ? (
                `Wave ${wave.index}`
              ) : (
                <a href={to.wave(wave.waveId)}>Wave {wave.index}</a>
              )}
              <span class="quiet figures"> {count(wave.machines)}</span>
            </span>
            <span class="lane" role="img" aria-label={sentenceOf(wave)} title={sentenceOf(wave)}>
              {now > 0 && now < 1 && <span class="now" style={{ left: `${now * 100}%` }} />}
              <Bar
                of="forecast"
                from={wave.forecastStart}
                to={wave.forecastEnd}
                begin={begin}
                length={length}
              />
              <Bar of="actual" from={wave.start} to={wave.end ?? nowIso()} begin={begin} length={length} />
              {wave.end === null && (
                <Bar
                  of="likely"
                  from={wave.start === null ? (waves[i - 1]?.likelyEnd ?? nowIso()) : nowIso()}
                  to={wave.likelyEnd}
                  begin={begin}
                  length={length}
                />
              )}
            </span>
          </li>
        ))}
      </ol>
      <div class="scale quiet figures">
        <span>{when(new Date(begin).toISOString())}</span>
        <span>{when(new Date(begin + length).toISOString())}</span>
      </div>
      <ul class="legend">
        <li>
          <span class="swatch lane-forecast" /> Forecast
        </li>
        <li>
          <span class="swatch lane-actual" /> Actual
        </li>
        <li>
          <span class="swatch lane-likely" /> Likely
        </li>
      </ul>
    </div>
  );
}

function nowIso(): string {
  return new Date(appNow()).toISOString();
}

interface BarProps {
  readonly of: 'forecast' | 'actual' | 'likely';
  readonly from: string | null;
  readonly to: string | null;
  readonly begin: number;
  readonly length: number;
}

function Bar({ of, from, to: until, begin, length }: BarProps) {
  if (from === null || until === null) return null;
  const left = Math.max(0, (Date.parse(from) - begin) / length);
  const width = Math.max(0.004, (Date.parse(until) - begin) / length - left);
  return <span class={`lane-bar ${of}`} style={{ left: `${left * 100}%`, width: `${width * 100}%` }} />;
}

function sentenceOf({ index, forecastStart, forecastEnd, start, end, likelyEnd }: Wave): string {
  const forecast = `Wave ${index}: forecast ${when(forecastStart)} to ${when(forecastEnd)}`;
  if (start === null) return `${forecast}; not started, likely ends ${when(likelyEnd)}.`;
  if (end === null) return `${forecast}; started ${when(start)}, likely ends ${when(likelyEnd)}.`;
  return `${forecast}; took ${duration(Date.parse(end) - Date.parse(start))}, ${when(start)} to ${when(end)}.`;
}
