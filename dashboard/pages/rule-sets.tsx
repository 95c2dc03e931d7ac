import { Badge, Card, Empty, Fact, Loading, Time, Trouble } from '../parts/basics.tsx';
import { Head } from '../parts/head.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { to } from '../route.ts';
import type { Me, RuleSet, RuleSets } from '../types.ts';
import { usePoll } from '../use-poll.ts';
import { count, lastPart } from '../words.ts';
import { DeployCard } from './rule-set-deploy.tsx';

/** What was converted, newest first. */
export function RuleSetsPage() {
  const polled = usePoll<RuleSets>('/rulesets', 30_000);
  const { data, error, refresh } = polled;
  return (
    <>
      <Head
        title="Rule sets"
        polled={polled}
        lead="Collection settings of workspaces, converted into data collection rules."
      />
      {data === undefined && error === undefined && <Loading what="rule sets" />}
      {data === undefined && error !== undefined && <Trouble error={error} again={refresh} />}
      {data !== undefined && data.ruleSets.length === 0 && (
        <Empty title="Nothing has been converted yet">POST /api/rulesets converts a workspace.</Empty>
      )}
      {data !== undefined && data.ruleSets.length > 0 && (
        <Card title="Converted workspaces" class="wide">
          <Scroll label="Rule sets">
            <table>
              <thead>
                <tr>
                  <th scope="col">Workspace</th>
                  <th scope="col" class="number">
                    Rules
                  </th>
                  <th scope="col">Converted</th>
                  <th scope="col">Id</th>
                </tr>
              </thead>
              <tbody>
                {data.ruleSets.map(({ id, workspaceId, createdAt, rules }) => (
                  <tr key={id}>
                    <th scope="row">
                      <a href={to.ruleSet(id)}>{lastPart(workspaceId)}</a>
                    </th>
                    <td class="number">{count(rules)}</td>
                    <td>
                      <Time at={createdAt} />
                    </td>
                    <td>
                      <code>{id}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </Card>
      )}
    </>
  );
}

export function RuleSetPage({ id, me }: { readonly id: string; readonly me: Me }) {
  const polled = usePoll<RuleSet>(`/rulesets/${encodeURIComponent(id)}`, 30_000);
  const { data, error, refresh } = polled;
  return (
    <>
      <Head
        title={data === undefined ? 'Rule set' : `Rules of ${data.workspace.name}`}
        polled={polled}
        lead={<code class="id">{id}</code>}
      />
      {data === undefined && error === undefined && <Loading what="the rule set" />}
      {data === undefined && error !== undefined && <Trouble error={error} again={refresh} />}
      {data !== undefined && (
        <div class="grid">
          <About set={data} />
          <Rules set={data} />
          <DeployCard set={data} me={me} onDone={refresh} />
          <Losses set={data} />
          <Sources set={data} />
        </div>
      )}
    </>
  );
}

function About({ set }: { readonly set: RuleSet }) {
  const { counts } = set;
  return (
    <Card title="At a glance" class="wide">
      <dl class="facts">
        <Fact name="Rules">
          <strong class="figures">{count(counts.rules)}</strong>
        </Fact>
        <Fact name="Custom tables">{count(counts.tables)}</Fact>
        <Fact name="Lost">{count(counts.lost)}</Fact>
        <Fact name="Changed">{count(counts.changed)}</Fact>
        <Fact name="Off by choice">{count(counts.off)}</Fact>
        <Fact name="Converted">
          <Time at={set.createdAt} />
        </Fact>
        <Fact name="Deployed">
          {set.deployedAt === undefined ? (
            'not what the workspace has now'
          ) : (
            <>
              <Time at={set.deployedAt} /> by {set.deployedBy}
            </>
          )}
        </Fact>
      </dl>
      {set.notes.map((note) => (
        <p key={note} class="quiet">
          {note}
        </p>
      ))}
    </Card>
  );
}

function Rules({ set: { rules, reused, obsolete } }: { readonly set: RuleSet }) {
  return (
    <Card title="Rules" class="wide">
      <ul class="plain-list">
        {rules.map(({ name, kind, state, origins }) => (
          <li key={name}>
            <Badge term={state} /> <strong>{name}</strong>
            <span class="quiet">
              {' '}
              {kind}, from {count(origins.length)} settings
            </span>
          </li>
        ))}
        {reused.map(({ resourceId, name, madeBy }) => (
          <li key={resourceId}>
            <span class="badge plain">reused</span> <strong>{name}</strong>
            <span class="quiet"> of {madeBy}</span>
          </li>
        ))}
        {obsolete.map(({ resourceId, name }) => (
          <li key={resourceId}>
            <span class="badge warn">obsolete</span> <strong>{name}</strong>
          </li>
        ))}
      </ul>
      {rules.length + reused.length === 0 && <Empty title="Nothing of the workspace needs a rule" />}
    </Card>
  );
}

const EFFECTS = ['lost', 'changed', 'off'] as const;

function Losses({ set: { losses } }: { readonly set: RuleSet }) {
  const ranked = losses.toSorted((a, b) => EFFECTS.indexOf(a.effect) - EFFECTS.indexOf(b.effect));
  return (
    <Card title="Loss report" class="wide" aside={<span class="figures">{count(losses.length)}</span>}>
      {losses.length === 0 ? (
        <Empty title="Everything comes through as it was" />
      ) : (
        <ul class="troubles">
          {ranked.map(({ code, effect, text, detail, origin }, i) => (
            <li key={`${code} ${origin.sourceId} ${origin.item} ${i}`}>
              <div class="trouble-head">
                <Badge term={effect} />
                <strong>{origin.item || lastPart(origin.sourceId)}</strong>
                <span class="quiet">{origin.kind}</span>
                <code>{code}</code>
              </div>
              <p>{text}</p>
              {detail !== undefined && <p class="quiet">{detail}</p>}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Each setting of the workspace, and where it went. */
function Sources({ set: { explanations } }: { readonly set: RuleSet }) {
  return (
    <Card
      title="From setting to rule"
      class="wide"
      aside={<span class="figures">{count(explanations.length)}</span>}
    >
      {explanations.length === 0 ? (
        <Empty title="The workspace has no settings to convert" />
      ) : (
        <Scroll label="From setting to rule">
          <table>
            <thead>
              <tr>
                <th scope="col">Setting</th>
                <th scope="col">Kind</th>
                <th scope="col">Goes to</th>
                <th scope="col">In words</th>
              </tr>
            </thead>
            <tbody>
              {explanations.map(({ sourceId, kind, name, placements, sentence }) => (
                <tr key={sourceId}>
                  <th scope="row">{name}</th>
                  <td>{kind}</td>
                  <td>
                    {placements.length === 0 ? (
                      <Badge term="lost" />
                    ) : (
                      [...new Set(placements.map(({ rule, dataSource }) => `${rule} · ${dataSource}`))].map(
                        (one) => <div key={one}>{one}</div>,
                      )
                    )}
                  </td>
                  <td class="message">{sentence}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Card>
  );
}
