import { Badge, Card, Empty, Fact, Loading, Time, Trouble } from '../parts/basics.tsx';
import { Head } from '../parts/head.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { to } from '../route.ts';
import type { MachineAnswer } from '../types.ts';
import { usePoll } from '../use-poll.ts';
import { lastPart, word } from '../words.ts';
import { MachineData } from './machine-data.tsx';
import { MachineStages } from './machine-stages.tsx';
import { MachineTrail } from './machine-trail.tsx';

export function MachinePage({ id, wave }: { readonly id: string; readonly wave: string | null }) {
  const query = new URLSearchParams({ id, ...(wave === null ? {} : { wave }) });
  const polled = usePoll<MachineAnswer>(`/machine?${query}`, 10_000);
  const { data, error, refresh } = polled;
  const name = data?.machine?.name ?? lastPart(data?.inWave?.planned.resourceId ?? id);
  return (
    <>
      <Head title={name} polled={polled} lead={<Lead data={data} id={id} />} />
      {data === undefined && error === undefined && <Loading what="the machine" />}
      {data === undefined && error !== undefined && <Trouble error={error} again={refresh} />}
      {data !== undefined && (
        <>
          <p class="note next">
            <strong>Next</strong> {data.next}
          </p>
          <div class="grid">
            <Was data={data} />
            <div class="stack">
              <MachineStages data={data} />
              <Rules data={data} />
            </div>
            <MachineData data={data} />
            {data.wave !== null && data.inWave !== null && (
              <MachineTrail machineId={data.id} waveId={data.wave.id} from={firstOf(data)} />
            )}
          </div>
        </>
      )}
    </>
  );
}

function Lead({ data, id }: { readonly data: MachineAnswer | undefined; readonly id: string }) {
  const wave = data?.wave ?? null;
  return (
    <>
      {wave !== null && (
        <>
          <a href={to.wave(wave.id)}>Wave {wave.index}</a> <Badge term={wave.phase} />{' '}
        </>
      )}
      <code class="id">{data?.machine?.resourceId ?? id}</code>
    </>
  );
}

/** Nothing of a machine is older than its first look: its trail is read from there. */
function firstOf({ inWave }: MachineAnswer): string | undefined {
  return Object.values(inWave?.stageStarted ?? {}).toSorted()[0];
}

function Was({ data: { machine, inventory } }: { readonly data: MachineAnswer }) {
  if (machine === null)
    return (
      <Card title="What it had">
        <Empty title="The newest inventory does not have it" />
      </Card>
    );
  const { assessment, heartbeats } = machine;
  return (
    <Card title="What it had" aside={inventory !== null && <Time at={inventory.completedAt} />}>
      <dl class="facts">
        <Fact name="Assessment">
          <Badge term={assessment.status} />
        </Fact>
        <Fact name="Kind">{word(machine.kind)}</Fact>
        <Fact name="System">{machine.osName ?? machine.os}</Fact>
        <Fact name="Region">{machine.region}</Fact>
        <Fact name="Availability">{machine.availability}</Fact>
        <Fact name="Legacy last heard">
          <Time at={heartbeats.legacy} />
        </Fact>
        <Fact name="AMA last heard">
          <Time at={heartbeats.ama} />
        </Fact>
        <Fact name="Legacy workspaces">{machine.legacyWorkspaces.map(lastPart).join(', ') || '–'}</Fact>
      </dl>
      {machine.extensions.length > 0 && (
        <Scroll label="Extensions">
          <table class="tight">
            <thead>
              <tr>
                <th scope="col">Extension</th>
                <th scope="col">Version</th>
                <th scope="col">State</th>
              </tr>
            </thead>
            <tbody>
              {machine.extensions.map(({ id, type, version, provisioningState }) => (
                <tr key={id}>
                  <th scope="row">{type}</th>
                  <td class="figures">{version ?? '–'}</td>
                  <td>{provisioningState ?? '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {machine.locks.map(({ name, level, scope }) => (
        <p key={`${scope} ${name}`} class="note warn">
          Lock {name} ({level})
        </p>
      ))}
      {machine.findings.map(({ code, detail }) => (
        <p key={code} class="quiet">
          <code>{code}</code> {detail}
        </p>
      ))}
    </Card>
  );
}

function Rules({ data: { inWave, machine, proxy } }: { readonly data: MachineAnswer }) {
  const planned = inWave?.planned;
  return (
    <Card title="Rules and way out">
      <dl class="facts">
        <Fact name="Proxy profile">
          {proxy === null ? 'direct, or as the agent is set' : `${proxy.name} (${proxy.kind})`}
        </Fact>
        {proxy?.address != null && (
          <Fact name="Address">
            <code>{proxy.address}</code>
          </Fact>
        )}
        {planned?.endpointId != null && <Fact name="Endpoint">{lastPart(planned.endpointId)}</Fact>}
      </dl>
      {planned === undefined && (machine?.associations.length ?? 0) === 0 && (
        <Empty title="No rules planned or associated" />
      )}
      <ul class="plain-list">
        {planned?.rules.map(({ ruleId, resourceId, tables, workspaceId }) => (
          <li key={ruleId}>
            <strong>{lastPart(resourceId)}</strong>
            <span class="quiet">
              {' '}
              to {workspaceId === null ? 'no workspace' : lastPart(workspaceId)}:{' '}
              {tables.join(', ') || 'no tables'}
            </span>
          </li>
        ))}
        {planned === undefined &&
          machine?.associations.map(({ name, ruleId, endpointId }) => (
            <li key={name}>
              <strong>{lastPart(ruleId ?? endpointId ?? name)}</strong>
              <span class="quiet"> associated as {name}</span>
            </li>
          ))}
      </ul>
    </Card>
  );
}
