import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Series {
  readonly name: string;
  /** Name of a colour in the style sheet. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  /** Filled down to the series below it. */
  readonly area?: boolean;
  readonly points?: boolean;
  readonly dash?: boolean;
}

interface ChartProps {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** Instants, seconds since the epoch. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly height?: number;
  /** Whether each series stands on those before it. */
  readonly stacked?: boolean;
}

/** Lines over time. Colours come from the style sheet, so that it changes with the scheme. */
export function Chart({ label, times, series, height = 220, stacked = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useScheme();
  const content = JSON.stringify([times, series]);
  useEffect(() => {
    const parent = place.current;
    if (parent === null) return;
    const made = draw(parent, { times, series, height, stacked });
    const resized = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height }));
    resized.observe(parent);
    return () => {
      resized.disconnect();
      made.destroy();
    };
    // The content stands for times and series, which are new objects at every look.
  }, [content, scheme, height, stacked]);
  return <div class="chart" ref={place} role="img" aria-label={label} />;
}

function draw(
  parent: HTMLElement,
  { times, series, height = 220, stacked }: Omit<ChartProps, 'label'>,
): uPlot {
  const colour = (name: string) => getComputedStyle(parent).getPropertyValue(`--${name}`).trim() || '#888';
  const sums = stacked ? stackedValues(series) : series.map(({ values }) => [...values]);
  const axis = {
    stroke: colour('text-2'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1 },
    font: '12px system-ui, sans-serif',
  };
  // The topmost is drawn first, so that each lies before what it stands on.
  const order = stacked ? series.map((_, i) => series.length - 1 - i) : series.map((_, i) => i);
  return new uPlot(
    {
      width: parent.clientWidth,
      height,
      legend: { show: false },
      cursor: { points: { size: 6 }, drag: { x: false, y: false } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.08)] } },
      axes: [
        { ...axis, space: 80, values: (_, ticks, __, ___, step) => ticks.map((tick) => tickOf(tick, step)) },
        {
          ...axis,
          size: 56,
          values: (_, ticks) => ticks.map((tick) => (tick >= 10_000 ? `${tick / 1000}k` : String(tick))),
        },
      ],
      series: [
        {},
        ...order.map((i) => {
          const { name, colour: tone, area, points = false, dash } = series[i] as Series;
          return {
            label: name,
            stroke: colour(tone),
            width: 2,
            spanGaps: false,
            points: { show: points, size: 6 },
            ...(area ? { fill: colour(tone) } : {}),
            ...(dash ? { dash: [6, 4] } : {}),
          };
        }),
      ],
    },
    [[...times], ...order.map((i) => sums[i] ?? [])],
    parent,
  );
}

const day = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', timeZone: 'UTC' });
const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });

/** The day where ticks are days apart and at midnight, the time of day elsewhere. */
function tickOf(seconds: number, step: number): string {
  const isDay = step >= 86_400 || seconds % 86_400 === 0;
  return (isDay ? day : hour).format(new Date(seconds * 1000));
}

function stackedValues(series: readonly Series[]): (number | null)[][] {
  const sums: (number | null)[][] = [];
  for (const { values } of series) {
    const below = sums.at(-1);
    sums.push(values.map((value, i) => (value === null ? null : value + (below?.[i] ?? 0))));
  }
  return sums;
}

/** Which scheme is on, so that a chart is drawn anew when it changes. */
function useScheme(): boolean {
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const changed = () => setDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return dark;
}

export function Legend({ series }: { readonly series: readonly Pick<Series, 'name' | 'colour'>[] }) {
  return (
    <ul class="legend">
      {series.map(({ name, colour }) => (
        <li key={name}>
          <span class={`swatch ${colour}`} /> {name}
        </li>
      ))}
    </ul>
  );
}
