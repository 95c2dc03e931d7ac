import { type MachineResult, RESULTS, type ResultCounts } from '../machine-result.ts';
import { number } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { PAGE_POLICY, STYLE } from './style.ts';

/** A whole page. It loads nothing and runs nothing. */
export function pageOf(title: string, body: readonly Markup[]): string {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
  return markup;
}

const LABELS: Readonly<Record<MachineResult, string>> = {
  migrated: 'migrated',
  legacyKept: 'legacy agent kept',
  open: 'under way',
  notStarted: 'not started',
  blocked: 'blocked',
  failed: 'failed',
  rolledBack: 'rolled back',
  notUndone: 'not undone',
  stopped: 'stopped',
  dryRun: 'dry run',
};

/** One bar of all machines by result, with a key that has the numbers: colour alone says nothing. */
export function resultBar(results: ResultCounts, total: number): Markup {
  const shown = (Object.keys(LABELS) as MachineResult[]).filter((result) => results[result] > 0);
  let x = 0;
  const parts = shown.map((result) => {
    const width = (results[result] / Math.max(1, total)) * 1000;
    const part = html`<rect class="k-${result}" x="${fixed(x)}" y="0" width="${fixed(width)}" height="10"/>`;
    x += width;
    return part;
  });
  const title = shown.map((result) => `${LABELS[result]} ${number(results[result])}`).join(', ');
  return html`<svg viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="${title}">${parts}</svg>
<p class="key">${shown.map(
    (result) =>
      html`<span title="${RESULTS[result]}"><i class="k-${result}"></i>${LABELS[result]} <b>${results[result]}</b></span> `,
  )}</p>`;
}

/** Coordinates are no numbers for people. */
function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function figure(value: string | number, label: string, tone = ''): Markup {
  return html`<div class="figure"><b class="${tone}">${value}</b>${label}</div>`;
}

export interface Column<Row> {
  readonly title: string;
  readonly number?: true;
  readonly value: (row: Row) => Markup | string | number | null;
}

/** A table; what is not shown is said. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { most = 200, rest = '' } = {},
): Markup {
  const shown = rows.slice(0, most);
  const more = rows.length - shown.length;
  return html`<div class="wide"><table>
<thead><tr>${columns.map((column) => html`<th scope="col"${column.number ? html` class="n"` : ''}>${column.title}</th>`)}</tr></thead>
<tbody>${shown.map(
    (row) =>
      html`<tr>${columns.map((column) => html`<td${column.number ? html` class="n"` : ''}>${column.value(row) ?? '–'}</td>`)}</tr>
`,
  )}</tbody></table></div>${more > 0 ? html`<p class="dim">… and ${more} more${rest === '' ? '' : `: ${rest}`}.</p>` : ''}`;
}
