import type { ReasonLine, WaveReport } from '../wave-report.ts';
import { instant, nameOf } from '../words.ts';
import { boardSection, titleOf } from './board.ts';
import { html, type Markup } from './markup.ts';
import { pageOf, table } from './page.ts';

/** The report of a wave as a page; the first sheet is the change board's. */
export function wavePage(report: WaveReport): string {
  return pageOf(titleOf(report), [
    boardSection(report),
    ...[stages(report), reasons(report.reasons), data(report), control(report), hashes(report)],
  ]);
}

/** The change board's sheet alone. */
export function boardPage(report: WaveReport): string {
  return pageOf(titleOf(report), [boardSection(report)]);
}

function stages({ stages: rows }: WaveReport): Markup {
  return html`<section><h2>Stages</h2>
${table(
  [
    { title: 'Stage', value: ({ stage }) => STAGE_NAMES[stage] ?? stage },
    { title: 'Done', number: true, value: ({ done }) => done },
    { title: 'Was so already', number: true, value: ({ alreadyDone }) => alreadyDone },
    { title: 'Skipped', number: true, value: ({ skipped }) => skipped },
    { title: 'Waiting', number: true, value: ({ waiting }) => waiting },
    { title: 'Blocked', number: true, value: ({ blocked }) => blocked },
    { title: 'Failed', number: true, value: ({ failed }) => failed },
  ],
  rows,
)}
<p class="dim">Machines by stage. A stage after one that did not succeed is skipped, so that nothing is removed there.</p></section>`;
}

const STAGE_NAMES: Readonly<Record<string, string>> = {
  install: 'Install Azure Monitor Agent',
  associate: 'Associate collection rules',
  verify: 'Prove by data',
  disableConnector: 'Switch legacy collection off',
  reverify: 'Prove by data again',
  uninstall: 'Remove the legacy agent',
  confirm: 'Confirm',
  returnLegacy: 'Undo: put the legacy agent back',
  undoAssociate: 'Undo: associations',
  undoInstall: 'Undo: Azure Monitor Agent',
};

/** What to do next, by reason: one line is one kind of work for one team. */
export function reasons(lines: readonly ReasonLine[]): Markup {
  if (lines.length === 0)
    return html`<section><h2>What needs attention</h2><p>Nothing: no machine failed, is blocked or waits.</p></section>`;
  return html`<section><h2>What needs attention</h2>
${table(
  [
    { title: 'Machines', number: true, value: ({ machines }) => machines },
    { title: 'State', value: ({ status }) => (status === 'skipped' ? 'kept' : status) },
    { title: 'What it is, and what to do', value: ({ text, code }) => html`${text} <code>${code}</code>` },
    { title: 'Who', value: ({ needs }) => TEAMS[needs] ?? needs },
    { title: 'At', value: ({ stage }) => stage },
    { title: 'For example', value: ({ examples }) => examples.slice(0, 3).map(nameOf).join(', ') },
  ],
  lines,
  { most: 50, rest: 'the CSV of this report has every machine' },
)}</section>`;
}

export const TEAMS: Readonly<Record<string, string>> = {
  machineOwner: 'owner of the machine',
  platformTeam: 'platform team',
  securityTeam: 'security team',
  networkTeam: 'network team',
  approver: 'approver',
  nobody: 'nobody',
  support: 'support of this app',
};

function data({ data: { tables, machines } }: WaveReport): Markup {
  if (tables.length === 0) return html``;
  return html`<section><h2>Proof by data</h2>
<p>Machines: ${machines.pass} pass, ${machines.fail} fail, ${machines.inconclusive} unsettled, ${machines.accepted} accepted by name, ${machines.none} not judged.</p>
${table(
  [
    { title: 'Workspace', value: ({ workspaceId }) => nameOf(workspaceId) },
    { title: 'Table', value: ({ table: name }) => name },
    { title: 'Pass', number: true, value: (row) => row.machines.pass },
    { title: 'Fail', number: true, value: (row) => row.machines.fail },
    { title: 'Unsettled', number: true, value: (row) => row.machines.inconclusive },
    { title: 'Accepted', number: true, value: (row) => row.machines.accepted },
    { title: 'Not judged', number: true, value: (row) => row.machines.none },
    { title: 'Rows', number: true, value: ({ rows }) => rows },
    { title: 'Rows before', number: true, value: ({ baselineRows }) => baselineRows },
  ],
  tables,
  { most: 60, rest: 'GET /waves/{id}/verdicts has all' },
)}</section>`;
}

interface Event {
  readonly at: string;
  readonly what: string;
  readonly by: string;
  readonly why: string;
}

/** Decisions in the order of time: of gates, checks and persons. */
function control(report: WaveReport): Markup {
  const { approvals, gates, promotions, holds, abort, rollback, checks, connectors, wave } = report;
  const events: Event[] = [
    { at: wave.createdAt, what: 'requested', by: wave.requestedBy, why: '' },
    ...approvals.map(({ at, gate, by }) => ({ at, what: `${gate} gate approved`, by, why: '' })),
    ...gates.map(({ at, result, message }) => ({
      at,
      what: `removal gate: ${result}`,
      by: 'app',
      why: message,
    })),
    ...checks.map(({ at, name, result, message }) => ({
      at,
      what: `check ${name}: ${result}`,
      by: 'app',
      why: message,
    })),
    ...promotions.map(({ at, by, reason }) => ({ at, what: 'soak ended early', by, why: reason })),
    ...connectors.map(({ at, workspaceId, outcome }) => ({
      ...{ at, by: 'app', what: `legacy collection of ${nameOf(workspaceId)}: ${outcome.status}` },
      why: 'detail' in outcome ? (outcome.detail ?? '') : '',
    })),
    ...holds.map(({ since, kind, by, reason }) => ({ at: since, what: `held (${kind})`, by, why: reason })),
    ...(abort === null ? [] : [{ at: abort.at, what: 'aborted', by: abort.by, why: abort.reason }]),
    ...(rollback === null
      ? []
      : [{ at: rollback.at, what: 'rollback asked for', by: rollback.by, why: rollback.reason }]),
    ...(wave.finishedAt === null
      ? []
      : [{ at: wave.finishedAt, what: 'ended', by: 'app', why: wave.message }]),
  ];
  return html`<section><h2>Decisions</h2>
${table<Event>(
  [
    { title: 'When', value: ({ at }) => instant(at) },
    { title: 'What', value: ({ what }) => what },
    { title: 'By', value: ({ by }) => by },
    { title: 'Why', value: ({ why }) => why },
  ],
  events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
  { most: 100, rest: 'the audit trail has all' },
)}</section>`;
}

function hashes({ evidence: { wave, machines, trail, hash }, wave: { id } }: WaveReport): Markup {
  return html`<section><h2>Evidence</h2>
<dl>
<dt>wave.json</dt><dd class="hash">${wave}</dd>
<dt>machines-*.jsonl</dt><dd class="hash">${machines}</dd>
<dt>Audit trail</dt><dd class="hash">${trail === null ? '- (nothing is sealed yet)' : html`${trail.hash} (seal ${trail.number}, ${instant(trail.at)})`}</dd>
<dt>All three</dt><dd class="hash">${hash}</dd>
</dl>
<p class="dim">SHA-256. Get the bundle with <code>GET /api/waves/${id}/evidence</code> and hold it against this page: <code>sha256sum -c SHA256SUMS</code>, and <code>npm run ama -- evidence check</code> for the seals.</p></section>`;
}
