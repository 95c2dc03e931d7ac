import { z } from 'zod';
import {
  BLOCKERS,
  type MigrationPreview as MigrationPreviewView,
} from '../../../shared/rules/migrate-table/model.ts';
import { answer, shape } from './answer.ts';

/** Why a table is not migrated now, and what a person can do. Nothing overrides it. */
export const Blocker = shape(
  'Blocker',
  z.strictObject({
    code: z.enum(BLOCKERS),
    message: z.string(),
  }),
);

/** Rows of one writer in the looked-at time. */
export const WriterRows = shape(
  'WriterRows',
  z.strictObject({
    writer: z.enum(['legacyAgent', 'dataCollectorApi', 'unknown']),
    sourceSystem: z.string().describe('`SourceSystem` as the rows have it; empty for none.'),
    rows: z.number(),
    computers: z.number().describe('About how many computers the rows name.'),
    lastRow: z.string().nullable().describe('When the last row came in.'),
  }),
);

/** What a query said of the rows that came in between two instants. */
export const WriteEvidence = shape(
  'WriteEvidence',
  z.strictObject({
    query: z.string().describe('Id of the query.'),
    since: z.string(),
    until: z.string(),
    rows: z.number(),
    lastRow: z.string().nullable(),
    writers: z.array(WriterRows),
  }),
);

/** Legacy agents that were heard in the workspace in the looked-at time. */
export const LegacyAgents = shape(
  'LegacyAgents',
  z.strictObject({
    query: z.string(),
    agents: z.number(),
    lastHeartbeat: z.string().nullable(),
    lastComputer: z.string().nullable().describe('The one that was heard last.'),
  }),
);

/** What a migration would do, and whether it may. */
export const MigrationPreview = answer<MigrationPreviewView>()(
  'MigrationPreview',
  z.strictObject({
    blockers: z.array(Blocker),
    irreversible: z.string().describe('What nobody can turn back, in one sentence.'),
    notes: z.array(z.string()),
    confirmation: z
      .string()
      .nullable()
      .describe(
        'What the real call has to repeat; null where there is nothing to migrate or something forbids it.',
      ),
    workspace: z.strictObject({
      resourceId: z.string(),
      name: z.string(),
    }),
    table: z.string().describe('As Azure spells it, once it is known.'),
    state: z.enum(['classic', 'migrated', 'migrating', 'failed', 'absent', 'other']),
    columns: z.array(z.string()),
    lookBackHours: z.number(),
    writes: WriteEvidence.nullable(),
    customLogs: z
      .array(z.string())
      .nullable()
      .describe('Custom logs by which legacy agents are told to fill the table.'),
    legacyAgents: LegacyAgents.nullable(),
    unread: z.array(z.string()),
  }),
);

/** What a what-if knows of who reads the table; absent otherwise. */
const readers = {
  readers: z.array(z.looseObject({})).nullable().exactOptional(),
  readersUnresolved: z.array(z.looseObject({})).exactOptional(),
  readersUnread: z.array(z.strictObject({ what: z.string(), reason: z.string() })).exactOptional(),
};
export const TableMigration = shape(
  'TableMigration',
  MigrationPreview.extend({
    ...readers,
    status: z.enum(['whatIf', 'migrated', 'migrating']),
    changed: z.boolean().exactOptional().describe('Whether this call did it; absent in a what-if.'),
  }),
);
