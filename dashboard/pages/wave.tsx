import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Badge, Card, Empty, Fact, Loading, Time, Trouble } from '../parts/basics.tsx';
import { Head } from '../parts/head.tsx';
import type { Me, WaveBoard, WaveTimeline } from '../types.ts';
import { type Polled, usePoll } from '../use-poll.ts';
import { count, counted, duration, lastPart, percent } from '../words.ts';
import { StageCounts } from './wave-counts.tsx';
import { type Filter, MachineTable, NO_FILTER } from './wave-machines.tsx';
import { Timeline } from './wave-timeline.tsx';
import { Troubles } from './wave-troubles.tsx';
import { Verbs } from './wave-verbs.tsx';

export function WavePage({ id, me }: { readonly id: string; readonly me: Me }) {
  const polled = usePoll<WaveBoard>(`/waves/${encodeURIComponent(id)}/board`);
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const { data, error, refresh } = polled;
  const hasDetails = data !== undefined && data.wave.detailsPurgedAt === undefined;
  const timeline = usePoll<WaveTimeline>(
    hasDetails ? `/waves/${encodeURIComponent(id)}/timeline` : null,
    10_000,
  );
  if (data === undefined)
    return (
      <>
        <Head title="Wave" lead={id} />
        {error === undefined ? <Loading what="the wave" /> : <Trouble error={error} again={refresh} />}
      </>
    );
  const { wave } = data;
  const narrow = (wanted: Partial<Filter>) => {
    setFilter({ ...NO_FILTER, ...wanted });
    document.getElementById('machines')?.scrollIntoView();
  };
  return (
    <>
      <Head
        title={`Wave ${wave.index}${wave.dryRun ? ' (dry run)' : ''}`}
        polled={polled}
        lead={
          <>
            <Badge term={wave.phase} /> {wave.message}
          </>
        }
      />
      <Verbs board={data} me={me} onDone={refresh} />
      <div class="grid">
        <About board={data} />
        <Gates board={data} />
        <Card title="Timeline" class="wide">
          <Detail polled={timeline} has={hasDetails}>
            {({ cohorts }) => <Timeline cohorts={cohorts} wave={wave} />}
          </Detail>
        </Card>
        <Card title="Stages and outcomes" class="wide">
          <StageCounts counts={wave.counts} machines={wave.machineCount} onPick={narrow} />
        </Card>
        <Card title="Reasons, and what to do" class="wide">
          <Detail polled={timeline} has={hasDetails}>
            {({ troubles }) => <Troubles troubles={troubles} onPick={narrow} />}
          </Detail>
        </Card>
        <Card title="Machines" class="wide">
          <div id="machines">
            {hasDetails ? (
              <MachineTable wave={wave} filter={filter} onFilter={setFilter} />
            ) : (
              <Empty title="The machines of this wave were deleted for their age">
                Counts, gates and the trail are kept.
              </Empty>
            )}
          </div>
        </Card>
      </div>
    </>
  );
}

interface DetailProps {
  readonly polled: Polled<WaveTimeline>;
  readonly has: boolean;
  readonly children: (timeline: WaveTimeline) => ComponentChildren;
}

/** What is read from the machines of the wave, which may take a moment where there are many. */
function Detail({ polled: { data, error, refresh }, has, children }: DetailProps) {
  if (!has) return <Empty title="The machines of this wave were deleted for their age" />;
  if (data !== undefined) return <>{children(data)}</>;
  return error === undefined ? <Loading what="machines" /> : <Trouble error={error} again={refresh} />;
}

function About({ board }: { readonly board: WaveBoard }) {
  const { wave, plan, forecast } = board;
  const { totals } = wave;
  return (
    <Card title="At a glance">
      <dl class="facts">
        <Fact name="Machines">
          <strong class="figures">{count(wave.machineCount)}</strong>
        </Fact>
        <Fact name="Verified">{count(totals.verified)}</Fact>
        <Fact name="Failed or blocked">{count(totals.failed)}</Fact>
        <Fact name="In flight">{count(totals.inFlight)}</Fact>
        <Fact name="Plan">
          {plan.name}, {counted(plan.waves, 'wave')}
        </Fact>
        <Fact name="Requested by">{wave.requestedBy}</Fact>
        <Fact name="Started">
          <Time at={wave.startAt ?? wave.createdAt} />
        </Fact>
        <Fact name="Ended">
          <Time at={wave.finishedAt} />
        </Fact>
        <Fact name="Forecast at least">
          {forecast?.atLeastSeconds == null ? '–' : duration(forecast.atLeastSeconds * 1000)}
        </Fact>
      </dl>
    </Card>
  );
}

function Gates({ board: { wave, approvals, gate, soakSeconds } }: { readonly board: WaveBoard }) {
  const { gates, checks = [], holds, connectors } = wave;
  return (
    <Card title="Gates">
      <p class="quiet">
        Holds the wave where more than {percent(gate.maxNotVerifiedShare)} are not verified or more than{' '}
        {counted(gate.maxFailed, 'machine')} failed; soak{' '}
        {soakSeconds === 0 ? 'none' : duration(soakSeconds * 1000)}; approval of {approvalsText(approvals)}.
      </p>
      {holds.map((hold) => (
        <p key={hold.id} class="note warn">
          <strong>Held</strong> by {hold.by}: {hold.reason} <Time at={hold.since} />
        </p>
      ))}
      <ul class="events">
        {wave.approvals.map(({ gate: name, by, at }) => (
          <li key={`${name} ${by} ${at}`}>
            <Badge term="pass" /> Approval of the {name} gate by {by} <Time at={at} />
          </li>
        ))}
        {gates.map(({ result, message, at }) => (
          <li key={at}>
            <Badge term={result} /> Removal gate: {message} <Time at={at} />
          </li>
        ))}
        {checks.map(({ name, result, message, at, enforced }) => (
          <li key={name}>
            <Badge term={result} /> Check {name}
            {!enforced && ' (only watched)'}: {message} <Time at={at} />
          </li>
        ))}
        {connectors.map(({ workspaceId, outcome, dependents, at }) => (
          <li key={workspaceId}>
            <Badge term={outcome.status} /> Legacy collection of {lastPart(workspaceId)},{' '}
            {counted(dependents, 'machine')} still on it <Time at={at} />
          </li>
        ))}
      </ul>
      {gates.length + wave.approvals.length + checks.length + connectors.length + holds.length === 0 && (
        <Empty title="No gate has been judged yet" />
      )}
    </Card>
  );
}

function approvalsText({ start, removal, quorum, requesterMayApprove }: WaveBoard['approvals']): string {
  const what = [start && 'the start', removal && 'the removal'].filter(Boolean).join(' and ');
  if (what === '') return 'nothing';
  const who = requesterMayApprove ? 'anyone with the role' : 'anyone but the requester';
  return `${what} by ${quorum === 1 ? who : `${quorum} persons, ${who}`}`;
}
