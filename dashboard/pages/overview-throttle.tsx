import { Card, Empty, Loading, Time, Trouble } from '../parts/basics.tsx';
import { Scroll } from '../parts/scroll.tsx';
import type { Throttle } from '../types.ts';
import { usePoll } from '../use-poll.ts';
import { count, percent, shortCell } from '../words.ts';

type Use = Throttle['queries'];

export function ThrottleCard() {
  const { data, error, refresh } = usePoll<Throttle>('/throttle', 10_000);
  return (
    <Card title="Use of Azure’s limits" class="wide">
      {data === undefined && error === undefined && <Loading what="the use of limits" />}
      {data === undefined && error !== undefined && <Trouble error={error} again={refresh} />}
      {data !== undefined && data.cells.length === 0 && (
        <Empty title="No wave is running">Limits are booked while one is.</Empty>
      )}
      {data !== undefined && data.cells.length > 0 && <Cells {...data} />}
    </Card>
  );
}

function Cells({ cells, queries, notShown }: Throttle) {
  return (
    <>
      <Scroll label="Use of limits by cell">
        <table class="tight">
          <thead>
            <tr>
              <th scope="col">Cell</th>
              {cells[0]?.limits.map(({ limit }) => (
                <th key={limit} scope="col">
                  {limit}
                </th>
              ))}
              <th scope="col" class="number">
                Waiting
              </th>
            </tr>
          </thead>
          <tbody>
            {cells.map(({ cell, limits, waiting }) => (
              <tr key={cell}>
                <th scope="row" class="cell-name" title={cell}>
                  {shortCell(cell)}
                </th>
                {limits.map((use) => (
                  <td key={use.limit}>
                    <Gauge use={use} />
                  </td>
                ))}
                <td class="number">{count(waiting)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="quiet">
        Log Analytics queries: {percent(queries.used)} in use.
        {notShown > 0 && ` ${count(notShown)} more cells are not shown.`} A share is what is spent or booked
        of what the app uses of a limit.
      </p>
    </>
  );
}

function Gauge({ use: { limit, used, booked, closedUntil } }: { readonly use: Use }) {
  const tone = closedUntil !== null || used > 0.9 ? 'warn' : 'info';
  const text = `${limit}: ${percent(used)} in use, ${count(booked)} booked`;
  return (
    <span class="gauge" title={text}>
      <span class="meter" role="img" aria-label={text}>
        <span class={`part ${tone}`} style={{ width: `${used * 100}%` }} />
      </span>
      <span class="figures">{percent(Math.round(used * 100) / 100)}</span>
      {closedUntil !== null && (
        <span class="quiet">
          closed until <Time at={closedUntil} plain />
        </span>
      )}
    </span>
  );
}
