import { DuplicateIngestion } from '../../answers/duplicates.ts';
import { DataException, ExceptionPage } from '../../answers/exceptions.ts';
import { DuplicateIngestionQuery } from '../../duplicate-ingestion.ts';
import { AcceptRequest, RevokeRequest } from '../../exceptions.ts';
import { ListQuery } from '../../schemas.ts';
import { WAVES } from '../choices.ts';
import type { Operation } from '../operation.ts';
import { request } from '../requests.ts';

const by = 'olive@contoso.example';

export const VERIFICATION_OPERATIONS = {
  postException: {
    tag: 'verification',
    summary: 'Accept data that is no pass',
    description:
      'A named person accepts what the proof by data does not: for a wave, machines or a workspace, until a date. The verdict itself stays as it is.',
    body: request('AcceptRequest', AcceptRequest),
    example: {
      waveId: '5f1c9a-wave-0',
      tables: ['Syslog'],
      reason: 'known gap, accepted in CHG0031337',
      expiresAt: '2026-12-24T00:00:00Z',
      by,
    },
    answers: { 201: { what: 'The exception.', body: DataException } },
    problems: ['missingBy', 'waveNotFound'],
    flows: { visibility: 'advanced', choices: { waveId: WAVES } },
  },
  listExceptions: {
    tag: 'verification',
    summary: 'List exceptions',
    description: 'Newest first, with whether each still counts.',
    query: ListQuery,
    answers: { 200: { what: 'A page of exceptions.', body: ExceptionPage, csv: true, headers: ['x-next'] } },
    flows: { visibility: 'advanced' },
  },
  revokeException: {
    tag: 'verification',
    summary: 'Revoke an exception',
    description: 'From now on it counts for nothing.',
    path: { id: 'Id of an exception.' },
    body: request('RevokeRequest', RevokeRequest),
    example: { by, reason: 'the gap is closed' },
    answers: { 200: { what: 'The exception after it.', body: DataException } },
    problems: ['missingBy', 'exceptionNotFound'],
  },
  getDuplicateIngestion: {
    tag: 'verification',
    summary: 'Measure what is paid twice',
    description:
      'What both agents of a machine send, by workspace and table, and what removal saves. Measured at every call.',
    query: DuplicateIngestionQuery,
    answers: {
      200: { what: 'A page of workspaces.', body: DuplicateIngestion, csv: true, headers: ['x-next'] },
    },
    problems: ['inventoryNotFound', 'inventoryNotReady', 'workspaceNotFound', 'unavailable'],
  },
} as const satisfies Record<string, Operation>;
