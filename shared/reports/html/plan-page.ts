import type { PlanReport, PlanWaveLine } from '../plan-report.ts';
import { duration, instant, plural, share } from '../words.ts';
import { PHASES } from './board.ts';
import { html, type Markup } from './markup.ts';
import { figure, pageOf, table } from './page.ts';
import { reasons, TEAMS } from './wave-page.ts';

/** The report of a plan as a page. */
export function planPage(report: PlanReport): string {
  const title = `Migration “${report.plan.name}”: from the Log Analytics agent to Azure Monitor Agent`;
  return pageOf(title, [overview(report, title), waves(report), reasons(report.reasons), leftOut(report)]);
}

function overview(report: PlanReport, title: string): Markup {
  const { numbers, plan, forecast, actual } = report;
  const there = numbers.migrated + numbers.alreadyMigrated;
  const concerned = numbers.machines - numbers.notSelected;
  const left = concerned - there - numbers.legacyKept;
  return html`<section>
<header><div><h1>${title}</h1><p class="dim"><code>${plan.id}</code> · as of ${instant(report.at)}</p></div>
<span class="badge ${report.completed ? 'good' : 'info'}">${stateOf(report)}</span></header>
<p>${share(there, concerned)} of the ${plural(concerned, 'machine')} in the plan's scope are on Azure Monitor Agent alone; ${left === 0 ? 'none is left' : `${plural(left, 'machine')} left`}.</p>
<div class="figures">
${figure(numbers.migrated, 'migrated', 'good')}
${figure(numbers.alreadyMigrated, 'were there already')}
${figure(numbers.legacyKept, 'legacy agent kept on purpose')}
${figure(numbers.open + numbers.notReached, 'to come')}
${figure(numbers.blocked, 'blocked', numbers.blocked > 0 ? 'warn' : '')}
${figure(numbers.failed, 'failed', numbers.failed > 0 ? 'bad' : '')}
${numbers.takenBack === 0 ? '' : figure(numbers.takenBack, 'stopped or rolled back', 'warn')}
</div>
<dl>
<dt>Begun</dt><dd>${instant(actual.startedAt)}</dd>
<dt>${actual.finishedAt === null ? 'Running for' : 'Took'}</dt><dd>${duration(actual.seconds)}${actual.finishedAt === null ? '' : `, until ${instant(actual.finishedAt)}`}</dd>
<dt>Forecast</dt><dd>at least ${duration(forecast.atLeastSeconds)}; approvals, holds and repairs come on top</dd>
<dt>Both agents</dt><dd>${numbers.bothAgentsHours} machine-hours in which data may have been taken in twice</dd>
<dt>Inventory</dt><dd><code>${plan.inventoryId}</code>, ${instant(plan.inventoryCompletedAt)}; ${plural(numbers.machines, 'machine')}, of which ${numbers.notSelected} are not in the plan's scope</dd>
</dl>
${report.warnings.map(({ text }) => html`<p class="warn">${text}</p>`)}
</section>`;
}

function stateOf({ completed, actual, waves: lines }: PlanReport): string {
  if (completed) return 'Completed';
  if (actual.startedAt === null) return 'Not begun';
  return lines.some(({ phase }) => phase === 'held') ? 'On hold' : 'In progress';
}

function waves({ waves: lines }: PlanReport): Markup {
  const count = (pick: (numbers: NonNullable<PlanWaveLine['numbers']>) => number) => (line: PlanWaveLine) =>
    line.numbers === null ? null : pick(line.numbers);
  return html`<section><h2>Waves</h2>
${table<PlanWaveLine>(
  [
    { title: 'Wave', value: ({ index }) => (index === 0 && lines.length > 1 ? 'Pilot' : String(index)) },
    { title: 'State', value: ({ phase }) => (phase === null ? 'Not started' : PHASES[phase]) },
    { title: 'Machines', number: true, value: ({ machines }) => machines },
    { title: 'Migrated', number: true, value: count(({ migrated }) => migrated) },
    { title: 'Kept', number: true, value: count(({ legacyKept }) => legacyKept) },
    { title: 'Blocked', number: true, value: count(({ blocked }) => blocked) },
    { title: 'Failed', number: true, value: count(({ failed }) => failed) },
    { title: 'Took', value: ({ seconds }) => duration(seconds) },
    { title: 'Forecast', value: ({ forecastSeconds }) => duration(forecastSeconds) },
    {
      title: 'Approved by',
      value: ({ approvals }) => [...new Set(approvals.map(({ by }) => by))].join(', '),
    },
  ],
  lines,
  { most: 500 },
)}
${lines.map(({ index, message, evidence }) => (message === null ? '' : html`<p><b>Wave ${String(index)}</b> ${message}${evidence === null ? '' : html` <small class="hash">evidence ${evidence}</small>`}</p>`))}
</section>`;
}

function leftOut({ leftOut: lines }: PlanReport): Markup {
  if (lines.length === 0) return html``;
  return html`<section><h2>Machines in no wave</h2>
${table(
  [
    { title: 'Machines', number: true, value: ({ machines }) => machines },
    { title: 'Why, and what to do', value: ({ text, code }) => html`${text} <code>${code}</code>` },
    { title: 'Who', value: ({ needs }) => TEAMS[needs] ?? needs },
  ],
  lines,
)}
<p class="dim">A machine can have several reasons. <code>GET /plans/{id}/blocked</code> names them all.</p></section>`;
}
