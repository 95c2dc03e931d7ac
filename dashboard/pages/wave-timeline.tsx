import { appNow } from '../api.ts';
import { Empty } from '../parts/basics.tsx';
import type { WaveBoard, WaveTimeline } from '../types.ts';
import { count, duration, shortCell, when, word } from '../words.ts';

type Cohort = WaveTimeline['cohorts'][number];
type Span = Cohort['stages'][number];

/** Cohorts shown; further ones are in the table of machines. */
const MOST = 60;

interface Props {
  readonly cohorts: WaveTimeline['cohorts'];
  readonly wave: WaveBoard['wave'];
}

/** A row a cohort, a bar a stage: from when the first machine came to it until the last had left it. */
export function Timeline({ cohorts, wave }: Props) {
  const spans = cohorts.flatMap(({ stages }) => stages);
  if (spans.length === 0)
    return <Empty title="No machine has come to a stage yet">Bars appear when the first one does.</Empty>;
  const now = wave.finishedAt === null ? appNow() : Date.parse(wave.finishedAt);
  const begin = Math.min(...spans.map(({ from }) => Date.parse(from)));
  const end = Math.max(...spans.map(({ to }) => (to === null ? now : Date.parse(to))));
  const length = Math.max(60_000, end - begin);
  const soak = wave.soakUntil === null ? undefined : (Date.parse(wave.soakUntil) - begin) / length;
  const used = [...new Set(spans.map(({ stage }) => stage))];
  return (
    <div class="gantt">
      <ol>
        {cohorts.slice(0, MOST).map((cohort) => (
          <li key={`${cohort.cell} ${cohort.kind}`}>
            <span class="gantt-name" title={cohort.cell}>
              {shortCell(cohort.cell)}
              <span class="quiet">
                {' '}
                {word(cohort.kind)}, {count(cohort.machines)}
              </span>
            </span>
            <span class="gantt-row">
              {soak !== undefined && soak > 0 && soak < 1 && (
                <span class="gantt-soak" style={{ left: `${soak * 100}%` }} title="End of the soak" />
              )}
              {cohort.stages.map((span) => (
                <Bar key={span.stage} span={span} begin={begin} length={length} now={now} />
              ))}
            </span>
          </li>
        ))}
      </ol>
      <div class="scale quiet figures">
        <span>{when(new Date(begin).toISOString())}</span>
        <span>{duration(length)}</span>
        <span>{when(new Date(begin + length).toISOString())}</span>
      </div>
      <ul class="legend">
        {used.map((stage) => (
          <li key={stage}>
            <span class={`swatch stage-${stage}`} /> {word(stage)}
          </li>
        ))}
      </ul>
      {cohorts.length > MOST && (
        <p class="quiet">{count(cohorts.length - MOST)} more cohorts are not drawn.</p>
      )}
    </div>
  );
}

interface BarProps {
  readonly span: Span;
  readonly begin: number;
  readonly length: number;
  readonly now: number;
}

function Bar({ span, begin, length, now }: BarProps) {
  const { stage, from, to, machines, settled, failed } = span;
  const left = (Date.parse(from) - begin) / length;
  const until = to === null ? now : Date.parse(to);
  const width = Math.max(0.005, Math.min(1 - left, (until - begin) / length - left));
  const text = `${word(stage)}: ${when(from)} to ${to === null ? 'now' : when(to)}, ${count(settled)} of ${count(machines)} machines are through${failed > 0 ? `, ${count(failed)} of them failed or are blocked` : ''}`;
  return (
    <span
      class={`gantt-bar stage-${stage} ${to === null ? 'open' : ''}`}
      role="img"
      aria-label={text}
      title={text}
      style={{ left: `${left * 100}%`, width: `${width * 100}%` }}
    >
      {failed > 0 && <span class="gantt-failed" />}
    </span>
  );
}
