import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { csvText } from '../../shared/csv/table.ts';
import { MACHINE_COLUMNS, WAVE_COLUMNS } from '../../shared/reports/columns.ts';
import { planPage } from '../../shared/reports/html/plan-page.ts';
import { REPORT_POLICY } from '../../shared/reports/html/style.ts';
import { boardPage, wavePage } from '../../shared/reports/html/wave-page.ts';
import { machinesOf, readPlanReport, readWaveReport } from '../../shared/reports/read.ts';
import { preferred } from './csv.ts';
import { endpoint, readQuery } from './endpoint.ts';
import { findPlan } from './plans.ts';
import { PlanReportQuery, WaveReportQuery } from './report-queries.ts';
import { findWave, withDetails } from './waves.ts';

const TYPES = { json: 'application/json', csv: 'text/csv', html: 'text/html' } as const;
type Format = keyof typeof TYPES;

/** `GET /waves/{id}/report`: a page, numbers, or a line a machine; all of one function. */
export const getWaveReport = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { format, part } = readQuery(request, WaveReportQuery);
  const wave = withDetails(await findWave(app, request.params['id'] ?? ''));
  const chosen = format ?? formatOf(request);
  if (chosen === 'csv') {
    // Batch after batch: the records of a large wave are never in memory together, only its lines are.
    const end = wave.finishedAt ?? new Date(app.now()).toISOString();
    const lines = [csvText(MACHINE_COLUMNS, [])];
    for await (const { machines } of machinesOf(app.ledger, wave)) {
      const rows = machines.map((machine) => ({ machine, end }));
      lines.push(csvText(MACHINE_COLUMNS, rows, { header: false }));
    }
    return textAnswer('csv', lines.join(''), `${wave.id}-report.csv`);
  }
  const report = await readWaveReport(app, wave);
  if (chosen === 'json') return { headers: { vary: 'accept' }, jsonBody: report };
  return textAnswer(
    'html',
    part === 'board' ? boardPage(report) : wavePage(report),
    `${wave.id}-report.html`,
  );
});

/** `GET /plans/{id}/report` */
export const getPlanReport = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { format } = readQuery(request, PlanReportQuery);
  const plan = await findPlan(app, request.params['id'] ?? '');
  const chosen = format ?? formatOf(request);
  const report = await readPlanReport(app, plan);
  if (chosen === 'json') return { headers: { vary: 'accept' }, jsonBody: report };
  const text = chosen === 'csv' ? csvText(WAVE_COLUMNS, report.waves) : planPage(report);
  return textAnswer(chosen, text, `${plan.id}-report.${chosen}`);
});

function formatOf(request: Pick<HttpRequest, 'headers'>): Format {
  const type = preferred(request, Object.values(TYPES));
  return (Object.keys(TYPES) as Format[]).find((format) => TYPES[format] === type) ?? 'json';
}

function textAnswer(format: 'csv' | 'html', body: string, name: string): HttpResponseInit {
  const kind = format === 'csv' ? 'attachment' : 'inline';
  return {
    headers: {
      'content-type': `${TYPES[format]}; charset=utf-8`,
      // Ids are letters, digits and hyphens.
      'content-disposition': `${kind}; filename="${name}"`,
      vary: 'accept',
      ...(format === 'html'
        ? { 'content-security-policy': REPORT_POLICY, 'referrer-policy': 'no-referrer' }
        : {}),
    },
    body,
  };
}
