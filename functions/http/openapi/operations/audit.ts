import { AuditCheck, AuditPage } from '../../answers/audit.ts';
import { PageOfWaveTrail, Trail, TrailQuery } from '../../audit-queries.ts';
import type { Operation } from '../operation.ts';

const entries = {
  200: {
    what: 'A page of entries in the order of time.',
    body: AuditPage,
    csv: true,
    lines: true,
    headers: ['x-next'],
  },
} as const;

export const AUDIT_OPERATIONS = {
  listAudit: {
    tag: 'audit',
    summary: 'Read an audit trail',
    description: 'The trail of a wave or of a run of a plan; without `trail` what belongs to neither.',
    query: TrailQuery,
    answers: entries,
  },
  getWaveAudit: {
    tag: 'audit',
    summary: 'Read the audit trail of a wave',
    description: 'Who did what, when and from where, and every step of the app with its outcome.',
    path: { id: 'Id of a wave.' },
    query: PageOfWaveTrail,
    answers: entries,
    problems: ['waveNotFound'],
  },
  checkAudit: {
    tag: 'audit',
    summary: 'Check an audit trail',
    description: 'Holds a trail against the chain of its seals: what was taken out, changed or put in shows.',
    query: Trail,
    answers: { 200: { what: 'What was found.', body: AuditCheck } },
  },
} as const satisfies Record<string, Operation>;
