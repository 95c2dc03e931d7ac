import type { WaveReport } from '../wave-report.ts';
import { duration, instant, nameOf, plural, share } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { resultBar } from './page.ts';

/** The page a change board reads: what, why, risk, rollback, result, who approved, evidence. It fits one sheet. */
export function boardSection(report: WaveReport): Markup {
  const { plan, wave, numbers } = report;
  return html`<section class="board">
<header><div><h1>${titleOf(report)}</h1>
<p class="dim">Plan “${plan.name}” · <code>${wave.id}</code> · as of ${instant(report.at)}</p></div>
<span class="badge ${toneOf(report)}">${PHASES[wave.phase]}</span></header>
<p>${wave.message}</p>
${resultBar(numbers, numbers.machines)}
<dl>
<dt>What</dt><dd>${what(report)}</dd>
<dt>Why</dt><dd>${why(report)}</dd>
<dt>Risk</dt><dd>${risk(report)}</dd>
<dt>Rollback</dt><dd>${rollback(report)}</dd>
<dt>Result</dt><dd>${result(report)}</dd>
<dt>Approved by</dt><dd>${approved(report)}</dd>
<dt>Evidence</dt><dd>${evidence(report)}</dd>
</dl>
</section>`;
}

export function titleOf({ wave, plan }: Pick<WaveReport, 'wave' | 'plan'>): string {
  const name = wave.index === 0 && plan.waves > 1 ? 'Pilot wave' : `Wave ${wave.index}`;
  return `${name} (${wave.index + 1} of ${plan.waves})${wave.dryRun ? ', dry run' : ''}: from the Log Analytics agent to Azure Monitor Agent`;
}

export const PHASES: Readonly<Record<WaveReport['wave']['phase'], string>> = {
  planned: 'Planned',
  awaitingApproval: 'Waits for approval',
  progressing: 'In progress',
  held: 'On hold',
  degraded: 'Ended with failures',
  aborted: 'Aborted',
  completed: 'Completed',
};

export function toneOf({ wave }: Pick<WaveReport, 'wave'>): string {
  if (wave.phase === 'completed') return 'good';
  if (wave.phase === 'held' || wave.phase === 'degraded' || wave.phase === 'awaitingApproval') return 'warn';
  return wave.phase === 'aborted' ? 'bad' : 'info';
}

function what({ numbers, scope, limits, wave }: WaveReport): Markup {
  const kinds = scope.kinds.map(({ name, machines }) => plural(machines, KINDS[name] ?? name)).join(', ');
  const steps = limits.connector ? ', switches legacy security-event collection off,' : '';
  const verb = wave.dryRun ? 'Works out, without changing anything, how' : 'Moves';
  return html`<p>${verb} ${plural(numbers.machines, 'server')}${kinds === '' ? '' : ` (${kinds})`} in ${plural(scope.regions.length, 'region')}: installs Azure Monitor Agent, associates collection rules, proves by data that nothing stopped flowing${steps} and then removes the legacy agent.</p>
<p class="dim">Systems: ${list(
    scope.systems.map(({ name, machines }) => `${machines}× ${name}`),
    6,
  )}</p>`;
}

const KINDS: Readonly<Record<string, string>> = {
  azureVm: 'Azure VM',
  arcServer: 'Arc server',
  scaleSet: 'scale set',
};

function why({ scope, wave }: WaveReport): Markup {
  const onBehalf = wave.requestedOnBehalfOf === null ? '' : ` for ${wave.requestedOnBehalfOf}`;
  return html`<p>Microsoft retired the Log Analytics agent (MMA/OMS) on 31 August 2024. Servers that still depend on it no longer deliver logs reliably, which blinds monitoring and security detection.</p>
<p>Workspaces concerned: ${scope.workspaces.length === 0 ? 'none known' : list(scope.workspaces.map(nameOf), 6)}. Requested by ${wave.requestedBy}${onBehalf} on ${instant(wave.createdAt)}.</p>`;
}

function risk({ limits, data, warnings, checks }: WaveReport): Markup {
  const proof =
    data.proof === 'parity'
      ? 'its data, table by table, arrives as before'
      : 'rows arrive (this plan does not compare volumes)';
  const stops = [
    `more than ${plural(limits.maxFailed, 'machine')} fail`,
    `more than ${share(limits.maxNotVerifiedShare, 1)} of the machines lack the proof by data`,
    ...(limits.checks.length === 0 ? [] : [`one of the checks ${limits.checks.join(', ')} does not pass`]),
  ];
  const failing = checks.filter(({ result }) => result !== 'pass');
  return html`<p>A legacy agent is removed only where ${proof}; all of it is asked again right before the removal. The wave stops by itself when ${stops.join(' or ')}.</p>
<p>Observed for ${duration(limits.soakSeconds)} before anything is removed. ${limits.windows === 0 ? 'No change window is set' : `Changes start in ${plural(limits.windows, 'change window')} only`}${limits.freezes === 0 ? '' : `, with ${plural(limits.freezes, 'freeze')}`}.</p>
${failing.map(({ name, message }) => html`<p class="warn">Check ${name}: ${message}</p>`)}
${warnings.slice(0, 2).map(({ text }) => html`<p class="warn">${text}</p>`)}`;
}

