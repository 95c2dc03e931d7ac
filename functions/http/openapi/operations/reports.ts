import { PlanReport, WaveReport } from '../../answers/reports.ts';
import { EvidenceQuery, PlanReportQuery, WaveReportQuery } from '../../report-queries.ts';
import { PLANS, WAVES } from '../choices.ts';
import type { Operation } from '../operation.ts';

const kinds = { csv: true, html: true } as const;

export const REPORT_OPERATIONS = {
  getWaveReport: {
    tag: 'reports',
    summary: 'Get the report of a wave',
    description:
      'What was done, why, at what risk, who approved it, how it came out, and the hash of the evidence. JSON has the numbers, CSV a line for each machine, HTML a page that prints well; its first sheet is for a change board.',
    path: { id: 'Id of a wave.' },
    query: WaveReportQuery,
    answers: { 200: { what: 'The report.', body: WaveReport, ...kinds } },
    problems: ['waveNotFound', 'detailsPurged'],
    flows: { visibility: 'important', choices: { id: WAVES } },
  },
  getWaveEvidence: {
    tag: 'reports',
    summary: 'Get the evidence of a wave',
    description:
      'A zip with the record of the wave, approvals, gates, each machine with its verdict and outcomes, the audit trail with its seals, the report, and a manifest of SHA-256 hashes. Large waves come in parts.',
    path: { id: 'Id of a wave.' },
    query: EvidenceQuery,
    answers: { 200: { what: 'A part of the bundle.', zip: true, headers: ['x-next', 'content-digest'] } },
    problems: ['waveNotFound', 'detailsPurged'],
  },
  getPlanReport: {
    tag: 'reports',
    summary: 'Get the report of a plan',
    description:
      'How far a plan has come: its numbers, forecast and time taken, its waves, and what needs attention. JSON, CSV with a line for each wave, or a page that prints well.',
    path: { id: 'Id of a plan.' },
    query: PlanReportQuery,
    answers: { 200: { what: 'The report.', body: PlanReport, ...kinds } },
    problems: ['planNotFound'],
    flows: { visibility: 'important', choices: { id: PLANS } },
  },
} as const satisfies Record<string, Operation>;
