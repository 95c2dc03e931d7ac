import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { Card, Empty, Time } from '../parts/basics.tsx';
import { Chart, Legend, type Series } from '../parts/chart.tsx';
import { Scroll } from '../parts/scroll.tsx';
import type { Overview } from '../types.ts';
import { count, percent } from '../words.ts';

type Point = Overview['fleet']['items'][number];
type State = 'amaOnly' | 'both' | 'legacyOnly' | 'neither';

const STATES: readonly { readonly state: State; readonly name: string; readonly colour: string }[] = [
  { state: 'amaOnly', name: 'AMA only', colour: 'fleet-ama' },
  { state: 'both', name: 'Both agents', colour: 'fleet-both' },
  { state: 'legacyOnly', name: 'Legacy only', colour: 'fleet-legacy' },
  { state: 'neither', name: 'Neither', colour: 'fleet-none' },
];

export function FleetCard({ fleet }: Pick<Overview, 'fleet'>) {
  const items = useHistory(fleet);
  const last = items.at(-1);
  return (
    <Card title="Fleet by agent" aside={last && <Time at={last.at} />}>
      {last === undefined ? (
        <Empty title="No inventory yet">The first one gives the fleet its first point.</Empty>
      ) : (
        <>
          <dl class="tiles">
            {STATES.map(({ state, name, colour }) => (
              <div key={state}>
                <dt>
                  <span class={`swatch ${colour}`} /> {name}
                </dt>
                <dd class="figures">{count(last[state])}</dd>
                <dd class="quiet figures">{last.total === 0 ? '–' : percent(last[state] / last.total)}</dd>
              </div>
            ))}
          </dl>
          <Chart
            label={`Machines by agent over time, ${items.length} points; the table below has the numbers`}
            times={timesOf(items)}
            series={seriesOf(items)}
            stacked
          />
          <Legend series={STATES} />
          {fleet.derived && (
            <p class="quiet">The last point is reckoned from what waves did since the last inventory.</p>
          )}
          <Numbers items={items} />
        </>
      )}
    </Card>
  );
}

/** The history that the app keeps, which is longer, and what inventories tell. */
function useHistory({ items }: Overview['fleet']): readonly Point[] {
  const [history, setHistory] = useState<readonly Point[]>([]);
  useEffect(() => {
    // What cannot be had is not missed: the points of the inventories are there.
    get<{ items: readonly Point[] }>('/fleet/history')
      .then((answer) => setHistory(answer.items))
      .catch(() => setHistory([]));
  }, []);
  const begin = items[0]?.at ?? '~';
  const end = items.at(-1)?.at ?? '';
  const extra = history.filter(({ at }) => at < end);
  const known = new Set(extra.map(({ at }) => at));
  return extra.length === 0 || begin === '~'
    ? items
    : [...extra, ...items.filter(({ at }) => !known.has(at))].sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** One point would be no line: it is drawn as the day that ends with it. */
function timesOf(items: readonly Point[]): number[] {
  const times = items.map(({ at }) => Date.parse(at) / 1000);
  return times.length === 1 ? [(times[0] ?? 0) - 86_400, ...times] : times;
}

function seriesOf(items: readonly Point[]): Series[] {
  const shown = items.length === 1 ? [...items, ...items] : items;
  return STATES.map(({ state, name, colour }) => ({
    name,
    colour,
    area: true,
    values: shown.map((point) => point[state]),
  }));
}

function Numbers({ items }: { readonly items: readonly Point[] }) {
  return (
    <details>
      <summary>The numbers as a table</summary>
      <Scroll label="Machines by agent">
        <table>
          <thead>
            <tr>
              <th scope="col">When</th>
              {STATES.map(({ state, name }) => (
                <th key={state} scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.slice(-50).map((point) => (
              <tr key={point.at}>
                <th scope="row">
                  <Time at={point.at} plain />
                </th>
                {STATES.map(({ state }) => (
                  <td key={state} class="number">
                    {count(point[state])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