function rollback({ numbers, rollback: done, wave }: WaveReport): Markup {
  if (done !== null) {
    const state = done.finishedAt === null ? 'is under way' : `ended ${instant(done.finishedAt)}`;
    return html`<p class="warn">Rolled back by ${done.by}, ${instant(done.at)}: ${done.reason}. It ${state}; undone on ${plural(numbers.rolledBack, 'machine')}${numbers.notUndone === 0 ? '' : `, something is left on ${plural(numbers.notUndone, 'machine')}`}.</p>`;
  }
  if (wave.dryRun) return html`<p>Nothing was changed, so there is nothing to undo.</p>`;
  return html`<p>${plural(numbers.undoable, 'machine has a change', 'machines have changes')} that the app can undo from the state it recorded before each change: agents, settings, associations, collection switches. The operator asks with <code>rollback</code>, sees a what-if first, and repeats its confirmation.</p>
<p class="dim">Limit: the legacy agent can be put back, but its service is retired, so nobody can promise that it delivers again.</p>`;
}

function result({ numbers, wave, data, connectors }: WaveReport): Markup {
  const good = numbers.migrated + numbers.legacyKept;
  const bad = numbers.failed + numbers.blocked + numbers.notUndone;
  const switched = connectors.filter(({ outcome }) => outcome.status === 'done').length;
  return html`<p><b>${share(good, numbers.machines)}</b> done: ${numbers.migrated} migrated${numbers.legacyKept === 0 ? '' : html`, ${numbers.legacyKept} with the legacy agent kept on purpose`}. <span class="${bad === 0 ? '' : 'bad'}">${bad === 0 ? 'No machine failed or is blocked.' : `${plural(numbers.failed, 'machine')} failed, ${numbers.blocked} blocked.`}</span>${numbers.stopped === 0 ? '' : ` ${numbers.stopped} left as they were by the abort.`}${numbers.open + numbers.notStarted === 0 ? '' : ` ${numbers.open + numbers.notStarted} not finished.`}</p>
<p>Proof by data: ${data.machines.pass} pass, ${data.machines.fail} fail, ${data.machines.inconclusive} unsettled, ${data.machines.accepted} accepted by name${data.acceptedBy.length === 0 ? '' : ` (${data.acceptedBy.map(({ name, machines }) => `${name}: ${machines}`).join(', ')})`}, ${data.machines.none} not judged.${switched === 0 ? '' : ` Legacy collection switched off in ${plural(switched, 'workspace')}.`}</p>
<p class="dim">${instant(wave.createdAt)} to ${wave.finishedAt === null ? 'now' : instant(wave.finishedAt)}, ${duration(wave.seconds)}; ${numbers.bothAgentsHours} machine-hours with both agents.</p>`;
}

function approved({ approvals, promotions, overruled, limits, abort }: WaveReport): Markup {
  const needed = [limits.approvals.start ? 'start' : '', limits.approvals.removal ? 'removal' : ''].filter(
    Boolean,
  );
  const rule =
    needed.length === 0
      ? 'The plan asks for no approval.'
      : `The plan asks ${plural(limits.approvals.quorum, 'person', 'persons')} for the ${needed.join(' and the ')} gate${limits.approvals.requesterMayApprove ? '' : ', never the requester'}.`;
  return html`${approvals.length === 0 ? html`<p>Nobody yet.</p>` : html`<ul>${approvals.map(({ by, onBehalfOf, gate, at, via, byId }) => html`<li><b>${by}</b>${onBehalfOf === undefined ? '' : ` for ${onBehalfOf}`}: ${gate} gate, ${instant(at)}${via === 'ticket' ? ', by ticket' : ''}${byId === undefined ? ' (name as given)' : ' (signed in)'}</li>`)}</ul>`}
<p class="dim">${rule}</p>
${promotions.map(({ by, at, reason }) => html`<p class="warn">${by} ended the soak early, ${instant(at)}: ${reason}</p>`)}
${overruled.length === 0 ? '' : html`<p class="warn">Resumed over ${overruled.join(', ')}.</p>`}
${abort === null ? '' : html`<p class="bad">Aborted by ${abort.by}, ${instant(abort.at)}: ${abort.reason}</p>`}`;
}

function evidence({ evidence: { hash, trail } }: WaveReport): Markup {
  return html`<p class="hash">sha256 ${hash}</p>
<p class="dim">Over the record of the wave, of each machine, and ${trail === null ? 'no seal yet of' : `seal ${trail.number} over`} the audit trail. The evidence bundle holds them, and a check that needs no trust in this app.</p>`;
}

function list(items: readonly string[], most: number): string {
  const rest = items.length - most;
  return items.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
