import { useState } from 'preact/hooks';
import { DEPENDENT_SERVICES } from '../../shared/dashboard/dependent-services.ts';
import { REASONS, type ReasonCode } from '../../shared/model/reasons.ts';
import { ApiError, download } from '../api.ts';
import { Badge, Card, Empty, Fact, Loading, Time, Trouble } from '../parts/basics.tsx';
import { Head } from '../parts/head.tsx';
import { Code } from '../parts/scroll.tsx';
import type { Findings, Inventory } from '../types.ts';
import { usePoll } from '../use-poll.ts';
import { count, counted, lastPart, word } from '../words.ts';
import { InventoryList } from './inventory-machines.tsx';

export function InventoryPage({ query }: { readonly query: URLSearchParams }) {
  const polled = usePoll<Inventory>('/inventories/latest', 30_000);
  const findings = usePoll<Findings>(
    polled.data === undefined ? null : '/inventories/latest/findings',
    60_000,
  );
  const { data, error, refresh } = polled;
  return (
    <>
      <Head
        title="Inventory"
        polled={polled}
        lead={
          data && (
            <>
              Completed <Time at={data.completedAt} />
            </>
          )
        }
      >
        {data !== undefined && <Preflight />}
      </Head>
      {data === undefined && error === undefined && <Loading what="the inventory" />}
      {error?.code === 'inventoryNotFound' && (
        <Empty title="No inventory has been completed yet">POST /api/inventories takes one.</Empty>
      )}
      {data === undefined && error !== undefined && error.code !== 'inventoryNotFound' && (
        <Trouble error={error} again={refresh} />
      )}
      {data?.summary != null && (
        <div class="grid">
          <Summary summary={data.summary} />
          <Blocked reasons={data.summary.reasons} />
          <FindingsCard findings={findings.data} error={findings.error} />
          <Card title="Machines" class="wide">
            <InventoryList query={query} />
          </Card>
        </div>
      )}
    </>
  );
}

/** The list of what firewalls and proxies must open, as a table for those who run them. */
function Preflight() {
  const [error, setError] = useState<ApiError>();
  async function fetchList() {
    setError(undefined);
    try {
      await download('network-preflight.csv', '/inventories/latest/network', 'text/csv', {});
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    }
  }
  return (
    <div class="head-action">
      <button type="button" onClick={fetchList}>
        Download network preflight
      </button>
      {error !== undefined && <Trouble error={error} />}
    </div>
  );
}

function Summary({ summary }: { readonly summary: NonNullable<Inventory['summary']> }) {
  const { assessment } = summary;
  return (
    <Card title="What is there" class="wide">
      <dl class="facts">
        <Fact name="Machines">
          <strong class="figures">{count(summary.machines)}</strong>
        </Fact>
        <Fact name="Ready">{count(assessment.ready)}</Fact>
        <Fact name="Blocked">{count(assessment.blocked)}</Fact>
        <Fact name="Already migrated">{count(assessment.alreadyMigrated)}</Fact>
        <Fact name="Azure VMs">{count(summary.azureVms)}</Fact>
        <Fact name="Arc servers">{count(summary.arcServers)}</Fact>
        <Fact name="Scale sets">{count(summary.scaleSets)}</Fact>
        <Fact name="Unmanaged">{count(summary.unmanaged)}</Fact>
        <Fact name="Subscriptions">{count(summary.subscriptions)}</Fact>
        <Fact name="Workspaces">
          {count(summary.workspaces)}
          {summary.unreadWorkspaces > 0 && ` (${count(summary.unreadWorkspaces)} unread)`}
        </Fact>
        <Fact name="Rules">{count(summary.rules)}</Fact>
      </dl>
    </Card>
  );
}

function Blocked({ reasons }: { readonly reasons: NonNullable<Inventory['summary']>['reasons'] }) {
  const rows = Object.entries(reasons)
    .map(([code, machines]) => ({ code: code as ReasonCode, machines: machines ?? 0 }))
    .filter(({ machines }) => machines > 0)
    .sort((a, b) => b.machines - a.machines);
  return (
    <Card title="What blocks machines" class="wide">
      {rows.length === 0 ? (
        <Empty title="Nothing blocks a machine" />
      ) : (
        <ul class="troubles columns">
          {rows.map(({ code, machines }) => (
            <li key={code}>
              <div class="trouble-head">
                <a href={`#/inventory?${new URLSearchParams({ reason: code })}`}>
                  {counted(machines, 'machine')}
                </a>
                <code>{code}</code>
              </div>
              <p>{REASONS[code].text}</p>
              <p class="quiet">For the {word(REASONS[code].needs)}</p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

interface FindingsProps {
  readonly findings: Findings | undefined;
  readonly error: ApiError | undefined;
}

function FindingsCard({ findings, error }: FindingsProps) {
  if (findings === undefined)
    return (
      <Card title="Findings" class="wide">
        {error === undefined ? <Loading what="findings" /> : <Trouble error={error} />}
      </Card>
    );
  const all = [...findings.machines, ...findings.findings];
  const services = all.filter(({ code }) => DEPENDENT_SERVICES.includes(code));
  const others = all.filter(({ code }) => !DEPENDENT_SERVICES.includes(code));
  return (
    <>
      <Card
        title="Dependent services"
        class="wide"
        aside={<span class="figures">{count(services.length)}</span>}
      >
        <FindingList findings={services} none="No service depends on the legacy agent" />
      </Card>
      <Card title="Findings" class="wide" aside={<span class="figures">{count(others.length)}</span>}>
        <FindingList findings={others} none="Nothing was found" />
      </Card>
    </>
  );
}

type Finding = Findings['machines'][number] | Findings['findings'][number];
const SEVERITIES = ['action', 'warning', 'info'] as const;

function FindingList({ findings, none }: { readonly findings: readonly Finding[]; readonly none: string }) {
  if (findings.length === 0) return <Empty title={none} />;
  const ranked = findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  return (
    <ul class="troubles">
      {ranked.map((finding, i) => (
        <li key={`${finding.code} ${i}`}>
          <div class="trouble-head">
            <Badge term={finding.severity} />
            {'machines' in finding ? (
              <a href={`#/inventory?${new URLSearchParams({ finding: finding.code })}`}>
                {counted(finding.machines, 'machine')}
              </a>
            ) : (
              <span>
                {finding.subject.kind} <strong>{lastPart(finding.subject.id)}</strong>
              </span>
            )}
            <code>{finding.code}</code>
          </div>
          <p>{finding.text}</p>
          {'detail' in finding && finding.detail !== undefined && <p class="quiet">{finding.detail}</p>}
          <p>
            {finding.action} <span class="quiet">For the {word(finding.needs)}</span>
          </p>
          {'fix' in finding && finding.fix !== undefined && <Code>{finding.fix}</Code>}
        </li>
      ))}
    </ul>
  );
}
