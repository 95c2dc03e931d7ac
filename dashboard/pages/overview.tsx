import { Badge, Card, Empty, Loading, Meter, Time, Trouble } from '../parts/basics.tsx';
import { Head } from '../parts/head.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { to } from '../route.ts';
import type { Overview } from '../types.ts';
import { usePoll } from '../use-poll.ts';
import { count, counted } from '../words.ts';
import { FleetCard } from './overview-fleet.tsx';
import { ForecastCard } from './overview-forecast.tsx';
import { MoneyCard } from './overview-money.tsx';
import { ThrottleCard } from './overview-throttle.tsx';

export function OverviewPage() {
  const polled = usePoll<Overview>('/overview');
  const { data, error, refresh } = polled;
  return (
    <>
      <Head title="Overview" polled={polled} lead={data && <Lead {...data} />} />
      {data === undefined && error === undefined && <Loading what="the overview" />}
      {data === undefined && error !== undefined && <Trouble error={error} again={refresh} />}
      {data !== undefined && (
        <div class="grid">
          <Needs needs={data.needs} hasWaves={data.waves.length > 0} />
          <FleetCard fleet={data.fleet} />
          <ForecastCard plan={data.plan} />
          <Waves waves={data.waves} />
          <ThrottleCard />
          <MoneyCard inventoryId={data.inventory.id} waves={data.waves} />
        </div>
      )}
    </>
  );
}

function Lead({ inventory, waves }: Overview) {
  const running = waves.filter(({ finishedAt }) => finishedAt === null).length;
  if (inventory.id === null)
    return (
      <>
        {inventory.running === null
          ? 'No inventory has been taken yet: POST /api/inventories takes the first.'
          : 'The first inventory is being taken.'}
      </>
    );
  return (
    <>
      {counted(inventory.machines ?? 0, 'machine')} in the inventory of{' '}
      <Time at={inventory.completedAt} plain />, {counted(running, 'wave')} under way.
    </>
  );
}

function Needs({ needs, hasWaves }: Pick<Overview, 'needs'> & { readonly hasWaves: boolean }) {
  return (
    <Card title="Needs a person" class="wide" aside={<span class="figures">{count(needs.length)}</span>}>
      {needs.length === 0 ? (
        <Empty title="Nothing waits for a person">
          {hasWaves
            ? 'Waves go on by themselves until a gate, a hold or a failure.'
            : 'No wave has been started.'}
        </Empty>
      ) : (
        <ul class="needs">
          {needs.map(({ title, text, since, role, waveId, inventoryId, kind }) => (
            <li key={`${kind} ${waveId} ${inventoryId} ${text}`} class={kind}>
              <div>
                <a href={waveId === null ? to.inventory() : to.wave(waveId)}>{title}</a>
                <p>{text}</p>
              </div>
              <div class="needs-aside">
                <Badge term={role} />
                <Time at={since} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Waves({ waves }: Pick<Overview, 'waves'>) {
  return (
    <Card title="Waves" class="wide">
      {waves.length === 0 ? (
        <Empty title="No wave yet">A plan has waves; POST /api/waves starts one.</Empty>
      ) : (
        <Scroll label="Waves">
          <table>
            <thead>
              <tr>
                <th scope="col">Wave</th>
                <th scope="col">Phase</th>
                <th scope="col" class="number">
                  Machines
                </th>
                <th scope="col">Migrated, failed, in flight</th>
                <th scope="col">What is going on</th>
                <th scope="col">Started</th>
              </tr>
            </thead>
            <tbody>
              {waves.map((wave) => (
                <WaveLine key={wave.id} wave={wave} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Card>
  );
}

function WaveLine({ wave }: { readonly wave: Overview['waves'][number] }) {
  const { id, index, dryRun, phase, message, machineCount, totals, migrated, createdAt } = wave;
  return (
    <tr>
      <th scope="row">
        <a href={to.wave(id)}>
          Wave {index}
          {dryRun && ' (dry run)'}
        </a>
      </th>
      <td>
        <Badge term={phase} />
      </td>
      <td class="number">{count(machineCount)}</td>
      <td>
        <Meter
          label={`Wave ${index}`}
          of={machineCount}
          parts={[
            { name: 'migrated', n: migrated, tone: 'good' },
            { name: 'failed or blocked', n: totals.failed, tone: 'bad' },
            { name: 'in flight', n: totals.inFlight, tone: 'info' },
          ]}
        />
        <span class="meter-text figures">
          {count(migrated)} · {count(totals.failed)} · {count(totals.inFlight)}
        </span>
      </td>
      <td class="message">{message}</td>
      <td>
        <Time at={createdAt} />
      </td>
    </tr>
  );
}
